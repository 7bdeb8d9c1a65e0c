/** How hexagons of a heat map look, on the map and in its legend. */

import { color, h } from "../dom.js";

/** What each is drawn in, and the opacity of its classes from the least to the most. */
export const COLOURS = { unmet: "--unmet-ink", poor: "--poor" };
const OPACITIES = [0.25, 0.45, 0.65, 0.88];

/**
 * The classes of whole numbers from 1 to the most, about equally wide, as [first, last]; at most four. Pure.
 * @param {number} most
 * @returns {Array<[number, number]>}
 */
export function classesOf(most) {
  const count = Math.min(OPACITIES.length, most);
  const last = (place) => Math.round((most * (place + 1)) / count);
  return Array.from({ length: count }, (_, place) => [place ? last(place - 1) + 1 : 1, last(place)]);
}

/** The opacity in which a value is drawn; what is hidden altogether is as pale as the least. Pure. */
export function opacityOf(value, most) {
  const classes = classesOf(most);
  const place = Math.max(
    0,
    classes.findIndex(([first, last]) => value >= first && value <= last),
  );
  // Of fewer classes the most is still the darkest.
  return OPACITIES[classes.length ? OPACITIES.length - classes.length + place : 0];
}

/** A sign of the legend: a hexagon as it is drawn. @param {string} what @param {number} opacity @param {boolean} [partly] */
export function hexagonSign(what, opacity, partly = false) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas.swatch", { "aria-hidden": "true" }));
  const ratio = Math.max(2, Math.ceil(devicePixelRatio));
  canvas.width = 26 * ratio;
  canvas.height = 18 * ratio;
  const ctx = canvas.getContext("2d");
  ctx.scale(ratio, ratio);
  ctx.beginPath();
  for (let corner = 0; corner < 6; corner++) {
    const angle = (Math.PI / 3) * (corner + 0.5);
    ctx.lineTo(13 + 8 * Math.cos(angle), 9 + 8 * Math.sin(angle));
  }
  ctx.closePath();
  ctx.fillStyle = ctx.strokeStyle = color(COLOURS[what]);
  ctx.globalAlpha = opacity;
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.setLineDash(partly ? [3, 2.5] : []);
  ctx.lineWidth = partly ? 1.6 : 0.8;
  ctx.stroke();
  return canvas;
}

/** How things of a siting study are drawn: they differ in shape and line as well as in colour. */

import { color } from "../dom.js";

/** @type {Record<string, {color: string, dashArray?: string}>} */
export const ZONES = {
  dwelling: { color: "--unmet" },
  school: { color: "--near", dashArray: "6 3" },
  public: { color: "--soft", dashArray: "2 3" },
  water: { color: "--water", dashArray: "8 3 2 3" },
  road: { color: "--ink-2", dashArray: "1 4" },
  slope: { color: "--line-2", dashArray: "4 4" },
};

/** @param {string} subject */
export function zoneStyle(subject) {
  const { color: token, dashArray } = ZONES[subject] ?? { color: "--ink-2" };
  return { color: color(token), dashArray, weight: 1.5, fillOpacity: 0.16, interactive: false };
}

/** A circle whose area grows with what it stands for. @param {{new: boolean, kilns?: number}} site */
export function siteStyle(site) {
  const radius = site.kilns ? Math.min(6 + 2 * Math.sqrt(site.kilns), 20) : site.new ? 7 : 6;
  const ink = color(site.new ? "--brand" : "--ink-2");
  return {
    radius,
    color: site.new ? "#fff" : ink,
    weight: site.new ? 2 : 3,
    fillColor: site.new ? ink : "#fff",
    fillOpacity: 1,
    bubblingMouseEvents: false,
  };
}

/** @param {{fits: boolean}} candidate */
export function candidateStyle({ fits }) {
  const ink = color(fits ? "--brand" : "--unmet");
  return {
    radius: 4,
    color: ink,
    weight: 1.5,
    dashArray: fits ? undefined : "2 2",
    fillColor: "#fff",
    fillOpacity: fits ? 0.9 : 0.4,
    bubblingMouseEvents: false,
  };
}

export const LINE = { color: "#17212b", weight: 1, opacity: 0.55, interactive: false };

const SVG = "http://www.w3.org/2000/svg";

/**
 * A key of the legend.
 * @param {"circle" | "rect" | "line"} shape
 * @param {Record<string, any>} style as Leaflet takes it
 */
export function key(shape, style) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("width", "20");
  svg.setAttribute("height", "14");
  svg.setAttribute("aria-hidden", "true");
  const mark = document.createElementNS(SVG, shape);
  const places = {
    circle: { cx: 10, cy: 7, r: Math.min(style.radius ?? 5, 6) },
    rect: { x: 1, y: 1, width: 18, height: 12 },
    line: { x1: 1, y1: 7, x2: 19, y2: 7 },
  };
  const drawn = {
    ...places[shape],
    stroke: style.color,
    "stroke-width": style.weight,
    fill: shape === "line" ? "none" : (style.fillColor ?? style.color),
    "fill-opacity": style.fillOpacity ?? 0,
  };
  if (style.dashArray) drawn["stroke-dasharray"] = style.dashArray;
  for (const [name, value] of Object.entries(drawn)) mark.setAttribute(name, String(value));
  svg.append(mark);
  return svg;
}

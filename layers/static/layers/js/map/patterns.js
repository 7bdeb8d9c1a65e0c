/**
 * Fills that differ in texture, not in colour alone. The period divides a tile's 256 pixels, so that the
 * texture runs on from tile to tile.
 */

import { color } from "../dom.js";

const PERIOD = 8;

/** @type {Map<string, CanvasPattern | string>} */
const made = new Map();

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {"m" | "u" | "?" | "-"} status
 * @param {number} ratio device pixels in a CSS pixel
 * @returns {CanvasPattern | string}
 */
export function statusFill(ctx, status, ratio) {
  const key = `${status}${ratio}`;
  let fill = made.get(key);
  if (!fill) {
    fill = make(ctx, status, ratio);
    made.set(key, fill);
  }
  return fill;
}

function make(ctx, status, ratio) {
  if (status === "m") return color("--met-pale");
  if (status === "u") return pattern(ctx, ratio, color("--unmet-pale"), hatch);
  if (status === "?") return pattern(ctx, ratio, color("--unknown-pale"), dots);
  return color("--paper");
}

function pattern(ctx, ratio, ground, draw) {
  const scale = Math.max(1, Math.round(ratio));
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = PERIOD * scale;
  const brush = canvas.getContext("2d");
  brush.scale(scale, scale);
  brush.fillStyle = ground;
  brush.fillRect(0, 0, PERIOD, PERIOD);
  draw(brush);
  const made = ctx.createPattern(canvas, "repeat");
  made.setTransform(new DOMMatrix().scale(1 / scale));
  return made;
}

function hatch(brush) {
  brush.strokeStyle = color("--unmet");
  brush.lineWidth = 1.8;
  brush.lineCap = "square";
  brush.beginPath();
  for (const shift of [-PERIOD, 0, PERIOD]) {
    brush.moveTo(shift, PERIOD);
    brush.lineTo(shift + PERIOD, 0);
  }
  brush.stroke();
}

function dots(brush) {
  brush.fillStyle = color("--line-2");
  brush.beginPath();
  brush.arc(PERIOD / 2, PERIOD / 2, 0.9, 0, 2 * Math.PI);
  brush.fill();
}

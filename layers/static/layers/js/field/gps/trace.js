/** A road walked or driven: the raw trace is kept whole; the line is cut where it cannot be one road. Pure. */

import { distance } from "../../tools/geodesy.js";

/** @typedef {Fix} Fix */

export const GAP_MS = 120_000;
/** 150 km/h: faster than anything on a rural road, so the receiver jumped. */
export const FASTEST_M_S = 150 / 3.6;
/** Worse fixes stay in the raw trace but draw no line. */
export const USABLE_M = 50;
const NEAREST_M = 2;

const metres = (a, b) => distance({ lat: a.lat, lng: a.lon }, { lat: b.lat, lng: b.lon });

/**
 * @param {Fix[]} raw in the order they came
 * @returns {Fix[][]} every piece of two or more points; none is dropped for being short
 */
export function pieces(raw) {
  const found = [];
  let piece = [];
  for (const fix of raw) {
    if (!(fix.accuracy > 0) || fix.accuracy > USABLE_M) continue;
    const last = piece.at(-1);
    if (last && isCut(last, fix)) {
      found.push(piece);
      piece = [];
    } else if (last && metres(last, fix) < NEAREST_M) continue;
    piece.push(fix);
  }
  found.push(piece);
  return found.filter((part) => part.length > 1);
}

/** @param {Fix} a @param {Fix} b */
function isCut(a, b) {
  const ms = b.at - a.at;
  if (ms > GAP_MS) return true;
  // Two fixes of one instant have no speed; apart farther than they are wrong, they are a jump all the same.
  const slack = a.accuracy + b.accuracy;
  return metres(a, b) > slack + (FASTEST_M_S * Math.max(ms, 0)) / 1000;
}

/** @param {Fix[][]} parts @returns {number} metres, without the gaps */
export function traceLength(parts) {
  let sum = 0;
  for (const part of parts)
    for (let index = 1; index < part.length; index++) sum += metres(part[index - 1], part[index]);
  return sum;
}

/** @param {Fix[][]} parts @returns {{type: string, coordinates: number[][][]}} GeoJSON, in EPSG:4326 */
export function asMultiLine(parts) {
  const coordinates = parts.map((part) => part.map(({ lon, lat }) => [round(lon), round(lat)]));
  return { type: "MultiLineString", coordinates };
}

/** A seventh decimal of a degree is a centimetre. @param {number} degrees */
export function round(degrees) {
  return Math.round(degrees * 1e7) / 1e7;
}

/** A map with the packs' base map under it. */

import { openArchive } from "../map/archive.js";
import { FieldMap } from "../map/field-map.js";

/**
 * @param {App} app
 * @param {HTMLElement} element
 * @returns {Promise<FieldMap>}
 */
export async function openMap(app, element) {
  const map = new FieldMap(element);
  const boxes = [];
  for (const pack of app.packs.held) {
    boxes.push(boxOf(pack.area));
    map.setNames(pack.hamlets);
    const pieces = pack.mapAt ? await app.maps.pieces(pack.commune) : [];
    if (pieces.length) await map.setBase(openArchive(new Blob(pieces), pack.commune));
  }
  map.fit(around(boxes.filter(Boolean)));
  return map;
}

/** West, south, east, north of a commune's outline; nothing without one. @param {any} area */
function boxOf(area) {
  if (!area) return null;
  const corners = (area.type === "Polygon" ? [area.coordinates] : area.coordinates).flat(2);
  const [lons, lats] = [0, 1].map((axis) => corners.map((corner) => corner[axis]));
  return [lons.reduce(min), lats.reduce(min), lons.reduce(max), lats.reduce(max)];
}

const min = (a, b) => Math.min(a, b);
const max = (a, b) => Math.max(a, b);

/** @param {Array<[number, number, number, number]>} boxes */
function around(boxes) {
  if (!boxes.length) return null;
  const all = (index, pick) => boxes.map((box) => box[index]).reduce(pick);
  return [all(0, min), all(1, min), all(2, max), all(3, max)];
}

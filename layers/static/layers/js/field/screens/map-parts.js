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
    boxes.push(pack.map?.bbox);
    map.setNames(pack.hamlets);
    const pieces = pack.mapAt ? await app.maps.pieces(pack.commune) : [];
    if (pieces.length) await map.setBase(openArchive(new Blob(pieces), pack.commune));
  }
  map.fit(around(boxes.filter(Boolean)));
  return map;
}

/** @param {Array<[number, number, number, number]>} boxes */
function around(boxes) {
  if (!boxes.length) return null;
  const all = (index, pick) => pick(...boxes.map((box) => box[index]));
  return [all(0, Math.min), all(1, Math.min), all(2, Math.max), all(3, Math.max)];
}

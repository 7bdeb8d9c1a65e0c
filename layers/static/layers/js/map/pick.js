/** What a click means where several things lie under it. Pure. */

const NEAREST_FIRST = { 1: 0, 2: 1, 3: 2 };

/**
 * @typedef {{layer: string, id: number}} Pick
 */

/**
 * Choose the thing meant: a point before a line before an area, of areas the smallest kind, of equals the
 * layer drawn last.
 * @param {Map<string, Array<{feature: {id: number, geomType: number}, layerName: string}>>} found by layer
 * @param {string[]} order slugs as they are drawn, the lowest first
 * @returns {Pick | null}
 */
export function choose(found, order) {
  /** @type {Array<{layer: string, id: number, type: number, depth: number}>} */
  const all = [];
  for (const [layer, features] of found) {
    for (const { feature, layerName } of features) {
      if (layerName !== layer || !order.includes(layer)) continue;
      all.push({ layer, id: feature.id, type: feature.geomType, depth: order.indexOf(layer) });
    }
  }
  all.sort((a, b) => NEAREST_FIRST[a.type] - NEAREST_FIRST[b.type] || b.depth - a.depth);
  return all.length ? { layer: all[0].layer, id: all[0].id } : null;
}

/** Which records go to the server together. Pure. */

/** As many as the server takes at once, and as heavy as may be: in base64 four bytes carry three. */
const MOST = 50;
const HEAVIEST = 700_000;

/**
 * @param {Item[]} items oldest first
 * @returns {Item[][]} in the same order, each of one owner
 */
export function bundles(items) {
  const found = [];
  let weight = 0;
  for (const item of items) {
    const last = found.at(-1);
    const size = item.body?.length ?? 0;
    if (last && last.length < MOST && last[0].owner === item.owner && weight + size <= HEAVIEST) {
      last.push(item);
      weight += size;
    } else {
      found.push([item]);
      weight = size;
    }
  }
  return found;
}

/** Points that would lie on each other on the map, taken together. */

/** Pixels within which points are one. */
const NEAR = 36;

/**
 * @template T
 * @param {{of: T, at: [number, number]}[]} points each with its pixels on the map at the present zoom
 * @returns {{members: T[], at: [number, number]}[]} groups in the order of their first points, each at its middle
 */
export function clustered(points, near = NEAR) {
  /** @type {{members: T[], sum: [number, number]}[]} */
  const groups = [];
  /** @type {Map<string, {members: T[], sum: [number, number]}>} */
  const cells = new Map();
  for (const { of, at } of points) {
    const key = at.map((pixel) => Math.floor(pixel / near)).join();
    let group = cells.get(key);
    if (!group) {
      group = { members: [], sum: [0, 0] };
      cells.set(key, group);
      groups.push(group);
    }
    group.members.push(of);
    group.sum = [group.sum[0] + at[0], group.sum[1] + at[1]];
  }
  return groups.map(({ members, sum: [x, y] }) => ({
    members,
    at: [x / members.length, y / members.length],
  }));
}

/** Where names stand. Pure: boxes and points in, places out. */

/**
 * @typedef {object} Candidate
 * @property {number} x centre
 * @property {number} y centre
 * @property {number} width
 * @property {number} height
 * @property {number} priority the smaller, the earlier it gets its place
 * @property {Array<[number, number]>} [shifts] how it may step aside, the least first
 */

/**
 * Give each name its place, the important ones first. One that would overlap another steps aside if it may,
 * and is left out if it still does.
 * @template {Candidate} T
 * @param {T[]} candidates
 * @param {Candidate[]} [taken] what has its place already
 * @returns {T[]}
 */
export function placeLabels(candidates, taken = []) {
  /** @type {T[]} */
  const placed = [];
  const inOrder = [...candidates].sort((a, b) => a.priority - b.priority || a.y - b.y || a.x - b.x);
  for (const label of inOrder) {
    const free = [[0, 0], ...(label.shifts ?? [])].find(([dx, dy]) => {
      const moved = { ...label, x: label.x + dx, y: label.y + dy };
      const free = (other) => !overlap(moved, other);
      return placed.every(free) && taken.every(free);
    });
    if (!free) continue;
    label.x += free[0];
    label.y += free[1];
    placed.push(label);
  }
  return placed;
}

/** @param {Candidate} a @param {Candidate} b */
export function overlap(a, b) {
  return Math.abs(a.x - b.x) * 2 < a.width + b.width && Math.abs(a.y - b.y) * 2 < a.height + b.height;
}

/**
 * The weight and the centre of gravity of a ring, weighted by its area: pieces of one polygon, cut at the
 * edges of tiles, add up to the whole.
 * @param {Array<{x: number, y: number}>} ring
 * @returns {{area: number, x: number, y: number}} `x` and `y` already times `area`
 */
export function moment(ring) {
  let area = 0;
  let x = 0;
  let y = 0;
  for (let index = 0; index < ring.length; index++) {
    const a = ring[index];
    const b = ring[(index + 1) % ring.length];
    const cross = a.x * b.y - b.x * a.y;
    area += cross;
    x += (a.x + b.x) * cross;
    y += (a.y + b.y) * cross;
  }
  return { area: area / 2, x: x / 6, y: y / 6 };
}

/** Add pieces up to the centre of the whole; null where they have no area. */
export class Centre {
  area = 0;
  x = 0;
  y = 0;

  /** @param {Array<Array<{x: number, y: number}>>} rings @param {number} scale @param {{x: number, y: number}} shift */
  add(rings, scale, shift) {
    for (const ring of rings) {
      const piece = moment(ring);
      const area = piece.area * scale * scale;
      this.area += area;
      this.x += piece.x * scale ** 3 + shift.x * area;
      this.y += piece.y * scale ** 3 + shift.y * area;
    }
  }

  /** @returns {{x: number, y: number} | null} */
  get point() {
    return Math.abs(this.area) < 1e-9 ? null : { x: this.x / this.area, y: this.y / this.area };
  }
}

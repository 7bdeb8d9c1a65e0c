/** How long to wait before trying again: 5 s, doubled each time, at most 15 min, and never all phones at once. */

const FIRST_MS = 5_000;
const LONGEST_MS = 15 * 60_000;

/**
 * @param {number} tries failed so far, from 1
 * @param {number} chance from 0 to 1; spreads the phones of a district over half the time
 * @param {number} [asked] seconds that the server asked for
 * @returns {number} milliseconds
 */
export function waitAfter(tries, chance, asked = 0) {
  const full = Math.min(FIRST_MS * 2 ** Math.min(tries - 1, 20), LONGEST_MS);
  return Math.max(Math.round(full * (0.5 + chance / 2)), asked * 1000);
}

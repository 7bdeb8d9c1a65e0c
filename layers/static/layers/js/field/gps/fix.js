/** The best position that a phone can give in two minutes. Pure: the clock is passed in. */

import { distance } from "../../tools/geodesy.js";

/** @typedef {{lat: number, lon: number, accuracy: number, at: number}} Fix accuracy in metres, `at` in ms */

export const LONGEST_MS = 120_000;
export const GOOD_M = 10;
export const POOR_M = 30;
export const REASON_M = 50;
const OLDEST_MS = 10_000;
/** Fixes this much worse than the best one are not averaged with it. */
const COMPARABLE = 1.5;

/**
 * Why a fix is not used; "" where it is.
 * @param {Fix} fix
 * @param {number} now
 * @returns {"" | "old" | "made-up"}
 */
export function refusal(fix, now) {
  if (now - fix.at > OLDEST_MS) return "old";
  // No receiver is exact: 0 m is what apps that fake a position say.
  if (!(fix.accuracy > 0)) return "made-up";
  return "";
}

/**
 * The position of several fixes at one place: the mean of those nearly as good as the best, each weighted by
 * the inverse square of its accuracy. The accuracy stays the best one's: errors of fixes seconds apart are
 * alike, so averaging them steadies a position but does not prove it better.
 * @param {Fix[]} fixes not refused, at least one
 * @returns {Fix}
 */
export function bestOf(fixes) {
  const best = fixes.reduce((a, b) => (b.accuracy < a.accuracy ? b : a));
  const used = fixes.filter(
    (fix) =>
      fix.accuracy <= best.accuracy * COMPARABLE &&
      distance({ lat: fix.lat, lng: fix.lon }, { lat: best.lat, lng: best.lon }) <=
        fix.accuracy + best.accuracy,
  );
  let weight = 0;
  let lat = 0;
  let lon = 0;
  for (const fix of used) {
    const w = 1 / fix.accuracy ** 2;
    weight += w;
    lat += fix.lat * w;
    lon += fix.lon * w;
  }
  return { lat: lat / weight, lon: lon / weight, accuracy: best.accuracy, at: best.at };
}

/**
 * @param {number} accuracy in metres
 * @returns {"good" | "fair" | "poor" | "reason"} good is taken by itself; poor warns; reason asks for one
 */
export function grade(accuracy) {
  if (accuracy <= GOOD_M) return "good";
  if (accuracy <= POOR_M) return "fair";
  return accuracy <= REASON_M ? "poor" : "reason";
}

/** When the list may be opened. Pure: the clock is passed in. */

export const MOST_WRONG = 10;
export const VALID_MS = 14 * 86_400_000;

/**
 * The time that the phone may claim: setting its clock back wins nothing.
 * @param {number} now
 * @param {number} seen the latest time that was ever seen
 */
export function honestNow(now, seen) {
  return Math.max(now, seen);
}

/** @param {{loginAt: number, seenAt: number}} login @param {number} now */
export function isExpired({ loginAt, seenAt }, now) {
  return honestNow(now, seenAt) - loginAt > VALID_MS;
}

/** @param {{loginAt: number, seenAt: number}} login @param {number} now whole days */
export function daysLeft({ loginAt, seenAt }, now) {
  return Math.max(0, Math.ceil((loginAt + VALID_MS - honestNow(now, seenAt)) / 86_400_000));
}

/** What anybody tries first: one digit six times, or a row of digits up or down. @param {string} pin */
export function isEasy(pin) {
  const steps = new Set(Array.from(pin.slice(1), (digit, index) => Number(digit) - Number(pin[index])));
  return steps.size === 1 && Math.abs([...steps][0]) <= 1;
}

/** @param {string} pin */
export function isPin(pin) {
  return /^\d{6}$/.test(pin);
}

/** The four results a criterion can have, as one character each in tiles and answers. */

/**
 * @typedef {"m" | "u" | "?" | "-"} Status
 * @typedef {{status: Status, css: string, sign: string}} Sign
 */

/** @type {Record<Status, Sign>} */
export const SIGNS = {
  m: { status: "m", css: "met", sign: "✓" },
  u: { status: "u", css: "unmet", sign: "✕" },
  "?": { status: "?", css: "unknown", sign: "?" },
  "-": { status: "-", css: "not-assessed", sign: "–" },
};

/**
 * The result of a criterion, from the string of all results; what is missing was not assessed.
 * @param {string | undefined} statuses one character for each criterion, the first for number 1
 * @param {number} number
 * @returns {Status}
 */
export function statusOf(statuses, number) {
  const found = (statuses ?? "")[number - 1];
  return found in SIGNS ? /** @type {Status} */ (found) : "-";
}

/**
 * Tell whether the declared result of a criterion disagrees with the computed one.
 * @param {string | undefined} differs
 * @param {number} number
 */
export function differsAt(differs, number) {
  return (differs ?? "")[number - 1] === "≠";
}

/** @param {Status} status */
export function statusTitle(status) {
  return {
    m: pgettext("criterion", "met"),
    u: pgettext("criterion", "unmet"),
    "?": pgettext("criterion", "unknown"),
    "-": pgettext("criterion", "not assessed"),
  }[status];
}

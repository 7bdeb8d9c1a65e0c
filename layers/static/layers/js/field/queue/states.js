/**
 * The life of a finalised record on the phone, as a pure function of what the server says.
 *
 * ready → sending → photos → accepted, or attention. A record leaves the phone only once the server has said
 * that it is complete; whatever else is answered, it stays. Retrying is for what time can heal; what only a
 * person can heal goes to `attention` with the reason that the server gave.
 */

/** @typedef {"ready" | "sending" | "photos" | "accepted" | "attention"} State */

/**
 * @typedef {object} Said what the server answered to a record, or that it did not
 * @property {number} status of HTTP; 0 where there was no answer
 * @property {boolean} [complete] everything of the record has arrived
 * @property {string} [state] what the server made of it
 * @property {string[]} [missing] names of photos that it has not
 * @property {string} [reason] for a person to read
 * @property {Array<{field: string, message: string}>} [errors] at which answer, where it is about one
 * @property {number} [retryAfter] seconds
 */

/** What time heals: no answer, being processed, too many requests, a server in trouble, an app that updates itself. */
const PASSES = new Set([0, 401, 408, 423, 425, 426, 429]);

/** @param {number} status */
export function passes(status) {
  return PASSES.has(status) || status >= 500;
}

/**
 * @param {Said} said
 * @returns {{state: State, retry: boolean, reason: string}}
 */
export function afterAnswer(said) {
  if (said.status >= 200 && said.status < 300) {
    // Only an explicit word lets a record go: an answer without it is no reason to forget anything.
    if (said.complete === true) return { state: "accepted", retry: false, reason: said.reason ?? "" };
    return { state: "photos", retry: true, reason: "" };
  }
  if (passes(said.status)) return { state: "ready", retry: true, reason: said.reason ?? "" };
  return { state: "attention", retry: false, reason: said.reason ?? "" };
}

/**
 * After the app was killed in the midst of sending: nobody knows what arrived, so it is asked again.
 * The server knows a record by its id and bytes, so asking twice stores once.
 * @param {State} state
 * @returns {State}
 */
export function afterRestart(state) {
  return state === "sending" ? "ready" : state;
}

const UNSENT = new Set(["ready", "sending", "photos", "attention"]);

/** @param {{state: State}} item */
export function isUnsent(item) {
  return UNSENT.has(item.state);
}

/**
 * The records to try now, oldest first. One that waits for its time, or for a person, holds up no other.
 * @param {Array<{state: State, seq: number, nextAt: number}>} items
 * @param {number} now
 */
export function due(items, now) {
  return items
    .filter((item) => (item.state === "ready" || item.state === "photos") && item.nextAt <= now)
    .sort((a, b) => a.seq - b.seq);
}

/**
 * @param {Array<{state: State, finalizedAt: string, attachments?: Array<{size: number, done: boolean}>}>} items
 * @returns {{unsent: number, attention: number, oldest: string | null, photos: number, bytes: number}} `photos` that
 *   have not been sent, and how much room they take
 */
export function count(items) {
  const unsent = items.filter(isUnsent);
  const photos = unsent.flatMap(({ attachments = [] }) => attachments.filter(({ done }) => !done));
  const oldest = unsent.map((item) => item.finalizedAt).sort()[0] ?? null;
  return {
    unsent: unsent.length,
    attention: items.filter((item) => item.state === "attention").length,
    oldest,
    photos: photos.length,
    bytes: photos.reduce((sum, { size }) => sum + size, 0),
  };
}

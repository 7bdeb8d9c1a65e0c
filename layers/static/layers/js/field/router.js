/** Screens by the part of the address after #, so that the phone's back button works and a cold start returns. */

/** @param {string} hash such as "#/draft/3f…/name" @returns {string[]} its parts */
export function parts(hash) {
  return hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);
}

/** @param {...string} names @returns {string} */
export function to(...names) {
  return `#/${names.map(encodeURIComponent).join("/")}`;
}

/** @param {string} hash @param {{replace?: boolean}} [how] */
export function go(hash, { replace = false } = {}) {
  if (replace) location.replace(hash);
  else location.hash = hash;
}

/**
 * Call back with the parts of the address, now and at each change; one screen after the other, never two at once.
 * @param {(parts: string[]) => Promise<void>} show
 */
export function follow(show) {
  let last = Promise.resolve();
  const next = () => {
    last = last.then(() => show(parts(location.hash)));
    return last;
  };
  addEventListener("hashchange", next);
  return next;
}

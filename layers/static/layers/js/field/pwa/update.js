/** Installing the shell, and changing to a new version only when no draft is open in any window. */

/** Held, shared, by every window in which a form is open. */
const OPEN_DRAFT = "field-draft-open";

/**
 * @param {{worker: string, scope: string}} start
 * @param {{waiting: () => void, wake: () => void, failed: () => void}} told `waiting` when a new version is ready,
 *   `failed` when the first one could not be kept (no room); where an earlier one is kept, that goes on
 * @returns {Promise<ServiceWorkerRegistration | null>} nothing where the browser has no service workers
 */
export async function installShell(start, told) {
  if (!navigator.serviceWorker) return null;
  const registration = await navigator.serviceWorker.register(start.worker, { scope: start.scope });
  navigator.serviceWorker.addEventListener("message", ({ data }) => data === "send" && told.wake());
  const look = () => registration.waiting && navigator.serviceWorker.controller && told.waiting();
  const follow = () => {
    const worker = registration.installing;
    worker?.addEventListener("statechange", () => {
      if (worker.state === "redundant" && !registration.active) told.failed();
      look();
    });
  };
  registration.addEventListener("updatefound", follow);
  follow();
  look();
  return registration;
}

/**
 * Change to the version that waits, unless a draft is open; the page is then loaded anew.
 * @param {ServiceWorkerRegistration} registration
 * @returns {Promise<boolean>} false where a draft is open somewhere
 */
export function changeVersion(registration) {
  return navigator.locks.request(OPEN_DRAFT, { ifAvailable: true }, async (lock) => {
    if (!lock || !registration.waiting) return false;
    const changed = new Promise((resolve) => {
      navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true });
    });
    registration.waiting.postMessage("activate");
    await changed;
    location.reload();
    return true;
  });
}

/**
 * Ask the browser to wake the app once there is a network again: a bonus, for one that lies in the background, whose
 * timers hardly run. Only without a network: with one it would fire at once, again and again.
 * @param {ServiceWorkerRegistration | null} registration
 */
export function wakeWithNetwork(registration) {
  if (navigator.onLine) return;
  // Refused, or unknown to the browser: the app's own timers do the work.
  registration?.sync?.register("send").catch((error) => console.warn(error));
}

/** Say that a draft is open in this window. @returns {() => void} call it when the draft is left */
export function draftIsOpen() {
  let leave = () => {};
  const left = new Promise((resolve) => {
    leave = () => resolve(null);
  });
  navigator.locks.request(OPEN_DRAFT, { mode: "shared" }, () => left);
  return leave;
}

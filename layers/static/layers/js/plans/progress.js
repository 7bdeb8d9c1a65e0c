/** The bar of a plan that the worker computes. */

import { byId } from "../dom.js";
import { getJson } from "../http.js";

const EVERY_MS = 1000;

/** Ask how far a plan is until it is done, then show what came of it. @param {string} url */
export async function follow(url) {
  const [now, problem] = await getJson(url);
  if (now && !now.busy) {
    location.reload();
    return;
  }
  byId("task-label").textContent = now?.label ?? problem?.detail ?? "";
  if (now?.total) {
    const bar = /** @type {HTMLProgressElement} */ (byId("task-progress"));
    bar.max = now.total;
    bar.value = Math.min(now.done, now.total);
  }
  setTimeout(() => follow(url), EVERY_MS);
}

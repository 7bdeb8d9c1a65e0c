/** The bar of a study that the worker is at. */

import { byId } from "../dom.js";
import { getJson } from "../http.js";

const EVERY_MS = 1000;

/**
 * Ask how far a study is until it is answered, then show the answer.
 * @param {string} url
 */
export async function follow(url) {
  const [now, problem] = await getJson(url);
  if (now && !now.busy) {
    location.reload();
    return;
  }
  byId("siting-problem").textContent = problem?.detail ?? "";
  if (now) show(now);
  setTimeout(() => follow(url), EVERY_MS);
}

/** @param {{done: number, total: number | null, label: string}} now */
function show({ done, total, label }) {
  const bar = /** @type {HTMLProgressElement} */ (byId("siting-progress"));
  if (total) {
    bar.max = total;
    bar.value = done;
  } else bar.removeAttribute("value");
  byId("siting-label").textContent = `${label}…`;
}

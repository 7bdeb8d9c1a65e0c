/** How far the plan can be trusted: asked for until the worker has tried it, then shown beside the answer. */

import { byId } from "../dom.js";
import { getJson } from "../http.js";
import { showCurves } from "./curve.js";

const EVERY_MS = 2000;
/** The worker is given five minutes; what has not come by then has failed. */
const TRIES = 180;

/** @param {string} url @param {number} [tries] left */
export async function showTrust(url, tries = TRIES) {
  const [found, problem] = await getJson(url);
  if (problem) {
    byId("trust").textContent = problem.detail;
    return;
  }
  if (!found.ready) {
    if (tries) setTimeout(() => showTrust(url, tries - 1), EVERY_MS);
    else
      byId("trust").textContent = gettext("How sure the plan is could not be worked out. Compute it again.");
    return;
  }
  // The lines come from the server's own template.
  const parsed = new DOMParser().parseFromString(found.html, "text/html");
  byId("trust").replaceChildren(...parsed.body.childNodes);
  if (found.curve) showCurves([found.curve]);
  for (const line of document.querySelectorAll("[data-package]")) {
    line.querySelector("[data-sure]").textContent = found.labels[line.dataset.package] ?? "";
  }
}

/** The page of one report that is being made: how far it is, until it is there. */

import { byId } from "./dom.js";
import { getJson } from "./http.js";

const EVERY_MS = 1000;

/** @param {string} url */
async function follow(url) {
  const [now, problem] = await getJson(url);
  if (now && !now.busy) {
    location.reload();
    return;
  }
  if (now) show(now);
  else byId("report-done").textContent = problem?.detail ?? "";
  setTimeout(() => follow(url), EVERY_MS);
}

/** @param {{done: number, total: number | null, label: string, told: string}} now */
function show({ done, total, label, told }) {
  const bar = /** @type {HTMLProgressElement} */ (byId("report-progress"));
  if (total) {
    bar.max = total;
    bar.value = done;
  }
  byId("report-label").textContent = `${label}…`;
  byId("report-done").textContent = told;
}

follow(JSON.parse(byId("start").textContent).progress);

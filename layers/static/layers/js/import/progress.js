/** The bar of a running import. */

import { byId } from "../dom.js";
import { getJson } from "../http.js";

const EVERY_MS = 1000;

/**
 * Ask how far an import is until it is done, then show what came of it.
 * @param {string} url
 */
export async function follow(url) {
  const [now, problem] = await getJson(url);
  if (now && !now.busy) {
    location.reload();
    return;
  }
  if (now) show(now);
  else byId("import-done").textContent = problem?.detail ?? "";
  setTimeout(() => follow(url), EVERY_MS);
}

/** @param {{done: number, total: number | null, label: string}} now */
function show({ done, total, label }) {
  const bar = /** @type {HTMLProgressElement} */ (byId("import-progress"));
  const number = new Intl.NumberFormat(document.documentElement.lang);
  if (total) {
    bar.max = total;
    bar.value = done;
  }
  byId("import-label").textContent = label;
  byId("import-done").textContent = total
    ? interpolate(
        gettext("%(done)s of %(total)s rows"),
        { done: number.format(done), total: number.format(total) },
        true,
      )
    : interpolate(gettext("%(done)s rows"), { done: number.format(done) }, true);
}

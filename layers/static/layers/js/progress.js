/** Following what the worker does: asked for once a second; once it is done, the page is shown anew. */

import { byId } from "./dom.js";
import { getJson } from "./http.js";

const EVERY_MS = 1000;

/**
 * @typedef {{busy: boolean, done: number, total: number | null, label: string, told?: string}} Step
 * @param {string} url answers a Step
 * @param {string} name of the page's elements: #name-progress the bar, #name-label what is done, #name-done in figures
 * @param {(step: Step) => string} [told] the figures in words
 */
export async function follow(url, name, told = (step) => step.told ?? "") {
  const [step, problem] = await getJson(url);
  if (step && !step.busy) {
    location.reload();
    return;
  }
  if (step) show(step, name);
  byId(`${name}-done`).textContent = step ? told(step) : (problem?.detail ?? "");
  setTimeout(() => follow(url, name, told), EVERY_MS);
}

/** @param {Step} step @param {string} name */
function show({ done, total, label }, name) {
  const bar = /** @type {HTMLProgressElement} */ (byId(`${name}-progress`));
  if (total) {
    bar.max = total;
    bar.value = Math.min(done, total);
  } else bar.removeAttribute("value");
  byId(`${name}-label`).textContent = `${label}…`;
}

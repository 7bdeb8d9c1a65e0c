/**
 * What a planner tries otherwise: the money, works forced in or left out. Each change is answered by the server and
 * shown in place of the stored plan; nothing is stored until it is kept.
 */

import { clearAlert, showAlert } from "../alerts.js";
import { byId } from "../dom.js";
import { number } from "../format.js";
import { request, wasAborted } from "../http.js";

const MILLION = 1e6;
const PAUSE_MS = 150;

export class Choices {
  /** @param {Record<string, any>} start @param {PlanMap} map */
  constructor(start, map) {
    this.start = start;
    this.map = map;
    const { budget, criterion_weight, forced_in, forced_out } = start;
    this.stored = { budget, criterion_weight, forced_in, forced_out };
    this.now = structuredClone(this.stored);
    this.answer = byId("answer");
    this.first = [...this.answer.childNodes].map((node) => node.cloneNode(true));
    this.slider = /** @type {HTMLInputElement} */ (byId("budget"));
    this.setUpBudget();
    this.answer.addEventListener("click", ({ target }) => this.force(target.closest("[data-force]")));
    this.answer.addEventListener("click", ({ target }) => this.free(target.closest("[data-free]")));
    byId("trust").addEventListener("click", ({ target }) => this.weigh(target.closest("[data-weight]")));
    byId("undo").addEventListener("click", () => this.undo());
    this.offer();
  }

  setUpBudget() {
    const most = Math.max((this.stored.budget / MILLION) * 2.5, 100);
    this.slider.max = String(Math.ceil(most / 10) * 10);
    this.slider.value = String(this.stored.budget / MILLION);
    this.slider.disabled = false;
    this.sayBudget();
    this.slider.addEventListener("input", () => this.sayBudget());
    this.slider.addEventListener("change", () =>
      this.change({ budget: Number(this.slider.value) * MILLION }),
    );
  }

  sayBudget() {
    const amount = number(Number(this.slider.value), 0);
    byId("budget-said").textContent = interpolate(gettext("%(amount)s million VND"), { amount }, true);
  }

  /** Show on each package, and on what was left out, what may be chosen about it. */
  offer() {
    for (const button of this.answer.querySelectorAll("[data-free]")) button.hidden = false;
    for (const line of this.answer.querySelectorAll("[data-package]")) {
      line.querySelector(".choose").hidden = false;
    }
  }

  /** @param {HTMLElement | null} button */
  force(button) {
    const line = button?.closest("[data-package]");
    if (!line) return;
    const keys = line.dataset.keys.split(" ");
    this.choose(keys, button.getAttribute("aria-pressed") === "true" ? null : button.dataset.force);
  }

  /** Leave to the plan what was left out. @param {HTMLElement | null} button */
  free(button) {
    if (button) this.choose(button.dataset.free.split(" "), null);
  }

  /** Let a criterion turned to met count for another share of its commune. @param {HTMLElement | null} button */
  weigh(button) {
    if (!button) return;
    this.change({ criterion_weight: Number(button.dataset.weight) });
    this.answer.scrollIntoView({ block: "start" });
  }

  /** Force works in or out, or leave them to the plan. @param {string[]} keys @param {"in" | "out" | null} side */
  choose(keys, side) {
    const without = (list) => list.filter((key) => !keys.includes(key));
    const forced_in = without(this.now.forced_in);
    const forced_out = without(this.now.forced_out);
    if (side === "in") forced_in.push(...keys);
    if (side === "out") forced_out.push(...keys);
    this.change({ forced_in, forced_out });
  }

  /** @param {string} key of a work or a road @returns {"in" | "out" | null} */
  sideOf(key) {
    if (this.now.forced_in.includes(key)) return "in";
    return this.now.forced_out.includes(key) ? "out" : null;
  }

  change(change) {
    Object.assign(this.now, change);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE_MS);
  }

  async ask() {
    this.asked?.abort();
    this.asked = new AbortController();
    this.answer.setAttribute("aria-busy", "true");
    const [found, problem] = await request(this.start.urls.what_if, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": this.start.csrf,
        Accept: "application/json",
      },
      body: JSON.stringify(this.now),
      signal: this.asked.signal,
    });
    if (wasAborted(problem)) return;
    clearAlert("what-if");
    this.answer.setAttribute("aria-busy", "false");
    if (problem) showAlert({ key: "what-if", ...problem });
    else this.show(found);
  }

  /** @param {{html: string, works: object}} found */
  show({ html, works }) {
    // The lines come from the server's own template, the same that the page was made by.
    const parsed = new DOMParser().parseFromString(html, "text/html");
    this.answer.replaceChildren(...parsed.body.childNodes);
    this.map.show(works);
    this.offer();
    this.tellKeep();
  }

  tellKeep() {
    const changed = JSON.stringify(this.now) !== JSON.stringify(this.stored);
    byId("keep").hidden = !changed;
    /** @type {HTMLInputElement} */ (byId("choices")).value = JSON.stringify(this.now);
  }

  undo() {
    this.asked?.abort();
    this.now = structuredClone(this.stored);
    this.slider.value = String(this.stored.budget / MILLION);
    this.sayBudget();
    this.answer.replaceChildren(...this.first.map((node) => node.cloneNode(true)));
    this.offer();
    this.map.restore();
    this.tellKeep();
  }
}

/** The year slider. */

import { byId, h } from "../dom.js";
import { say } from "../page.js";

/** @param {Page} page */
export function makeYears(page) {
  page.addEventListener("catalogue", () => show(page));
  byId("years").addEventListener("submit", (event) => event.preventDefault());
}

function show(page) {
  const { years } = page.catalogue;
  const place = byId("years");
  place.hidden = years.length < 2;
  if (place.dataset.years === years.join() || place.hidden) return;
  place.dataset.years = years.join();
  const ticks = h("div.ticks", { "aria-hidden": "true" });
  const slider = h("input", {
    type: "range",
    min: String(years[0]),
    max: String(years.at(-1)),
    step: "1",
    value: String(page.state.year),
    "aria-label": gettext("Year"),
  });
  const mark = (year) => ticks.replaceChildren(...labels(years, year));
  slider.addEventListener("input", () => mark(Number(slider.value)));
  slider.addEventListener("change", () => {
    page.change({ year: Number(slider.value) });
    say(interpolate(gettext("Year %(year)s"), { year: slider.value }, true));
  });
  mark(page.state.year);
  place.replaceChildren(ticks, slider);
}

/** At most six years are named: the first, the last, the one chosen, and some between; and one of which nothing is known. */
function labels(years, chosen) {
  const step = Math.ceil(years.length / 6);
  const named = years.filter((year, index) => index % step === 0 || year === years.at(-1) || year === chosen);
  if (chosen < years[0]) named.unshift(chosen);
  if (chosen > years.at(-1)) named.push(chosen);
  return named.map((year) => h(year === chosen ? "b" : "span", {}, String(year)));
}

/** Search by name, without diacritics if one likes, or by position; a list that the keyboard walks. */

import { byId, h } from "../dom.js";
import { getJson } from "../http.js";
import { say } from "../page.js";
import { room } from "../room.js";

const PAUSE_MS = 180;
const SHORTEST = 2;

/** @param {Page} page @param {MapView} map */
export function makeSearch(page, map) {
  const input = /** @type {HTMLInputElement} */ (byId("q"));
  const list = byId("found");
  let results = [];
  let active = -1;
  let asked = null;
  let timer;

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function open(items) {
    list.replaceChildren(...items);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  function mark(index) {
    active = (index + results.length) % results.length;
    for (const [at, option] of [...list.children].entries())
      option.setAttribute("aria-selected", String(at === active));
    list.children[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", `found-${active}`);
  }

  function choose(result) {
    close();
    input.value = result.title;
    const pick = result.layer ? { layer: result.layer, id: result.id } : null;
    if (result.layer && !page.state.layers.includes(result.layer) && page.layer(result.layer)) {
      page.change({ layers: [...page.state.layers, result.layer] });
    }
    page.pickedByKeyboard = true;
    page.change({ pick });
    if (result.bbox) map.fit(result.bbox, room());
    else if (result.point)
      map.goTo({ lng: result.point[0], lat: result.point[1], zoom: Math.max(16, map.view.zoom) });
    map.point(result.layer ? null : result.point);
  }

  async function find() {
    const text = input.value.trim();
    if (text.length < SHORTEST) return close();
    asked?.abort();
    asked = new AbortController();
    const query = new URLSearchParams({ q: text, year: String(page.state.year) });
    if (page.state.unit) query.set("unit", String(page.state.unit));
    const [found, problem] = await getJson(`${page.urls.search}?${query}`, asked.signal);
    if (problem?.status === -1) return;
    results = found ?? [];
    active = -1;
    if (problem) open([nothing(`${problem.title}. ${problem.detail}`)]);
    else if (results.length)
      open(results.map((result, index) => option(result, index, () => choose(result))));
    else
      open([nothing(gettext("Nothing found. Try part of the name, or a position such as 22.147, 105.835."))]);
    const count = interpolate(
      ngettext("%(count)s found", "%(count)s found", results.length),
      { count: results.length },
      true,
    );
    say(problem ? problem.title : count);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (list.hidden || !results.length) return;
    if (event.key === "ArrowDown") mark(active + 1);
    else if (event.key === "ArrowUp") mark(active - 1);
    else return;
    event.preventDefault();
  });
  input.addEventListener("focusout", ({ relatedTarget }) => {
    if (!list.contains(relatedTarget)) setTimeout(close, 150);
  });
  byId("search").addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(timer);
    if (list.hidden || !results.length) await find();
    if (results.length) choose(results[Math.max(active, 0)]);
  });
}

function option(result, index, onclick) {
  return h(
    "li",
    { id: `found-${index}`, role: "option", "aria-selected": "false", onclick },
    result.title,
    result.subtitle ? h("small", {}, result.subtitle) : "",
  );
}

function nothing(text) {
  return h("li.nothing.muted", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, text);
}

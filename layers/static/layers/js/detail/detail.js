/** The right panel: what was picked. It opens on a pick and closes without one. */

import { byId, h, icon } from "../dom.js";
import { getJson, wasAborted } from "../http.js";
import { say, UNIT_LAYERS } from "../page.js";
import { room } from "../room.js";
import { featureBody } from "./feature.js";
import { unitBody } from "./unit.js";

/** @param {Page} page @param {MapView} map */
export function makeDetail(page, map) {
  const panel = byId("detail");
  let asked = null;

  function close() {
    const inside = panel.contains(document.activeElement);
    page.change({ pick: null });
    if (inside) byId("map").focus();
  }

  function show(eyebrow, title, ...body) {
    // The heading takes the focus of whoever works by keyboard; what held it may be about to go.
    const focused = page.pickedByKeyboard || panel.contains(document.activeElement);
    const heading = h("h2", { id: "detail-title", tabindex: "-1" }, title);
    const shut = h(
      "button.close",
      { type: "button", "aria-label": gettext("Close"), onclick: close },
      icon("close"),
    );
    panel.replaceChildren(
      h("div.head", {}, h("div", {}, h("p.small.muted.eyebrow", {}, eyebrow), heading), shut),
      h("div.body", {}, ...body),
    );
    if (focused) heading.focus();
  }

  function showProblem(problem) {
    const retry = h("button.btn.ghost", { type: "button", onclick: read }, gettext("Try again"));
    show("", problem.title, h("p", {}, problem.detail), retry);
  }

  function showPicked(data, isUnit, signal) {
    if (isUnit) map.setStyle({ selected: { layer: UNIT_LAYERS[data.unit.kind], id: data.unit.id } });
    const made = isUnit ? unitBody(page, data, signal) : featureBody(page, data, { reload: read });
    show(made.eyebrow, made.title, ...made.body);
    say(`${made.eyebrow}: ${made.title}`);
    const bbox = isUnit ? data.unit.bbox : data.bbox;
    if (page.lookAtPick && bbox) map.fit(bbox, room());
    page.lookAtPick = page.pickedByKeyboard = false;
  }

  async function read() {
    const { pick } = page.state;
    asked?.abort();
    panel.hidden = pick === null;
    document.body.classList.toggle("detail-open", pick !== null);
    map.setStyle({ selected: selectionOf(pick) });
    if (pick === null) return;
    asked = new AbortController();
    const { signal } = asked;
    if (!panel.querySelector(".body")) show("", "…", waiting());
    panel.setAttribute("aria-busy", "true");
    const isUnit = pick.layer === "units" || Object.values(UNIT_LAYERS).includes(pick.layer);
    const [data, problem] = await getJson(addressOf(page, pick, isUnit), signal);
    if (wasAborted(problem)) return;
    panel.setAttribute("aria-busy", "false");
    if (problem) showProblem(problem);
    else showPicked(data, isUnit, signal);
  }

  page.reopen = read;
  page.addEventListener("catalogue", read);
  page.when(["pick"], read);
  panel.addEventListener("keydown", (event) => event.key === "Escape" && close());
  byId("map").addEventListener("keydown", (event) => event.key === "Escape" && page.state.pick && close());
}

function addressOf(page, pick, isUnit) {
  const { urls, state } = page;
  return isUnit
    ? `${urls.units}${pick.id}.json?year=${state.year}`
    : `${urls.features}${pick.layer}/${pick.id}.json?year=${state.year}`;
}

function selectionOf(pick) {
  return pick && pick.layer !== "units" ? pick : null;
}

/** The shape of what is to come, so that nothing jumps when it does. */
export function waiting() {
  return h("div.waiting", { role: "status", "aria-label": gettext("Reading…") }, h("i"), h("i"), h("i"));
}

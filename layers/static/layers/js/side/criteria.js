/** The left panel's upper half: where we are, the sentence, the criteria. */

import { byId, h } from "../dom.js";
import { getJson } from "../http.js";
import { COMPUTED } from "../page.js";
import { room } from "../room.js";
import { writeState } from "../state.js";
import { SIGNS, statusTitle } from "../status.js";
import { countOf, headline, judgedIn, noun } from "./headline.js";

/** @param {Page} page @param {MapView} map */
export function makeCriteria(page, map) {
  let asked = null;

  async function read() {
    if (page.state.unit === null) return showNothing(page);
    asked?.abort();
    asked = new AbortController();
    const url = `${page.urls.units}${page.state.unit}.json?year=${page.state.year}`;
    const [panel, problem] = await getJson(url, asked.signal);
    if (problem) {
      if (problem.status !== -1) showProblem(problem, read);
      return;
    }
    page.unitPanel = panel;
    show(page, panel);
    if (page.showWhole && panel.unit.bbox) map.fit(panel.unit.bbox, room());
    page.showWhole = false;
  }

  page.addEventListener("catalogue", read);
  page.when(["unit"], read);
  page.when(["criterion", "heat"], () => page.unitPanel && showCriteria(page, page.unitPanel));
}

/** Say why there is no unit: none is stored, or none of the area is in force in the year. @param {Page} page */
function showNothing(page) {
  const { empty, viewer } = page.catalogue;
  const [said, hint] = empty
    ? [gettext("Nothing on the map yet"), gettext("Once units are imported, their criteria appear here.")]
    : [
        interpolate(gettext("Nothing is on record here for %(year)s"), { year: page.state.year }, true),
        gettext("There is something of other years. Choose one of those."),
      ];
  const way = empty
    ? viewer.may_edit && h("a.btn", { href: "/import/" }, gettext("Import units"))
    : lastYear(page);
  byId("headline").textContent = said;
  byId("criteria").replaceChildren(h("p.muted", {}, hint), way || "");
}

/** A link to the last year of which anything is known; that page begins with a unit of its year. @param {Page} page */
function lastYear(page) {
  const year = page.catalogue.years.at(-1);
  const href = writeState({ ...page.state, year, unit: null });
  return h("a.btn", { href }, interpolate(gettext("Show %(year)s"), { year }, true));
}

function showProblem(problem, retry) {
  byId("criteria").replaceChildren(
    h("p.notice.error", {}, h("b", {}, problem.title), " ", problem.detail),
    h("button.btn.ghost", { type: "button", onclick: retry }, gettext("Try again")),
  );
}

function show(page, panel) {
  const { title, note } = headline(panel);
  byId("headline").replaceChildren(title, note ? h("small.headline-note", {}, note) : "");
  const here = document.getElementById("here");
  if (here) here.textContent = `${panel.unit.full_name} · ${panel.year}`;
  for (const link of document.querySelectorAll("[data-follows='table']")) {
    if (panel.parts) link.setAttribute("href", panel.parts.table);
  }
  showCrumbs(page, panel);
  showCriteria(page, panel);
}

function showCrumbs(page, panel) {
  const goTo = (unit) => {
    page.showWhole = true;
    page.change({ unit: unit.id });
  };
  const above = panel.breadcrumb.flatMap((unit) => [
    h("button", { type: "button", onclick: () => goTo(unit) }, unit.full_name),
    " › ",
  ]);
  byId("crumbs").replaceChildren(...above, h("b", { "aria-current": "location" }, panel.unit.full_name));
}

function showCriteria(page, panel) {
  const first = panel.criteria.filter((criterion) => COMPUTED.includes(criterion.number));
  const rest = panel.criteria.filter((criterion) => !COMPUTED.includes(criterion.number));
  const chosenBelow = rest.some((criterion) => criterion.number === page.coloured);
  const open = byId("criteria").querySelector("details")?.open || chosenBelow;
  const button = (criterion) => criterionButton(page, panel, criterion);
  byId("criteria").replaceChildren(
    ...first.map(button),
    rest.length
      ? h(
          "details.others",
          { open },
          h(
            "summary.pill",
            {},
            interpolate(gettext("+ %(count)s other criteria"), { count: rest.length }, true),
          ),
          h("div.list", {}, rest.map(button)),
        )
      : "",
  );
}

/** One criterion: how the unit stands, and how its parts do. */
function criterionButton(page, panel, criterion) {
  const parts = judgedIn(panel.parts?.units ?? [], criterion.number);
  const status = criterion.status === "-" && parts.length ? overall(parts) : criterion.status;
  const count = parts.length ? countOf(parts, noun(panel.parts.layer)) : statusTitle(status);
  const pressed = page.coloured === criterion.number;
  return h(
    "button.criterion",
    {
      type: "button",
      "aria-pressed": String(pressed),
      // Colours take the place of hexagons, under which none would be seen.
      onclick: () => page.change({ criterion: pressed ? 0 : criterion.number, heat: null }),
    },
    h(`i.dot.${SIGNS[status].css}`),
    h("b", {}, `${criterion.number} ${criterion.name}`),
    h("span.num", {}, count),
  );
}

/** What a unit that is not judged itself shows of its parts: unmet if any is. */
function overall(statuses) {
  return ["u", "?", "m"].find((status) => statuses.includes(status)) ?? "-";
}

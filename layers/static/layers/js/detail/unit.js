/** What the right panel says of a unit: how it stands, and why the chosen criterion is as it is. */

import { h } from "../dom.js";
import { date } from "../format.js";
import { getJson, wasAborted } from "../http.js";
import { SIGNS, statusTitle } from "../status.js";
import { countedOn, indicator } from "./indicator.js";

/**
 * @param {Page} page
 * @param {Record<string, any>} data the answer of /units/<id>.json
 * @param {AbortSignal} signal aborted when something else is picked
 */
export function unitBody(page, data, signal) {
  const { unit } = data;
  const why = h("div", { "aria-live": "polite" });
  const grid = h("ul.grid19", { "aria-label": gettext("All criteria") });
  const draw = () => {
    grid.replaceChildren(...data.criteria.map((criterion) => gridItem(page, criterion)));
    explain(page, data, why, signal);
  };
  const stop = () => page.removeEventListener("change", listen);
  const listen = ({ detail }) => detail.has("criterion") && draw();
  page.addEventListener("change", listen);
  signal.addEventListener("abort", stop);
  draw();
  return {
    eyebrow: [unit.kind_title, ...counts(data)].join(" · "),
    title: unit.full_name,
    body: [
      marks(data),
      why,
      data.judged ? h("h3", {}, allTitle(data)) : "",
      grid,
      actions(page, data),
      fineprint(unit),
    ],
  };
}

/** Households and poor ones, as far as this viewer may know; what is hidden may be small or tell of a small one. */
function counts(data) {
  if (data.counts?.some((total) => total.name === "count" && total.value === 0)) {
    return [gettext("no households on record for this year")];
  }
  const texts = { count: gettext("%(count)s households"), poor: gettext("%(count)s poor households") };
  const found = (data.counts ?? []).filter((total) => total.name in texts);
  const told = found
    .filter((total) => !total.hidden)
    .map((total) => interpolate(texts[total.name], { count: total.shown }, true));
  const hidden = {
    count: gettext("number of households hidden to protect them"),
    poor: gettext("number of poor households hidden to protect them"),
  };
  const first = found.find((total) => total.hidden);
  return first ? [...told, hidden[first.name]] : told;
}

function marks({ unit }) {
  const said = [];
  if (unit.boundary === "provisional") said.push(h("span.pill", {}, gettext("provisional boundary")));
  if (unit.boundary === "none") said.push(h("span.pill", {}, gettext("no boundary yet")));
  if (!unit.valid) said.push(h("span.pill", {}, gettext("not valid at the end of this year")));
  return said.length ? h("p.chips", {}, said) : "";
}

function allTitle(data) {
  return interpolate(
    gettext("%(met)s of %(judged)s criteria met"),
    { met: data.met, judged: data.judged },
    true,
  );
}

function gridItem(page, criterion) {
  const { css, sign } = SIGNS[criterion.status];
  const pressed = page.state.criterion === criterion.number;
  const told = `${criterion.number} ${criterion.name}: ${criterion.status_title}`;
  return h(
    "li",
    {},
    h(
      `button.${css}`,
      {
        type: "button",
        title: told,
        "aria-label": criterion.differs ? `${told}, ${gettext("declared otherwise")}` : told,
        "aria-pressed": String(pressed),
        onclick: () => page.change({ criterion: criterion.number }),
      },
      h("b", { "aria-hidden": "true" }, String(criterion.number)),
      h("span", { "aria-hidden": "true" }, sign + (criterion.differs ? "≠" : "")),
    ),
  );
}

/** Fill in the indicators of the chosen criterion. */
async function explain(page, data, place, signal) {
  const criterion = data.criteria.find((one) => one.number === page.state.criterion);
  if (!criterion) return place.replaceChildren();
  const { css } = SIGNS[criterion.status];
  const verdict = h(
    "span.pill",
    {},
    h(`i.dot.${css}`),
    `${criterion.number} ${criterion.name}: ${statusTitle(criterion.status)}`,
  );
  const differs = criterion.differs
    ? h("span.pill.mark-differs", {}, `≠ ${gettext("declared otherwise")}`)
    : "";
  place.replaceChildren(h("p.chips", {}, verdict, differs));
  if (criterion.status === "-") return;
  const [found, problem] = await getJson(criterion.url, signal);
  if (wasAborted(problem) || page.state.criterion !== criterion.number) return;
  if (problem) place.append(h("p.notice.error", {}, problem.title, " ", problem.detail));
  else if (found.indicators.length)
    place.append(...found.indicators.map(indicator), countedOn(found.indicators));
  else place.append(h("p.muted", {}, gettext("No indicator of this criterion is judged here.")));
}

function actions(page, data) {
  const { unit, parts } = data;
  const buttons = [];
  if (parts && page.state.unit !== unit.id) {
    const enter = () => {
      page.showWhole = true;
      page.change({ unit: unit.id });
    };
    buttons.push(h("button.btn", { type: "button", onclick: enter }, gettext("Look closer")));
  }
  if (parts?.total) {
    const title = interpolate(gettext("Table of %(count)s parts"), { count: parts.total }, true);
    buttons.push(h("a.btn.ghost", { href: parts.table }, title));
  }
  return buttons.length ? h("p.buttons", {}, buttons) : "";
}

function fineprint(unit) {
  const said = [
    unit.source && interpolate(gettext("Boundary: %(source)s"), { source: unit.source }, true),
    date(unit.as_of),
  ];
  return h("p.fine", {}, said.filter(Boolean).join(" · "));
}

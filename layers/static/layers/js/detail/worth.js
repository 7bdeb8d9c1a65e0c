/** Costs and benefits of a road: what pays best, by start year, and what it was reckoned from. */

import { h } from "../dom.js";
import { number } from "../format.js";

/** @param {Record<string, any>} found the answer of /features/roads/<id>/worth.json */
export function worthBody(found) {
  const defaults = found.inputs.filter((input) => input.default);
  const marked = interpolate(
    gettext("%(count)s of %(all)s inputs are defaults, not measured here."),
    { count: number(defaults.length), all: number(found.inputs.length) },
    true,
  );
  return h(
    "div.worth",
    {},
    h("p", {}, h("b", {}, found.sentence)),
    h("p.fine", {}, found.only_traffic),
    alternatives(found.alternatives),
    warnings(found.alternatives),
    h("p.fine", {}, found.terms, " ", found.source),
    h("p", {}, marked),
    h("dl.facts", {}, found.inputs.map(inputItem)),
  );
}

/** One row for each work: its years side by side would not fit a panel, so the years are listed. */
function alternatives(rows) {
  return h(
    "div.scroll",
    { tabindex: 0, role: "region", "aria-label": gettext("Alternatives by start year") },
    h(
      "table.worth-table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          [
            gettext("Work"),
            gettext("Year"),
            gettext("Cost"),
            gettext("NPV"),
            gettext("NPV/cost"),
            "EIRR",
          ].map((title) => h("th", { scope: "col" }, title)),
        ),
      ),
      h("tbody", {}, rows.map(alternativeRow)),
    ),
  );
}

/** What a sign in the table stands for, said once for each number of changes. */
function warnings(rows) {
  const said = [...new Set(rows.map((row) => row.eirr_warning).filter(Boolean))];
  return said.map((text) => h("p.fine", {}, `⚠ ${text}`));
}

function alternativeRow(row) {
  const title = row.base ? interpolate(gettext("%(work)s (base case)"), { work: row.work }, true) : row.work;
  const rate = row.eirr_warning
    ? h("abbr", { title: row.eirr_warning }, `${row.eirr_shown} ⚠`)
    : row.eirr_shown;
  return h(
    row.best ? "tr.best" : "tr",
    {},
    h("th", { scope: "row" }, row.best ? "★ " : "", title),
    h("td.num", {}, row.year),
    h("td.num", {}, row.cost),
    h("td.num", {}, row.base ? "–" : row.npv),
    h("td.num", {}, row.npv_per_cost === null || row.base ? "–" : number(row.npv_per_cost)),
    h("td.num", {}, rate),
  );
}

function inputItem(input) {
  const value = `${input.value} ${input.unit}`.trim();
  return [
    h("dt", {}, input.title),
    h("dd.num", {}, value, input.default && [" ", h("span.default", {}, input.origin)]),
  ];
}

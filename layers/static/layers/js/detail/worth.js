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

/** A group for each work, a row for each start year: a panel is too narrow for the years side by side. */
function alternatives(rows) {
  const works = [...new Set(rows.map(workOf))];
  const titles = [gettext("Year"), gettext("Cost"), gettext("NPV"), gettext("NPV/cost"), "EIRR"];
  return [
    h("p.fine", {}, gettext("Costs and net present values in million VND.")),
    h(
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
            titles.map((title) => h("th.right", { scope: "col" }, title)),
          ),
        ),
        works.map((work) =>
          h(
            "tbody",
            {},
            h("tr", {}, h("th", { scope: "rowgroup", colSpan: titles.length }, work)),
            rows.filter((row) => workOf(row) === work).map(alternativeRow),
          ),
        ),
      ),
    ),
  ];
}

function workOf(row) {
  return row.base ? interpolate(gettext("%(work)s (base case)"), { work: row.work }, true) : row.work;
}

/** What a sign in the table stands for, said once for each number of changes. */
function warnings(rows) {
  const said = [...new Set(rows.map((row) => row.eirr_warning).filter(Boolean))];
  return said.map((text) => h("p.fine", {}, `⚠ ${text}`));
}

function alternativeRow(row) {
  const rate = row.eirr_warning
    ? h("abbr", { title: row.eirr_warning }, `${row.eirr_shown} ⚠`)
    : row.eirr_shown;
  const million = (vnd) => number(vnd / 1e6, 1);
  const cells = [
    row.best ? `★ ${row.year}` : row.year,
    million(row.cost_vnd),
    row.base ? "–" : million(row.npv_vnd),
    row.base || row.npv_per_cost === null ? "–" : number(row.npv_per_cost),
    rate,
  ];
  return h(
    row.best ? "tr.best" : "tr",
    {},
    cells.map((cell) => h("td.num.right", {}, cell)),
  );
}

function inputItem(input) {
  const value = `${input.value} ${input.unit}`.trim();
  return [
    h("dt", {}, input.title),
    h("dd.num", {}, value, input.default && [" ", h("span.default", {}, input.origin)]),
  ];
}

/** The findings as a list: one group for each kind, each finding with the repairs offered for it. */

import { color, h, icon } from "../dom.js";
import { length, number } from "../format.js";
import { SIGNS } from "./map.js";

/** Findings of a kind written down; the map shows all that were sent. */
const WRITTEN = 100;

/**
 * @typedef {object} Doings
 * @property {Set<string>} open the kinds that are unfolded
 * @property {boolean} mayRepair
 * @property {string} road the address of a road on the map, without its number
 * @property {() => void} toggled
 * @property {(feature: any) => void} chosen
 * @property {(offer: any) => Promise<void>} repair
 * @property {(url: string) => Promise<void>} undo
 */

/** @param {HTMLElement} place @param {any} report @param {Doings} doings */
export function showFindings(place, report, doings) {
  const { figures } = report;
  const groups = figures.kinds.filter(({ count }) => count);
  place.replaceChildren(
    verdict(figures),
    facts(figures),
    ...groups.map((kind) => group(kind, report.features, doings)),
    groups.length ? "" : h("p.notice", {}, gettext("Nothing is wrong with this network.")),
    repairs(report.repairs, doings),
  );
}

/** Whether roads may be ranked here, and why not. */
export function verdict(figures) {
  if (!figures.refused) return h("p.notice", {}, gettext("Roads may be ranked here."));
  return h(
    "div.notice.warning",
    { role: "note" },
    h("p", {}, h("b", {}, gettext("Roads are not ranked here yet.")), " ", figures.reason),
  );
}

function facts(figures) {
  const rows = [
    [gettext("Roads"), length(figures.length_m)],
    [gettext("of it in pieces without a centre"), length(figures.length_apart_m)],
    [gettext("Pieces of road"), number(figures.pieces)],
    [gettext("of them with a commune centre"), number(figures.pieces_with_centre)],
    figures.households && [
      gettext("Households far from every road"),
      number(figures.households_off_every_road),
    ],
    figures.households && [
      gettext("Households no motorbike can leave in the rain"),
      number(figures.households_cut_off_in_rain),
    ],
    figures.communes_without_committee && [
      gettext("Communes whose centre is not on record"),
      number(figures.communes_without_committee),
    ],
    figures.length_without_slope_m >= 50 && [
      gettext("Slope not known"),
      length(figures.length_without_slope_m),
    ],
  ].filter(Boolean);
  return h(
    "dl.facts",
    {},
    rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd.num", {}, value)]),
  );
}

function group({ kind, title, count }, features, doings) {
  const own = features.filter(({ properties }) => properties.kind === kind);
  const list = h("ul", {});
  const fill = () => {
    if (!list.children.length)
      list.append(...own.slice(0, WRITTEN).map((one) => item(one, doings)), more(count));
  };
  const details = h(
    "details.kind",
    { open: doings.open.has(kind) },
    h("summary", {}, swatch(kind), h("span", {}, title), h("b.num", {}, number(count))),
    list,
  );
  if (doings.open.has(kind)) fill();
  details.addEventListener("toggle", () => {
    if (details.open === doings.open.has(kind)) return;
    if (details.open) doings.open.add(kind);
    else doings.open.delete(kind);
    fill();
    doings.toggled();
  });
  return details;
}

function more(count) {
  if (count <= WRITTEN) return "";
  const told = gettext("and %(count)s more, on the map and in network_report");
  return h("li.small.muted", {}, interpolate(told, { count: number(count - WRITTEN) }, true));
}

function item(feature, doings) {
  const { title, roads, offers } = feature.properties;
  const actions = h(
    "div.actions",
    { hidden: true },
    doings.mayRepair && offers.map((offer) => offerButton(offer, doings)),
    roads.map(({ id, name }) => h("a.small", { href: `${doings.road}${id}` }, name || gettext("the road"))),
  );
  const choose = () => {
    for (const other of document.querySelectorAll(".kind .actions")) other.hidden = other !== actions;
    doings.chosen(feature);
    actions.parentElement.scrollIntoView({ block: "nearest" });
  };
  return h(
    "li",
    { id: `finding-${feature.id}` },
    h("button.finding", { type: "button", onclick: choose }, title),
    actions,
  );
}

function offerButton(offer, doings) {
  const button = h("button.btn.ghost", { type: "button" }, offer.title);
  button.addEventListener("click", async () => {
    button.disabled = true;
    await doings.repair(offer);
    button.disabled = false;
  });
  return button;
}

function repairs(rows, doings) {
  if (!rows.length) return "";
  return h(
    "details.kind.repairs",
    {},
    h("summary", {}, h("span", {}, gettext("Repairs made")), h("b.num", {}, number(rows.length))),
    h(
      "ul",
      {},
      rows.map((row) => repairRow(row, doings)),
    ),
  );
}

function repairRow(row, doings) {
  const who = [row.by, row.at_shown].filter(Boolean).join(" · ");
  const undone =
    row.undone &&
    interpolate(gettext("undone by %(by)s, %(at)s"), { by: row.undone.by, at: row.undone.at_shown }, true);
  return h(
    "li",
    {},
    h("p", { class: row.undone ? "undone" : null }, `${row.title}: ${row.road.name}`),
    h("p.small.muted", {}, who, undone && h("br"), undone),
    doings.mayRepair &&
      !row.undone &&
      h(
        "button.btn.ghost",
        { type: "button", onclick: () => doings.undo(row.undo) },
        icon("undo"),
        gettext("Undo"),
      ),
  );
}

/** The sign of a kind, as the map draws it. @param {string} kind */
function swatch(kind) {
  const { color: token, weight, radius, dashArray, fillOpacity = 0.5 } = SIGNS[kind];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "swatch");
  svg.setAttribute("viewBox", "0 0 26 18");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", radius ? "circle" : "line");
  const attributes = radius ? { cx: 13, cy: 9, r: radius } : { x1: 2, y1: 9, x2: 24, y2: 9 };
  for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, String(value));
  shape.setAttribute("stroke", color(token));
  shape.setAttribute("stroke-width", String(radius ? 2 : weight));
  shape.setAttribute("fill", radius ? color(token) : "none");
  shape.setAttribute("fill-opacity", String(fillOpacity));
  if (dashArray) shape.setAttribute("stroke-dasharray", dashArray);
  svg.append(shape);
  return svg;
}

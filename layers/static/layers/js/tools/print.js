/**
 * The map on paper: A4 or A3, upright or lying, with title, legend, scale, date and source.
 *
 * The map itself is made as large as its place on the paper and drawn at twice the screen's density; what
 * the screen then shows is what the printer gets.
 */

import { content as legendContent } from "../bottom/legend.js";
import { byId, h } from "../dom.js";
import { moment, number } from "../format.js";
import { isSummed } from "../map/chips.js";
import { markOf } from "../map/paint.js";
import { legendOf } from "../side/layers.js";

const DENSITY = 2;
const MM_PER_PIXEL = 25.4 / 96;
const SETTLED_MS = 400;
const PATIENCE_MS = 8000;

/** @param {Page} page @param {MapView} map */
export function askPrint(page, map) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("dialog"));
  const form = h(
    "form",
    { method: "dialog" },
    h("h2", { id: "dialog-title" }, gettext("Print the map")),
    h("div.field", {}, h("label", { for: "print-title" }, gettext("Title")), titleInput(page)),
    choices("size", gettext("Paper"), [
      ["a4", "A4"],
      ["a3", "A3"],
    ]),
    choices("turn", gettext("Lies"), [
      ["landscape", gettext("across")],
      ["portrait", gettext("upright")],
    ]),
    h(
      "p.buttons",
      {},
      h("button.btn", { value: "print" }, gettext("Print")),
      h("button.btn.ghost", { value: "", formnovalidate: true }, gettext("Cancel")),
    ),
  );
  dialog.replaceChildren(form);
  dialog.onclose = () => {
    if (dialog.returnValue !== "print") return;
    const given = new FormData(form);
    print(page, map, { title: given.get("title"), size: given.get("size"), turn: given.get("turn") });
  };
  dialog.returnValue = "";
  dialog.showModal();
}

function titleInput(page) {
  const named = page.criterionName(page.state.criterion);
  const place = page.unitPanel?.unit.full_name ?? "";
  const value = [place, named && `${page.state.criterion} ${named}`, page.state.year]
    .filter(Boolean)
    .join(" – ");
  return h("input", { id: "print-title", name: "title", maxlength: "120", value });
}

function choices(name, title, options) {
  const radio = ([value, label], index) =>
    h("label", {}, h("input", { type: "radio", name, value, checked: index === 0 }), label);
  return h("fieldset", {}, h("legend", {}, title), options.map(radio));
}

async function print(page, map, { title, size, turn }) {
  const root = document.documentElement;
  const before = map.view;
  const { box } = map;
  root.classList.add("printing", `${size}-${turn}`);
  byId("sheet-head").replaceChildren(h("h1", {}, title || "gis·ntm"));
  byId("sheet-foot").replaceChildren();
  byId("sheet-head").hidden = byId("sheet-foot").hidden = false;
  map.resize();
  map.setRatio(DENSITY, 0);
  map.fit(box);
  byId("sheet-foot").replaceChildren(...foot(page, map));
  await settled(map);
  // Only now is it known what is on the sheet; the legend tells of nothing else.
  byId("sheet-foot").replaceChildren(...foot(page, map));
  const restore = () => {
    root.classList.remove("printing", `${size}-${turn}`);
    byId("sheet-head").hidden = byId("sheet-foot").hidden = true;
    map.resize();
    map.setRatio(devicePixelRatio, 1);
    map.goTo(before);
  };
  addEventListener("afterprint", restore, { once: true });
  globalThis.print();
}

function foot(page, map) {
  const ratio = Math.round((map.metresPerPixel * 1000) / MM_PER_PIXEL / 100) * 100;
  const [today] = moment(new Date().toISOString()).split(" ");
  const sources = [
    page.unitPanel?.unit.source,
    page.state.base.includes("xyz") && page.catalogue.basemap.attribution,
  ];
  const rows = page.shown.filter(
    (layer) => layer.geometry !== "MULTIPOLYGON" && !isSummed(layer, map.tileZoom),
  );
  const signed = rows.map((layer) => ({ ...layer, style: { marks: marksInView(map, layer) } }));
  return [
    h("div.legend", {}, legendContent(page, map), h("span.num", {}, `1 : ${number(ratio, 0)}`)),
    h(
      "div.sheet-marks",
      {},
      signed
        .filter(({ style }) => style.marks.length)
        .map((layer) => h("div", {}, h("b", {}, layer.title), legendOf(layer))),
    ),
    h(
      "p.fine",
      {},
      [
        interpolate(
          gettext("As of the end of %(year)s; printed %(today)s."),
          { year: page.state.year, today },
          true,
        ),
        sources.filter(Boolean).length
          ? interpolate(gettext("Source: %(source)s."), { source: sources.filter(Boolean).join("; ") }, true)
          : "",
        location.href,
      ]
        .filter(Boolean)
        .join(" "),
    ),
  ];
}

/** The signs of a layer that are on the sheet. @param {MapView} map @param {LayerInfo} layer */
function marksInView(map, layer) {
  const marks = new Set();
  for (const tile of map.tilesInView(layer.slug)) {
    for (const { props } of tile.data.get(layer.slug) ?? []) marks.add(markOf(layer, props));
  }
  return layer.style.marks.filter((mark) => marks.has(mark));
}

/** Wait until the tiles have come, or until there is no more patience. */
function settled(map) {
  return new Promise((resolve) => {
    let quiet = setTimeout(resolve, SETTLED_MS);
    const listen = ({ detail }) => {
      clearTimeout(quiet);
      if (detail.count === 0) quiet = setTimeout(resolve, SETTLED_MS);
    };
    map.addEventListener("busy", listen);
    setTimeout(resolve, PATIENCE_MS);
  });
}

/** The layer tree: what can be laid on the map, with the legend of what is on. */

import { byId, color, h, icon } from "../dom.js";
import { drawShape } from "../map/shapes.js";

/** @param {Page} page */
export function makeLayers(page) {
  const draw = () => page.catalogue && show(page);
  page.addEventListener("catalogue", draw);
  page.when(["layers", "base", "unit"], draw);
}

function show(page) {
  const place = byId("layers");
  const focused = document.activeElement?.id;
  const layers = [...page.catalogue.layers].reverse();
  const units = layers.filter((layer) => layer.geometry === "MULTIPOLYGON").reverse();
  const others = layers.filter((layer) => layer.geometry !== "MULTIPOLYGON").reverse();
  place.replaceChildren(
    h("h2", { id: "layers-title" }, gettext("Map layers")),
    h(
      "ul",
      { "aria-labelledby": "layers-title" },
      [...units.reverse(), ...others].map((layer) => row(page, layer)),
      baseRows(page),
    ),
    page.catalogue.viewer.signed_in ? "" : guestHint(page),
  );
  if (focused) document.getElementById(focused)?.focus();
}

function row(page, layer) {
  const on = page.state.layers.includes(layer.slug);
  const toggle = () => {
    const layers = on
      ? page.state.layers.filter((slug) => slug !== layer.slug)
      : [...page.state.layers, layer.slug];
    page.change({ layers });
  };
  const table = `${page.urls.table}${layer.slug}/?unit=${page.state.unit ?? ""}&year=${page.state.year}`;
  const named = { title: layer.title };
  return h(
    "li",
    {},
    h(
      "div.row",
      {},
      checkbox(`layer-${layer.slug}`, layer.title, on, toggle),
      layer.rows &&
        h(
          "a",
          {
            href: table,
            title: interpolate(gettext("Table: %(title)s"), named, true),
            "aria-label": interpolate(gettext("Table: %(title)s"), named, true),
          },
          icon("table"),
        ),
    ),
    on && layer.geometry !== "MULTIPOLYGON" && h("p.note.small.muted", {}, extent(layer)),
    on && layer.geometry !== "MULTIPOLYGON" && legendOf(layer),
  );
}

/** What of a layer this viewer is shown. */
function extent(layer) {
  return layer.rows ? gettext("in your area") : gettext("totals only");
}

function checkbox(id, title, checked, onchange) {
  return h("label", { for: id }, h("input", { id, type: "checkbox", checked, onchange }), title);
}

function baseRows(page) {
  const { terrains, basemap } = page.catalogue;
  const offered = [];
  if (terrains.length) offered.push(["terrain", gettext("Terrain (hillshade)")]);
  if (basemap.url) offered.push(["xyz", gettext("Base map")]);
  return offered.map(([name, title]) => {
    const on = page.state.base.includes(name);
    const toggle = () =>
      page.change({
        base: on ? page.state.base.filter((other) => other !== name) : [...page.state.base, name],
      });
    return h("li", {}, checkbox(`base-${name}`, title, on, toggle));
  });
}

/** The signs of a layer, drawn by the hand that draws the map. @param {LayerInfo} layer */
export function legendOf(layer) {
  const titles = new Set();
  const marks = layer.style.marks.filter((mark) => !titles.has(mark.title) && titles.add(mark.title));
  return h(
    "ul.marks",
    {},
    marks.map((mark) => h("li", {}, swatch(mark, layer.geometry), mark.title)),
  );
}

/** @param {Mark} mark @param {string} geometry */
export function swatch(mark, geometry) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas.swatch", { "aria-hidden": "true" }));
  const ratio = Math.max(2, Math.ceil(devicePixelRatio));
  canvas.width = 26 * ratio;
  canvas.height = 18 * ratio;
  const ctx = canvas.getContext("2d");
  ctx.scale(ratio, ratio);
  if (geometry === "POINT") {
    drawShape(ctx, { shape: mark.shape, width: Math.min(mark.width, 13), color: color(mark.color) }, 13, 9);
    return canvas;
  }
  ctx.strokeStyle = color(mark.color);
  ctx.lineWidth = mark.width;
  ctx.setLineDash(mark.dash);
  ctx.beginPath();
  ctx.moveTo(1, 9);
  ctx.lineTo(25, 9);
  ctx.stroke();
  return canvas;
}

function guestHint() {
  return h(
    "p.notice.guest.small",
    {},
    gettext("You see results and totals. Those who work here sign in to see roads, facilities and the rest."),
    " ",
    h(
      "a",
      { href: `/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}` },
      gettext("Sign in"),
    ),
  );
}

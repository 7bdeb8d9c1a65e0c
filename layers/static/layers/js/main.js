/** The map page: its parts, and what joins them. */

import { showAlert } from "./alerts.js";
import { makeLegend } from "./bottom/legend.js";
import { makeYears } from "./bottom/years.js";
import { makeDetail } from "./detail/detail.js";
import { byId } from "./dom.js";
import { getJson } from "./http.js";
import { MapView } from "./map/renderer.js";
import { Page, say } from "./page.js";
import { room } from "./room.js";
import { makeCriteria } from "./side/criteria.js";
import { makeHeat } from "./side/heat.js";
import { makeLayers } from "./side/layers.js";
import { makeSearch } from "./side/search.js";
import { makeSheet } from "./side/sheet.js";
import { makeWays } from "./side/ways.js";
import { makeToolbar } from "./tools/toolbar.js";

const page = new Page(JSON.parse(byId("start").textContent));
const map = new MapView(byId("map"));

function openView() {
  const bbox = page.start.home?.bbox;
  if (page.state.at) map.goTo(page.state.at);
  else if (bbox) map.fit(bbox, room());
}

function connect() {
  map.addEventListener("view", ({ detail }) => page.change({ at: detail }));
  map.addEventListener("pick", ({ detail }) => {
    page.pickedByKeyboard = detail.byKeyboard;
    page.change({ pick: detail.pick });
    if (!detail.pick && detail.byKeyboard) say(gettext("There is nothing here."));
  });
  page.when(["criterion"], () => map.setStyle({ criterion: page.coloured }));
  page.when(["layers"], () => map.setLayers(page.shown));
  page.when(["base"], drawBase);
  page.when(["year"], changeYear);
}

async function changeYear() {
  if (await tryLoad()) map.setLayers(page.shown);
}

/** Read the catalogue; say what is wrong and offer to try again where it cannot be had. */
async function tryLoad() {
  const problem = await page.load();
  if (problem) showAlert({ key: "catalogue", ...problem, retry: begin });
  else page.dispatchEvent(new CustomEvent("catalogue"));
  return !problem;
}

function drawBase() {
  const on = new Set(page.state.base);
  for (const terrain of page.catalogue.terrains) {
    const raster = { url: terrain.tiles, pane: "terrain", bbox: terrain.bbox, title: terrain.name };
    map.setRaster(`terrain-${terrain.id}`, on.has("terrain") ? raster : null);
  }
  const { url } = page.catalogue.basemap;
  map.setRaster("xyz", on.has("xyz") && url ? { url, pane: "base", title: gettext("Base map") } : null);
}

/** Ask whether anything changed while the map was looked at; what did is drawn anew. */
async function refresh() {
  const [versions] = await getJson(page.urls.versions);
  if (versions && page.renew(versions)) map.setLayers(page.shown);
}

function watchTiles() {
  let asked = performance.now();
  map.addEventListener("view", () => {
    if (performance.now() - asked < 1000) return;
    asked = performance.now();
    refresh();
  });
  let timer;
  map.addEventListener("busy", ({ detail }) => {
    clearTimeout(timer);
    if (detail.count) {
      timer = setTimeout(() => (byId("progress").hidden = false), 250);
      return;
    }
    byId("progress").hidden = true;
    performance.mark("map drawn");
  });
  map.addEventListener("problem", ({ detail }) => {
    const detailText = gettext("Part of the map is missing. Check the network, then try again.");
    showAlert({ key: "tiles", title: detail.layer.title, detail: detailText, retry: () => map.retry() });
  });
}

async function begin() {
  if (!(await tryLoad())) return;
  map.setStyle({ criterion: page.coloured });
  map.setLayers(page.shown);
  drawBase();
}

openView();
connect();
watchTiles();
makeSheet();
for (const make of [
  makeCriteria,
  makeLayers,
  makeHeat,
  makeWays,
  makeSearch,
  makeLegend,
  makeYears,
  makeDetail,
  makeToolbar,
])
  make(page, map);
page.refresh = refresh;
page.map = map;
await begin();
if (page.state.travel) (await import("./tools/travel.js")).travel(page, map);

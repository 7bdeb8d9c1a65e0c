/** The rows of a checked file on a map of their own, told apart by what would become of them. */

import { circleMarker, control, geoJSON } from "leaflet";
import { color } from "../dom.js";
import { getJson } from "../http.js";
import { MapView } from "../map/renderer.js";

const UNITS = new Set(["provinces", "districts", "communes", "hamlets"]);

/** Nearer than this, a few rows that lie together would show no boundary by which to tell where they are. */
const NEAREST = 14;

const STYLES = {
  create: { color: "--brand", weight: 3 },
  update: { color: "--near", weight: 3, dashArray: "5 4" },
  same: { color: "--line-2", weight: 1 },
  bad: { color: "--unmet", weight: 3 },
};

/** @param {string} fate */
function style(fate) {
  const chosen = STYLES[fate] ?? STYLES.same;
  return { ...chosen, color: color(chosen.color), fillOpacity: fate === "bad" ? 0.4 : 0.12 };
}

/**
 * @param {HTMLElement} place
 * @param {string} url of the rows
 * @param {string} layers of the catalogue
 */
export async function showPreview(place, url, layers) {
  const [shapes, problem] = await getJson(url);
  if (problem) {
    place.textContent = problem.detail;
    return;
  }
  const rows = geoJSON(shapes, {
    style: ({ properties }) => style(properties.fate),
    pointToLayer: ({ properties }, at) => circleMarker(at, { ...style(properties.fate), radius: 5 }),
    onEachFeature: ({ properties }, layer) =>
      layer.bindTooltip(interpolate(gettext("line %(line)s"), { line: properties.line }, true)),
  });
  const view = new MapView(place);
  control.zoom({ zoomInTitle: gettext("Nearer"), zoomOutTitle: gettext("Farther") }).addTo(view.map);
  view.map.fitBounds(rows.getBounds().pad(0.05), { maxZoom: NEAREST, animate: false });
  rows.addTo(view.map);
  await showUnits(view, layers);
}

/** Draw the units on record and the hills below the rows, so that one sees where they are. @param {MapView} view @param {string} url */
async function showUnits(view, url) {
  const [catalogue] = await getJson(url);
  if (!catalogue) return;
  view.setStyle({ criterion: 0 });
  view.setLayers(catalogue.layers.filter(({ slug }) => UNITS.has(slug)));
  for (const { id, name, tiles, bbox } of catalogue.terrains) {
    view.setRaster(`terrain-${id}`, { url: tiles, pane: "terrain", bbox, title: name });
  }
}

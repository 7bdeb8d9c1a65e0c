/** The records of the page on a map of their own; a click opens one. */

import { circleMarker, control, geoJSON } from "leaflet";
import { byId, color } from "../dom.js";
import { getJson } from "../http.js";
import { MapView } from "../map/renderer.js";

const UNITS = new Set(["communes", "hamlets"]);
/** Nearer than this, a single record would show nothing by which to tell where it is. */
const NEAREST = 15;

const COLORS = {
  conflict: "--unmet",
  held: "--near",
  quarantined: "--unmet",
  stored: "--ink-2",
  before: "--soft",
  unit: "--ink-2",
};

/** @param {{state: string}} properties */
function style({ state }) {
  const stroke = color(COLORS[state] ?? "--brand");
  return {
    color: stroke,
    weight: 3,
    fillOpacity: 0.25,
    dashArray: { stored: "5 4", before: "2 4", unit: "1 5" }[state],
  };
}

/** @param {any} feature @param {any} layer */
function open({ properties }, layer) {
  layer.bindTooltip(properties.title);
  if (properties.url) layer.on("click", () => location.assign(properties.url));
}

/** What the map begins with: one position far away must not make all others a single dot. */
function boundsOf(features, rows) {
  const near = features.filter(({ properties }) => !properties.far);
  return (near.length ? geoJSON(near) : rows).getBounds().pad(0.1);
}

/** @param {HTMLElement} place @param {{points: string, layers: string}} start */
async function show(place, start) {
  const [[points, problem], [catalogue]] = await Promise.all([getJson(start.points), getJson(start.layers)]);
  if (problem || !points.features.length) {
    place.textContent = problem?.detail ?? gettext("No positions.");
    place.classList.add("empty");
    return;
  }
  const rows = geoJSON(points, {
    style: ({ properties }) => style(properties),
    pointToLayer: ({ properties }, at) => circleMarker(at, { ...style(properties), radius: 7 }),
    onEachFeature: open,
  });
  const view = new MapView(place);
  control.zoom({ zoomInTitle: gettext("Nearer"), zoomOutTitle: gettext("Farther") }).addTo(view.map);
  view.map.fitBounds(boundsOf(points.features, rows), { maxZoom: NEAREST, animate: false });
  rows.addTo(view.map);
  if (!catalogue) return;
  view.setStyle({ criterion: 0 });
  view.setLayers(catalogue.layers.filter(({ slug }) => UNITS.has(slug)));
  for (const { id, name, tiles, bbox } of catalogue.terrains) {
    view.setRaster(`terrain-${id}`, { url: tiles, pane: "terrain", bbox, title: name });
  }
}

const place = document.getElementById("inbox-map");
if (place) show(place, JSON.parse(byId("start").textContent ?? "{}"));

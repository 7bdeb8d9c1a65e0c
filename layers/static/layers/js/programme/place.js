/** A map on which the place of a finding is clicked; the field beside it holds the same as text. */

import { circleMarker, control } from "leaflet";
import { byId, color } from "../dom.js";
import { getJson } from "../http.js";
import { MapView } from "../map/renderer.js";

const UNITS = new Set(["communes", "hamlets", "roads"]);
/** "22.147, 105.835", as this map writes it; anything else is for the server to read. */
const DEGREES = /^\s*(\d{1,2}(?:\.\d+)?)\s*[,;]\s*(\d{2,3}(?:\.\d+)?)\s*$/;

const start = JSON.parse(byId("start").textContent);
const field = /** @type {HTMLInputElement} */ (byId("id_place"));

/** @param {string} text @returns {[number, number] | null} latitude and longitude */
export function placeIn(text) {
  const found = DEGREES.exec(text);
  return found ? [Number(found[1]), Number(found[2])] : null;
}

const view = new MapView(byId("place-map"));
control.zoom({ zoomInTitle: gettext("Nearer"), zoomOutTitle: gettext("Farther") }).addTo(view.map);
const [west, south, east, north] = start.bbox ?? [102, 8, 110, 23.5];
view.map.fitBounds([
  [south, west],
  [north, east],
]);
const mark = circleMarker([0, 0], { radius: 8, color: color("--unmet"), weight: 3, fillOpacity: 0.4 });

function showPlace() {
  const place = placeIn(field.value);
  if (place) mark.setLatLng(place).addTo(view.map);
  else mark.remove();
}

field.addEventListener("input", showPlace);
view.map.on("click", ({ latlng }) => {
  field.value = `${latlng.lat.toFixed(6)}, ${latlng.lng.toFixed(6)}`;
  showPlace();
});
showPlace();

const [catalogue] = await getJson(start.layers);
if (catalogue) {
  view.setStyle({ criterion: 0 });
  view.setLayers(catalogue.layers.filter(({ slug, rows }) => UNITS.has(slug) && rows));
}

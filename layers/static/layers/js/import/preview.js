/** The rows of a checked file on a map of their own, told apart by what would become of them. */

import { circleMarker, geoJSON, map as makeMap, rectangle } from "leaflet";
import { color } from "../dom.js";
import { getJson } from "../http.js";

const STYLES = {
  create: { color: "--brand", weight: 2 },
  update: { color: "--near", weight: 2, dashArray: "5 4" },
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
 * @param {string} url
 */
export async function showPreview(place, url) {
  const [shapes, problem] = await getJson(url);
  if (problem) {
    place.textContent = problem.detail;
    return;
  }
  const map = makeMap(place, { attributionControl: false, zoomSnap: 0.5, preferCanvas: true });
  const rows = geoJSON(shapes, {
    style: ({ properties }) => style(properties.fate),
    pointToLayer: ({ properties }, at) => circleMarker(at, { ...style(properties.fate), radius: 5 }),
    onEachFeature: ({ properties }, layer) =>
      layer.bindTooltip(interpolate(gettext("line %(line)s"), { line: properties.line }, true)),
  });
  const bounds = rows.getBounds().pad(0.1);
  map.fitBounds(bounds);
  rectangle(bounds.pad(10), {
    stroke: false,
    fillColor: color("--card"),
    fillOpacity: 1,
    interactive: false,
  }).addTo(map);
  rows.addTo(map);
}

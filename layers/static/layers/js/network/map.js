/** Findings on a map of the roads. */

import { circleMarker, control, geoJSON } from "leaflet";
import { color } from "../dom.js";
import { getJson } from "../http.js";
import { MapView } from "../map/renderer.js";

const GROUND = new Set(["communes", "hamlets", "roads"]);
const ROOM = { left: 24, right: 24, top: 24, bottom: 24 };
/** A finding is shown with so much of a degree around it. */
const AROUND = 0.001;

/** How each kind is drawn; kinds differ in more than colour. */
export const SIGNS = {
  near_miss: { color: "--unmet", weight: 5, radius: 7 },
  duplicate: { color: "--near", weight: 7, opacity: 0.8 },
  overlap: { color: "--near", weight: 5, dashArray: "2 7" },
  crossing: { color: "--hard", weight: 2, radius: 6, fillOpacity: 0 },
  piece: { color: "--poor", weight: 4 },
  outdated: { color: "--unmet", weight: 3, dashArray: "3 5" },
  too_short: { color: "--soft", weight: 6 },
  dead_end: { color: "--ink-2", weight: 1, radius: 3 },
};

/** @param {string} kind */
function style(kind) {
  const sign = SIGNS[kind];
  return { fillOpacity: 0.5, ...sign, color: color(sign.color) };
}

export class FindingsMap {
  /** @param {HTMLElement} place @param {[number, number, number, number] | null} bbox */
  constructor(place, bbox) {
    this.view = new MapView(place);
    control
      .zoom({ position: "topright", zoomInTitle: gettext("Nearer"), zoomOutTitle: gettext("Farther") })
      .addTo(this.view.map);
    control.scale({ position: "bottomright", imperial: false }).addTo(this.view.map);
    if (bbox) this.view.fit(bbox, ROOM);
    /** @type {(id: number) => void} */
    this.onpick = () => {};
  }

  /** Draw the roads and boundaries on record below the findings. @param {string} url of the catalogue */
  async ground(url) {
    const [catalogue] = await getJson(url);
    if (!catalogue) return;
    this.view.setStyle({ criterion: 0 });
    this.view.setLayers(catalogue.layers.filter(({ slug, rows }) => GROUND.has(slug) && rows));
    for (const { id, name, tiles, bbox } of catalogue.terrains) {
      this.view.setRaster(`terrain-${id}`, { url: tiles, pane: "terrain", bbox, title: name });
    }
  }

  /** Draw the findings of these kinds. @param {any[]} features @param {Set<string>} kinds */
  show(features, kinds) {
    this.drawn?.remove();
    this.drawn = geoJSON(
      features.filter(({ geometry, properties }) => geometry && kinds.has(properties.kind)).reverse(),
      {
        style: ({ properties }) => style(properties.kind),
        pointToLayer: ({ properties }, at) => circleMarker(at, style(properties.kind)),
        onEachFeature: ({ id, properties }, layer) => {
          const text = document.createElement("span");
          text.textContent = properties.title;
          layer.bindTooltip(text, { sticky: true });
          layer.on("click", () => this.onpick(id));
        },
      },
    ).addTo(this.view.map);
    // A gap of a few metres is not seen from afar: its end is marked too.
    for (const { geometry, properties } of features) {
      if (properties.kind !== "near_miss" || !kinds.has("near_miss")) continue;
      const [x, y] = geometry.coordinates[0];
      circleMarker([y, x], { ...style("near_miss"), weight: 2, interactive: false }).addTo(this.drawn);
    }
  }

  /** Show one finding whole and ring it. @param {any} feature */
  look(feature) {
    this.ring?.remove();
    if (!feature.geometry) return;
    const layer = geoJSON(feature);
    const box = layer.getBounds();
    const [south, west, north, east] = [box.getSouth(), box.getWest(), box.getNorth(), box.getEast()];
    this.view.fit([west - AROUND, south - AROUND, east + AROUND, north + AROUND], ROOM);
    const ink = { color: color("--ink"), weight: 2, dashArray: "4 4", fillOpacity: 0, interactive: false };
    this.ring = circleMarker(box.getCenter(), { ...ink, radius: 22 }).addTo(this.view.map);
  }
}

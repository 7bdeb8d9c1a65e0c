/** Findings on a map of the roads. */

import { circleMarker, control, divIcon, geoJSON, latLngBounds, layerGroup, marker } from "leaflet";
import { color } from "../dom.js";
import { number } from "../format.js";
import { getJson } from "../http.js";
import { MapView } from "../map/renderer.js";
import { clustered } from "./clusters.js";

const GROUND = new Set(["communes", "hamlets", "roads"]);
const ROOM = { left: 24, right: 24, top: 24, bottom: 24 };
/** A finding is shown with so much of a degree around it. */
const AROUND = 0.001;
/** From this zoom on every finding has its own sign. */
const NEAREST = 17;

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

/** Where the sign of a finding stands: at its point, or at the end that misses another road. @returns {[number, number]} */
function placeOf({ geometry }) {
  return geometry.type === "Point" ? geometry.coordinates : geometry.coordinates[0];
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
    /** @type {any[]} */
    this.shown = [];
    this.view.map.on("zoomend", () => this.draw());
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
    this.shown = features
      .filter(({ geometry, properties }) => geometry && kinds.has(properties.kind))
      .reverse();
    this.draw();
  }

  /** From afar, findings at a place are one sign with their number; a click on it goes nearer. */
  draw() {
    this.drawn?.remove();
    this.drawn = layerGroup().addTo(this.view.map);
    const places = this.shown.filter(({ properties }) => SIGNS[properties.kind].radius);
    const single = new Set(this.shown.filter((feature) => !places.includes(feature)));
    for (const kind of new Set(places.map(({ properties }) => properties.kind))) {
      const points = places
        .filter(({ properties }) => properties.kind === kind)
        .map((of) => ({ of, at: this.pixels(placeOf(of)) }));
      for (const { members, at } of clustered(points)) {
        if (members.length === 1 || this.view.map.getZoom() >= NEAREST)
          for (const one of members) single.add(one);
        else this.drawGroup(kind, members, this.view.map.unproject(at)).addTo(this.drawn);
      }
    }
    this.drawSingle(this.shown.filter((feature) => single.has(feature)));
  }

  /** @param {[number, number]} place longitude and latitude @returns {[number, number]} */
  pixels([x, y]) {
    const at = this.view.map.project([y, x]);
    return [at.x, at.y];
  }

  drawGroup(kind, members, at) {
    const html = document.createElement("b");
    html.textContent = number(members.length);
    const sign = marker(at, {
      icon: divIcon({ className: `finding-group num of-${kind}`, html, iconSize: [30, 30] }),
    });
    sign.on("click", () => {
      const bounds = latLngBounds(members.map(placeOf).map(([x, y]) => [y, x]));
      this.view.map.fitBounds(bounds, { maxZoom: NEAREST, padding: [40, 40] });
    });
    return sign;
  }

  drawSingle(features) {
    geoJSON(features, {
      style: ({ properties }) => style(properties.kind),
      pointToLayer: ({ properties }, at) => circleMarker(at, style(properties.kind)),
      onEachFeature: ({ id, properties }, layer) => {
        const text = document.createElement("span");
        text.textContent = properties.title;
        layer.bindTooltip(text, { sticky: true });
        layer.on("click", () => this.onpick(id));
      },
    }).addTo(this.drawn);
    // A gap of a few metres is not seen from afar: its end is marked too.
    for (const feature of features.filter(({ properties }) => properties.kind === "near_miss")) {
      const [x, y] = placeOf(feature);
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

/**
 * The map of the field app: the pack's base map as canvas tiles, own records and the phone's position above.
 * The one module of the app that knows Leaflet and protomaps-leaflet. No WebGL: cheap phones have none to spare.
 */

import * as Leaflet from "leaflet";
import { leafletLayer, TileCache, View } from "protomaps-leaflet";
import { color } from "../../dom.js";
import { ArchiveSource } from "./archive.js";
import { basePaint } from "./base-paint.js";

globalThis.L = { ...Leaflet };

const DATA_TILE = 512;
const LEVELS_ABOVE = 1;
const REACH_PX = 24;
/** Farther out, names would lie over each other. */
const NAMES_FROM = 13;
/** A position that is followed is shown at least so near, and is brought so near. */
const FOLLOW_FROM = 15;
const FOLLOW_TO = 16;

/** Farther out, a tap is too coarse for the corner of a road: a finger's breadth is more than 100 m. */
const DRAW_FROM = 15;

/** Points grow as one comes nearer. @param {number} zoom */
const dotRadius = (zoom) => (zoom < 14 ? 3.5 : zoom < 16 ? 5.5 : 8);

export class FieldMap {
  /** @param {HTMLElement} element with a height of its own */
  constructor(element) {
    this.map = new Leaflet.Map(element, {
      attributionControl: false,
      zoomControl: false,
      zoomAnimation: false,
      fadeAnimation: false,
      maxZoom: 19,
      minZoom: 8,
      preferCanvas: true,
    });
    new Leaflet.Control.Zoom({
      position: "topright",
      zoomInTitle: gettext("Zoom in"),
      zoomOutTitle: gettext("Zoom out"),
    }).addTo(this.map);
    new Leaflet.Control.Scale({ position: "bottomright", imperial: false, maxWidth: 110 }).addTo(this.map);
    this.map.setView([22.15, 105.83], 12);
    this.canvas = new Leaflet.Canvas({ padding: 0.3, tolerance: REACH_PX });
    this.rows = new Leaflet.LayerGroup().addTo(this.map);
    this.names = new Leaflet.LayerGroup().addTo(this.map);
    this.here = new Leaflet.LayerGroup().addTo(this.map);
    this.line = new Leaflet.LayerGroup().addTo(this.map);
    this.map.on("zoomend", () => this.fitToZoom());
  }

  fitToZoom() {
    const zoom = this.map.getZoom();
    this.map.getPane("markerPane").hidden = zoom < NAMES_FROM;
    this.rows.eachLayer((shape) => shape.setRadius?.(dotRadius(zoom)));
  }

  /** @param {PMTiles} archive */
  async setBase(archive) {
    const { maxZoom } = await archive.getHeader();
    const tiles = leafletLayer({ sources: {}, paintRules: basePaint(), labelRules: [], attribution: "" });
    const cache = new TileCache(new ArchiveSource(archive), DATA_TILE);
    tiles.views.set("base", new View(cache, maxZoom, LEVELS_ABOVE));
    tiles.addTo(this.map);
  }

  /** Names of hamlets, where they lie. @param {Array<{name: string, point: [number, number]}>} places */
  setNames(places) {
    this.names.clearLayers();
    for (const { name, point } of places) {
      const sign = new Leaflet.DivIcon({ className: "place-name", html: text(name), iconSize: [0, 0] });
      new Leaflet.Marker([point[1], point[0]], { icon: sign, interactive: false, keyboard: false }).addTo(
        this.names,
      );
    }
  }

  /**
   * @param {any[]} rows with `point` or `line`
   * @param {(row: any) => void} picked
   */
  setRows(rows, picked) {
    this.rows.clearLayers();
    for (const row of rows) {
      const shape = row.line ? this.lineOf(row) : this.dotOf(row);
      shape
        ?.on("click", (event) => {
          Leaflet.DomEvent.stopPropagation(event);
          picked(row);
        })
        .addTo(this.rows);
    }
  }

  dotOf({ point, ink }) {
    if (!point) return null;
    return new Leaflet.CircleMarker([point[1], point[0]], {
      renderer: this.canvas,
      radius: dotRadius(this.map.getZoom()),
      weight: 1.5,
      color: "#fff",
      fillColor: color(ink),
      fillOpacity: 1,
    });
  }

  lineOf({ line, ink }) {
    const parts = line.map((part) => part.map(([lon, lat]) => [lat, lon]));
    return new Leaflet.Polyline(parts, { renderer: this.canvas, color: color(ink), weight: 6, opacity: 0.8 });
  }

  /** @param {{lat: number, lon: number, accuracy: number | null} | null} place */
  setHere(place, { follow = false } = {}) {
    this.here.clearLayers();
    if (!place) return;
    const at = [place.lat, place.lon];
    const blue = "#1d4ed8";
    if (place.accuracy) {
      new Leaflet.Circle(at, {
        radius: place.accuracy,
        color: blue,
        weight: 2.5,
        fillOpacity: 0.12,
        interactive: false,
      }).addTo(this.here);
    }
    new Leaflet.CircleMarker(at, {
      radius: 7,
      color: "#fff",
      weight: 3,
      fillColor: blue,
      fillOpacity: 1,
      interactive: false,
    }).addTo(this.here);
    const lost = this.map.getZoom() < FOLLOW_FROM || !this.map.getBounds().pad(-0.3).contains(at);
    if (follow && lost) this.map.setView(at, Math.max(this.map.getZoom(), FOLLOW_TO));
  }

  /** @param {Array<Array<{lat: number, lon: number}>>} parts @param {{follow?: boolean}} [how] */
  setLine(parts, { follow = false } = {}) {
    this.line.clearLayers();
    const lines = parts.map((part) => part.map(({ lat, lon }) => [lat, lon]));
    if (!lines.length) return;
    new Leaflet.Polyline(lines, { color: "#1d4ed8", weight: 5, interactive: false }).addTo(this.line);
    if (follow) this.map.setView(lines.at(-1).at(-1), Math.max(this.map.getZoom(), 16));
  }

  /** @param {number[][][]} lines longitude and latitude */
  fitLines(lines) {
    this.map.fitBounds(
      lines.map((part) => part.map(([lon, lat]) => [lat, lon])),
      { animate: false, maxZoom: 17 },
    );
  }

  /** @param {[number, number, number, number] | null} bbox west, south, east, north */
  fit(bbox) {
    if (!bbox) return;
    const [west, south, east, north] = bbox;
    this.map.fitBounds(
      [
        [south, west],
        [north, east],
      ],
      { animate: false, maxZoom: 17 },
    );
  }

  /** Come near enough to draw, if it is not. @param {{lat: number, lon: number}} at @returns {boolean} whether it had to */
  comeNear({ lat, lon }) {
    if (this.map.getZoom() >= DRAW_FROM) return false;
    this.map.setView([lat, lon], FOLLOW_TO);
    return true;
  }

  /** @param {() => void} moved a person has moved the map */
  onMoved(moved) {
    this.map.on("dragstart", moved);
  }

  /** @param {(at: {lat: number, lng: number}) => void} tapped */
  onTap(tapped) {
    this.map.on("click", ({ latlng }) => tapped(latlng));
  }

  /** The screen is gone. */
  stop() {
    this.map.remove();
  }
}

function text(name) {
  const span = document.createElement("span");
  span.textContent = name;
  return span;
}

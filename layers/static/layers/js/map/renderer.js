/**
 * The map itself. The one module that knows Leaflet and protomaps-leaflet; the page speaks of layers,
 * criteria, years and picks, so another renderer can take its place.
 *
 * Events: "pick" {pick | null, at}, "view" {zoom, lat, lng}, "busy" {count}, "problem" {layer, status},
 * "totals" when other totals are drawn.
 */

import * as Leaflet from "leaflet";
import { leafletLayer, TileCache, toIndex, View } from "protomaps-leaflet";
import { Overlay } from "./overlay.js";
import { paintRules } from "./paint.js";
import { choose } from "./pick.js";
import { Rasters } from "./rasters.js";
import { TileSource } from "./tiles.js";

// protomaps-leaflet and Geoman look for Leaflet here, and Geoman adds to it.
globalThis.L = { ...Leaflet };

/** A tile of data covers four tiles of the screen: a quarter of the requests. */
const LEVELS_ABOVE = 1;
const DATA_TILE = 256 << LEVELS_ABOVE;
/** The finest tiles asked for; nearer, they are drawn larger (4096 steps over 611 m are 15 cm). */
const FINEST = 16;
const REACH = { fine: 8, coarse: 18 };
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const touch = matchMedia("(pointer: coarse)");

export class MapView extends EventTarget {
  /** @param {HTMLElement} element */
  constructor(element) {
    super();
    this.map = new Leaflet.Map(element, {
      zoomControl: false,
      attributionControl: false,
      minZoom: 5,
      maxZoom: 19,
      zoomAnimation: !calm.matches,
      fadeAnimation: false,
      markerZoomAnimation: !calm.matches,
      inertia: !calm.matches,
      maxBoundsViscosity: 1,
    });
    this.map.setView([21.2, 105.9], 6);
    this.layers = [];
    this.running = 0;
    /** @type {Map<string, {template: string, source: TileSource}>} */
    this.sources = new Map();
    this.style = { criterion: 0, selected: null };
    this.addPanes();
    this.listen();
  }

  addPanes() {
    this.map.createPane("terrain").classList.add("terrain-pane");
    this.map.createPane("base");
    this.tiles = leafletLayer({
      sources: {},
      paintRules: [],
      attribution: "",
      updateWhenZooming: false,
      keepBuffer: 1,
    });
    this.overlay = new Overlay((slug) => this.tilesInView(slug)).addTo(this.map);
    this.rasters = new Rasters(this.map, (detail) => this.send("problem", detail));
  }

  listen() {
    this.overlay.on("totals", () => this.send("totals", null));
    this.map.on("click", (event) => this.pickAt(event.latlng));
    this.map.on("moveend", () => this.send("view", this.view));
    // Leaflet takes the focus on each click; only the keyboard needs to see where the middle is.
    const region = this.map.getContainer().parentElement;
    addEventListener("pointerdown", () => region.classList.remove("by-keyboard"), true);
    addEventListener("keydown", () => region.classList.add("by-keyboard"), true);
    this.map.on("keydown", ({ originalEvent }) => {
      if (originalEvent.key === "Enter" && originalEvent.target === this.map.getContainer()) {
        this.pickAt(this.map.getCenter(), true);
      }
    });
  }

  /** @param {string} name @param {object | null} detail */
  send(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  get view() {
    const { lat, lng } = this.map.getCenter();
    return { zoom: this.map.getZoom(), lat, lng };
  }

  /** The zoom of the tiles that are drawn at present. */
  get tileZoom() {
    return Math.min(Math.round(this.map.getZoom()) - LEVELS_ABOVE, FINEST);
  }

  /** What the totals on the map count, and how many units' found no place. */
  get totals() {
    return this.overlay.totals;
  }

  /** West, south, east, north of what is seen. @returns {[number, number, number, number]} */
  get box() {
    const bounds = this.map.getBounds();
    return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  }

  /** @param {[number, number, number, number]} bbox */
  sees([west, south, east, north]) {
    return this.map.getBounds().contains(Leaflet.latLngBounds([south, west], [north, east]));
  }

  /** The scale of the map at its middle, in metres for one CSS pixel. */
  get metresPerPixel() {
    const centre = this.map.getSize().divideBy(2);
    const at = (x) => this.map.containerPointToLatLng(centre.add([x, 0]));
    return this.map.distance(at(-50), at(50)) / 100;
  }

  /** @param {{zoom: number, lat: number, lng: number}} view */
  goTo(view) {
    this.map.setView([view.lat, view.lng], view.zoom, { animate: !calm.matches });
  }

  /** Show a box whole, beside the panels that lie over the map.
   * @param {[number, number, number, number]} bbox west, south, east, north
   * @param {{left?: number, right?: number, top?: number, bottom?: number}} [room] taken by panels, in pixels */
  fit([west, south, east, north], room = {}) {
    const corners = Leaflet.latLngBounds([south, west], [north, east]);
    this.map.fitBounds(corners, {
      paddingTopLeft: [room.left ?? 0, room.top ?? 0],
      paddingBottomRight: [room.right ?? 0, room.bottom ?? 0],
      maxZoom: 17,
      animate: !calm.matches,
    });
  }

  zoomBy(steps) {
    this.map.setZoom(this.map.getZoom() + steps);
  }

  /**
   * Show these layers, the first below the others. A layer whose tiles changed is fetched anew; the rest stay.
   * @param {LayerInfo[]} layers
   */
  setLayers(layers) {
    this.layers = layers;
    const wanted = new Set(layers.map((layer) => layer.slug));
    for (const [slug, { source }] of this.sources) {
      if (wanted.has(slug)) continue;
      source.stop();
      this.sources.delete(slug);
      this.tiles.views.delete(slug);
    }
    for (const layer of layers) this.setSource(layer);
    this.repaint();
  }

  setSource(layer) {
    const template = layer.tiles.replace("{version}", layer.version);
    if (this.sources.get(layer.slug)?.template === template) return;
    this.sources.get(layer.slug)?.source.stop();
    const source = new TileSource(template, {
      started: () => this.count(1),
      ended: (problem) => {
        this.count(-1);
        if (problem) this.send("problem", { layer, status: problem.status });
      },
    });
    this.sources.set(layer.slug, { template, source });
    this.tiles.views.set(layer.slug, new View(new TileCache(source, DATA_TILE), FINEST, LEVELS_ABOVE));
  }

  count(change) {
    this.running += change;
    if (change < 0) this.overlay.later();
    this.send("busy", { count: this.running });
  }

  /** @param {{criterion?: number, selected?: {layer: string, id: number} | null}} change */
  setStyle(change) {
    const recolour = change.criterion !== undefined && change.criterion !== this.style.criterion;
    this.style = { ...this.style, ...change };
    if (recolour && this.layers.length) this.repaint();
    else this.overlay.show({ ...this.style, layers: this.layers });
  }

  repaint() {
    const view = { criterion: this.style.criterion, ratio: this.tiles.devicePixelRatio };
    this.tiles.paintRules = paintRules(this.layers, view);
    // On the map only once there is something to draw: a tile drawn empty first would be drawn twice.
    if (this.map.hasLayer(this.tiles)) this.tiles.rerenderTiles();
    else this.tiles.addTo(this.map);
    this.overlay.show({ ...this.style, layers: this.layers });
  }

  /**
   * Draw finer than the screen and at any scale, for paper.
   * @param {number} ratio device pixels in a CSS pixel
   * @param {number} snap the smallest step of the zoom; 0 for none
   */
  setRatio(ratio, snap) {
    this.map.options.zoomSnap = snap;
    this.tiles.devicePixelRatio = this.overlay.ratio = ratio;
    this.tiles.tileSize = 256 * ratio;
    this.repaint();
  }

  /** The tiles of a layer that cover the view and have come. @param {string} slug */
  tilesInView(slug) {
    const view = this.tiles.views.get(slug);
    if (!view) return [];
    // Between two whole zooms Leaflet stretches the tiles of the nearer one.
    const zoom = Math.round(this.map.getZoom());
    const stretch = 2 ** (this.map.getZoom() - zoom);
    const { min, max } = this.map.getPixelBounds();
    const box = {
      minX: min.x / stretch,
      minY: min.y / stretch,
      maxX: max.x / stretch,
      maxY: max.y / stretch,
    };
    return view.dataTilesForBounds(zoom, box).flatMap((tile) => {
      const entry = view.tileCache.cache.get(toIndex(tile.dataTile));
      const { origin, scale, dim } = tile;
      const place = {
        origin: origin.mult(stretch),
        scale: scale * stretch,
        dim: dim * stretch,
        z: tile.dataTile.z,
      };
      return entry ? [{ ...place, data: entry.data }] : [];
    });
  }

  /** @param {LatLng} at @param {boolean} [byKeyboard] */
  pickAt(at, byKeyboard = false) {
    if (this.busyWith) return;
    const unit = this.overlay.unitAt(this.map.latLngToContainerPoint(at));
    if (unit !== null) {
      this.send("pick", { pick: { layer: "units", id: unit }, byKeyboard });
      return;
    }
    const reach = touch.matches || byKeyboard ? REACH.coarse : REACH.fine;
    const found = this.tiles.queryTileFeaturesDebug(at.lng, at.lat, reach);
    const order = this.layers.map((layer) => layer.slug);
    this.send("pick", { pick: choose(found, order), byKeyboard });
  }

  /** Give clicks to a tool for as long as it works; null gives them back. @param {object | null} tool */
  lend(tool) {
    this.busyWith = tool;
    this.map.getContainer().classList.toggle("drawing", tool !== null);
    if (tool) this.map.doubleClickZoom.disable();
    else this.map.doubleClickZoom.enable();
  }

  /** Lay a raster under or over the layers; null takes it away. @param {string} name @param {Raster | null} raster */
  setRaster(name, raster) {
    this.rasters.set(name, raster);
  }

  /** Mark a position that is no feature: a coordinate searched for, or where the device is.
   * @param {[number, number] | null} lngLat
   * @param {number} [accuracy] in metres */
  point(lngLat, accuracy = 0) {
    this.marked?.remove();
    if (!lngLat) return;
    const at = Leaflet.latLng(lngLat[1], lngLat[0]);
    const dot = new Leaflet.CircleMarker(at, {
      radius: 7,
      color: "#fff",
      weight: 3,
      fillColor: "#1d4ed8",
      fillOpacity: 1,
    });
    const ring = new Leaflet.Circle(at, {
      radius: accuracy,
      color: "#1d4ed8",
      weight: 1.5,
      fillOpacity: 0.12,
    });
    for (const part of [ring, dot]) part.options.interactive = false;
    this.marked = new Leaflet.LayerGroup(accuracy ? [ring, dot] : [dot]).addTo(this.map);
  }

  resize() {
    this.map.invalidateSize({ animate: false });
  }

  /** Ask again for whatever failed. */
  retry() {
    for (const entry of this.sources.values()) entry.template = "";
    this.setLayers(this.layers);
  }
}

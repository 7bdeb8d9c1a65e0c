/** Pictures under the layers (a base map) and over them (the shading of the terrain). */

import { latLngBounds, TileLayer } from "leaflet";

const FINEST = { base: 19, terrain: 15 };
const NEAREST = 19;

/**
 * @typedef {object} Raster
 * @property {string} url with {z}, {x} and {y}
 * @property {string} title
 * @property {"base" | "terrain"} pane
 * @property {[number, number, number, number]} [bbox] west, south, east, north; nothing is asked for beyond
 */

export class Rasters {
  /** @param {Map} map @param {(problem: {layer: {title: string}, status: number}) => void} report */
  constructor(map, report) {
    this.map = map;
    this.report = report;
    this.shown = new Map();
  }

  /** @param {string} name @param {Raster | null} raster */
  set(name, raster) {
    this.shown.get(name)?.remove();
    this.shown.delete(name);
    if (!raster) return;
    const [west, south, east, north] = raster.bbox ?? [];
    const layer = new TileLayer(raster.url, {
      pane: raster.pane,
      maxNativeZoom: FINEST[raster.pane],
      maxZoom: NEAREST,
      bounds: raster.bbox && latLngBounds([south, west], [north, east]),
    });
    layer.on("tileerror", ({ tile }) => this.doubt(raster, tile.src));
    this.shown.set(name, layer.addTo(this.map));
  }

  /** An empty tile of our own (204) is an error to an image, and none to us. */
  async doubt(raster, url) {
    const own = new URL(url, location.href).origin === location.origin;
    const response = own ? await fetch(url).catch(() => null) : null;
    if (!response?.ok) this.report({ layer: raster, status: response?.status ?? 0 });
  }
}

/** Vector tiles of one layer at one version: fetched, decoded, and given to the renderer's cache. */

import Point from "@mapbox/point-geometry";
import { VectorTile } from "@mapbox/vector-tile";
import Protobuf from "pbf";

/**
 * @typedef {object} TileFeature as protomaps-leaflet paints and picks it
 * @property {number} id
 * @property {1 | 2 | 3} geomType point, line, polygon
 * @property {Point[][]} geom in CSS pixels from the tile's corner
 * @property {{minX: number, minY: number, maxX: number, maxY: number}} bbox
 * @property {number} numVertices
 * @property {Record<string, any>} props
 */

/** A tile that could not be had. */
export class TileProblem extends Error {
  /** @param {number} status of HTTP, 0 where there was no answer */
  constructor(status) {
    super(`tile: ${status}`);
    this.status = status;
  }
}

/**
 * @param {ArrayBuffer} buffer
 * @param {number} size of the tile in CSS pixels
 * @returns {Map<string, TileFeature[]>} features by the name of their layer in the tile
 */
export function decode(buffer, size) {
  const found = new Map();
  for (const [name, layer] of Object.entries(new VectorTile(new Protobuf(buffer)).layers)) {
    const features = [];
    for (let index = 0; index < layer.length; index++) features.push(feature(layer.feature(index), size));
    found.set(name, features);
  }
  return found;
}

/** @returns {TileFeature} */
function feature(raw, size) {
  const scale = size / raw.extent;
  const bbox = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  let numVertices = 0;
  const geom = raw.loadGeometry().map((part) =>
    part.map((at) => {
      const x = at.x * scale;
      const y = at.y * scale;
      if (x < bbox.minX) bbox.minX = x;
      if (x > bbox.maxX) bbox.maxX = x;
      if (y < bbox.minY) bbox.minY = y;
      if (y > bbox.maxY) bbox.maxY = y;
      numVertices += 1;
      return new Point(x, y);
    }),
  );
  return { id: raw.id, geomType: raw.type, geom, bbox, numVertices, props: raw.properties };
}

/** What protomaps-leaflet asks for tiles. Requests of a zoom level that was left are given up. */
export class TileSource {
  /**
   * @param {string} template address with {z}, {x} and {y}
   * @param {{started: () => void, ended: (problem: TileProblem | null) => void}} watcher
   */
  constructor(template, watcher) {
    this.template = template;
    this.watcher = watcher;
    /** @type {Set<{z: number, controller: AbortController}>} */
    this.running = new Set();
  }

  /** @param {{z: number, x: number, y: number}} at @param {number} size */
  async get(at, size) {
    for (const run of this.running) if (run.z !== at.z) run.controller.abort();
    const run = { z: at.z, controller: new AbortController() };
    this.running.add(run);
    this.watcher.started();
    try {
      const tile = decode(await this.fetch(at, run.controller.signal), size);
      this.watcher.ended(null);
      return tile;
    } catch (error) {
      const aborted = run.controller.signal.aborted;
      this.watcher.ended(aborted ? null : error instanceof TileProblem ? error : new TileProblem(0));
      // The renderer takes this name to mean that nobody waits for the tile any more.
      throw new DOMException(String(error), "AbortError");
    } finally {
      this.running.delete(run);
    }
  }

  /** @param {{z: number, x: number, y: number}} at @param {AbortSignal} signal */
  async fetch(at, signal) {
    const url = this.template.replace("{z}", at.z).replace("{x}", at.x).replace("{y}", at.y);
    const response = await fetch(url, { signal, credentials: "same-origin" });
    if (!response.ok) throw new TileProblem(response.status);
    return response.arrayBuffer();
  }

  stop() {
    for (const run of this.running) run.controller.abort();
  }
}

/**
 * What must not be cut at the edges of tiles: names, totals and the outline of what is selected. One canvas
 * over the view, drawn anew when the view rests or a tile has come.
 */

import { Bounds, DomUtil, Layer, Point } from "leaflet";
import { arrange, lead, totalsOf } from "./chips.js";
import { placeLabels } from "./labels.js";
import { namesOf } from "./names.js";
import { outline } from "./outline.js";

/** How far beyond the view is drawn, so that a short drag shows no bare edge. */
const MARGIN = 80;
const PAUSE_MS = 80;

export class Overlay extends Layer {
  /**
   * @param {(slug: string) => Array<{data: Map<string, any[]>, origin: {x: number, y: number}, scale: number, dim: number}>} tilesOf
   *   the tiles of a layer that cover the view, as far as they have come
   */
  constructor(tilesOf) {
    super();
    this.tilesOf = tilesOf;
    this.view = { layers: [], criterion: 0, selected: null, totals: true };
    /** @type {Array<{x: number, y: number, width: number, height: number, unit: number}>} */
    this.chips = [];
    /** What the chips say. @type {{layers: string[], left: number}} */
    this.totals = { layers: [], left: 0, hidden: false };
  }

  getEvents() {
    return { moveend: this.draw, resize: this.draw, zoomstart: this.hide, zoomend: this.draw };
  }

  onAdd(map) {
    this.canvas = DomUtil.create("canvas", "overlay leaflet-zoom-hide");
    map.getPane("overlayPane").append(this.canvas);
    this.draw();
    return this;
  }

  onRemove() {
    this.canvas.remove();
    clearTimeout(this.waiting);
    return this;
  }

  /** @param {{layers: any[], criterion: number, selected: {layer: string, id: number} | null, totals?: boolean}} view */
  show(view) {
    this.view = { totals: true, ...view };
    this.later();
  }

  /** Draw once, however many tiles come at about the same time. */
  later() {
    this.waiting ??= setTimeout(() => {
      this.waiting = null;
      this.draw();
    }, PAUSE_MS);
  }

  hide() {
    this.canvas.width = 0;
  }

  draw() {
    const map = this._map;
    if (!map?._loaded) return;
    const size = map.getSize().add([2 * MARGIN, 2 * MARGIN]);
    const ratio = this.ratio ?? window.devicePixelRatio;
    this.canvas.width = Math.round(size.x * ratio);
    this.canvas.height = Math.round(size.y * ratio);
    this.canvas.style.width = `${size.x}px`;
    this.canvas.style.height = `${size.y}px`;
    const corner = map.containerPointToLayerPoint([-MARGIN, -MARGIN]).round();
    DomUtil.setPosition(this.canvas, corner);
    const ctx = this.canvas.getContext("2d");
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const shift = map.getPixelOrigin().add(corner);
    this.paint(ctx, map.getZoom(), shift, new Bounds([0, 0], [size.x, size.y]));
    this.corner = corner;
  }

  paint(ctx, zoom, shift, bounds) {
    const tiles = (slug) =>
      this.tilesOf(slug).map((tile) => ({
        ...tile,
        shift: new Point(tile.origin.x - shift.x, tile.origin.y - shift.y),
      }));
    if (this.view.selected) outline(ctx, tiles(this.view.selected.layer), this.view.selected);
    const names = namesOf(ctx, this.view, tiles, zoom, bounds);
    const results = placeLabels(names.filter((name) => name.first));
    const totals = this.view.totals ? totalsOf(this.view.layers, tiles, bounds) : [];
    const { chips, left, layers, hidden } = arrange(ctx, totals, results);
    const others = names.filter((name) => !name.first).map((name) => aboveChip(name, chips));
    const rest = placeLabels(others, [...results, ...chips]);
    for (const chip of chips) lead(ctx, chip);
    for (const label of [...chips, ...results, ...rest]) label.draw(ctx);
    this.chips = chips;
    const seen = new Bounds([MARGIN, MARGIN], [bounds.max.x - MARGIN, bounds.max.y - MARGIN]);
    this.tell({ layers, hidden, left: left.filter(({ home }) => seen.contains([home.x, home.y])).length });
  }

  /** Let the legend know what the chips say and how many found no place. */
  tell(totals) {
    if (JSON.stringify(totals) === JSON.stringify(this.totals)) return;
    this.totals = totals;
    this.fire("totals");
  }

  /** The unit whose totals stand at a point of the view, if any do. @param {Point} at in the container */
  unitAt(at) {
    const point = this._map.containerPointToLayerPoint(at).subtract(this.corner);
    const near = (chip) =>
      Math.abs(chip.x - point.x) * 2 <= chip.width && Math.abs(chip.y - point.y) * 2 <= chip.height;
    return this.chips.find(near)?.unit ?? null;
  }
}

/** A unit's name stands over its totals, where they stand in the unit itself. */
function aboveChip(name, chips) {
  const chip = chips.find((one) => one.unit === name.id);
  const home = chip && chip.x === chip.home.x && chip.y === chip.home.y;
  return home ? Object.assign(name, { x: chip.x, y: chip.y - 21, priority: 2 }) : name;
}

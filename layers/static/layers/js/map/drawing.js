/**
 * Drawing and reshaping on the map through Geoman, loaded only where somebody edits. The second module that
 * knows the map library, beside the renderer.
 */

import "./renderer.js";
import "@geoman-io/leaflet-geoman-free";

const { L } = globalThis;
const SHAPES = { POINT: "Marker", LINESTRING: "Line", MULTIPOLYGON: "Polygon" };
const PATH = { color: "#1d4ed8", weight: 4, fillOpacity: 0.12 };
const SNAP_PX = 18;

export class Drawing extends EventTarget {
  /**
   * Events: "drawn" once the first shape is closed, "changed" at every change.
   * @param {MapView} view
   * @param {"POINT" | "LINESTRING" | "MULTIPOLYGON"} geometry
   */
  constructor(view, geometry) {
    super();
    this.view = view;
    this.map = view.map;
    this.shape = SHAPES[geometry];
    this.layer = null;
    /** Former shapes, the latest last. @type {object[]} */
    this.past = [];
    this.neighbours = new L.LayerGroup().addTo(this.map);
    this.map.pm ??= new L.PM.Map(this.map);
    this.map.pm.setGlobalOptions({
      snappable: true,
      snapDistance: SNAP_PX,
      tooltips: false,
      allowSelfIntersection: this.shape !== "Polygon",
      markerStyle: { icon: pin(), draggable: true },
      pathOptions: PATH,
      templineStyle: PATH,
      hintlineStyle: { ...PATH, dashArray: "6 6" },
    });
    this.oncreate = ({ layer }) => this.take(layer, true);
    this.map.on("pm:create", this.oncreate);
    view.lend(this);
  }

  /** Draw a new shape. */
  start() {
    this.map.pm.enableDraw(this.shape, {
      snappable: true,
      finishOn: this.shape === "Marker" ? null : "dblclick",
    });
  }

  /** Finish a line or an area by a button: a double tap is hard to hit. */
  finish() {
    this.map.pm.Draw[this.shape]._finishShape?.();
  }

  /** Reshape what is there. @param {object} geometry GeoJSON in WGS 84 */
  edit(geometry) {
    const [layer] = new L.GeoJSON(geometry, {
      style: PATH,
      pointToLayer: (_feature, at) => new L.Marker(at, { icon: pin(), draggable: true }),
    }).getLayers();
    layer.addTo(this.map);
    this.take(layer, false);
  }

  take(layer, fresh) {
    this.layer = layer;
    this.map.pm.disableDraw();
    layer.pm.enable({
      allowSelfIntersection: this.shape !== "Polygon",
      snappable: true,
      snapDistance: SNAP_PX,
    });
    this.last = this.geometry;
    layer.on("pm:edit pm:dragend", () => this.remember());
    this.dispatchEvent(new Event(fresh ? "drawn" : "changed"));
  }

  remember() {
    const now = this.geometry;
    if (JSON.stringify(now) === JSON.stringify(this.last)) return;
    this.past.push(this.last);
    this.last = now;
    this.dispatchEvent(new Event("changed"));
  }

  /** Take back the last corner while drawing, the last change while reshaping. */
  undo() {
    if (!this.layer) {
      const tool = this.map.pm.Draw[this.shape];
      if (tool._layer?.getLatLngs?.().length > 1) tool._removeLastVertex?.();
      return;
    }
    const geometry = this.past.pop();
    if (!geometry) return;
    this.layer.remove();
    this.edit(geometry);
  }

  /** Lay down what a new shape may join: ends of roads, edges of neighbours. @param {object} collection GeoJSON */
  snapTo(collection) {
    this.neighbours.clearLayers();
    new L.GeoJSON(collection, {
      pmIgnore: true,
      snapIgnore: false,
      interactive: false,
      style: { color: "#17212b", weight: 1, opacity: 0.35, fill: false, dashArray: "2 3" },
    }).eachLayer((layer) => this.neighbours.addLayer(layer));
  }

  /** GeoJSON of the shape, or null while there is none. */
  get geometry() {
    return this.layer?.toGeoJSON(7).geometry ?? null;
  }

  stop() {
    this.map.off("pm:create", this.oncreate);
    this.map.pm.disableDraw();
    this.layer?.pm.disable();
    this.layer?.remove();
    this.neighbours.remove();
    this.view.lend(null);
  }
}

function pin() {
  return new L.DivIcon({ className: "pin", iconSize: [22, 22], iconAnchor: [11, 11] });
}

/** How rows are drawn: one list of paint rules for each layer, made from what the layer declares. */

import { color } from "../dom.js";
import { statusOf } from "../status.js";
import { statusFill } from "./patterns.js";
import { drawShape } from "./shapes.js";

/**
 * @typedef {object} Mark
 * @property {string} value
 * @property {string} title
 * @property {string} color
 * @property {number} width
 * @property {number[]} dash
 * @property {string} shape
 * @property {string} pattern
 *
 * @typedef {object} LayerInfo one layer of /layers.json
 * @property {string} slug
 * @property {string} title
 * @property {"POINT" | "LINESTRING" | "MULTIPOLYGON"} geometry
 * @property {[number, number]} zooms of tiles that hold rows
 * @property {boolean} rows false: this viewer gets totals only
 * @property {boolean} personal
 * @property {{by: string, marks: Mark[]}} style
 * @property {Array<Record<string, any>>} fields
 * @property {Record<string, {title: string, unit: string}>} overview
 * @property {string} version
 * @property {string} tiles
 * @property {boolean} editable
 * @property {boolean} on_by_default
 */

const OUTLINES = {
  hamlets: { color: "#ffffff", width: 1.6 },
  communes: { color: "#4d5863", width: 1.6 },
  districts: { color: "#39434d", width: 2.2 },
  provinces: { color: "#262f38", width: 2.8 },
};
const CLASS_WIDTH = { national: 1.7, provincial: 1.55, district: 1.4, commune: 1.2, lane: 0.8, field: 0.75 };

/** Lines and points grow as one comes nearer. @param {number} zoom */
export function growth(zoom) {
  if (zoom < 13) return 0.7;
  if (zoom < 14) return 0.85;
  if (zoom < 15) return 1;
  return zoom < 16 ? 1.25 : 1.5;
}

/**
 * The value of the style's field as marks name it.
 * @param {Record<string, any>} props
 * @param {string} by
 */
export function markValue(props, by) {
  const value = props[by];
  return value === undefined || value === null ? "" : String(value);
}

/**
 * @param {LayerInfo} layer
 * @param {Record<string, any>} props
 * @returns {Mark | undefined} nothing where the layer declares no sign for the value
 */
export function markOf(layer, props) {
  const value = markValue(props, layer.style.by);
  return layer.style.marks.find((mark) => mark.value === value);
}

/** @param {LayerInfo} layer @param {{criterion: number, ratio: number}} view criterion 0: none coloured */
function rulesOf(layer, view) {
  const make = { MULTIPOLYGON: unitRules, LINESTRING: lineRules, POINT: pointRules }[layer.geometry];
  return make(layer, view).map((draw) => ({
    dataSource: layer.slug,
    dataLayer: layer.slug,
    symbolizer: { draw },
  }));
}

/**
 * All rules in the order of painting: the fills of units, from the large to the small; their outlines, from
 * the small to the large, so that a commune's edge is not lost below its hamlets'; then everything else.
 * @param {LayerInfo[]} layers the lowest first
 * @param {{criterion: number, ratio: number}} view
 */
export function paintRules(layers, view) {
  const units = layers
    .filter((layer) => layer.geometry === "MULTIPOLYGON")
    .map((layer) => rulesOf(layer, view));
  const others = layers
    .filter((layer) => layer.geometry !== "MULTIPOLYGON")
    .flatMap((layer) => rulesOf(layer, view));
  return [...units.map(([fill]) => fill), ...units.map(([, line]) => line).reverse(), ...others];
}

function trace(ctx, geom) {
  ctx.beginPath();
  for (const part of geom) {
    ctx.moveTo(part[0].x, part[0].y);
    for (let index = 1; index < part.length; index++) ctx.lineTo(part[index].x, part[index].y);
  }
}

function unitRules(layer, view) {
  const outline = OUTLINES[layer.slug];
  const fill = (ctx, geom, _zoom, feature) => {
    const status = view.criterion ? statusOf(feature.props.statuses, view.criterion) : "-";
    // What is not judged at a hamlet lets its commune's result show through.
    if (status === "-" && layer.slug === "hamlets") return;
    trace(ctx, geom);
    ctx.fillStyle = statusFill(ctx, status, view.ratio);
    ctx.fill();
  };
  const line = (ctx, geom, _zoom, feature) => {
    trace(ctx, geom);
    ctx.lineJoin = "round";
    ctx.strokeStyle = outline.color;
    ctx.lineWidth = outline.width;
    ctx.setLineDash([]);
    ctx.stroke();
    if (feature.props.boundary === "provisional") {
      ctx.strokeStyle = "#8f989f";
      ctx.lineWidth = 0.7;
      ctx.setLineDash([2, 4]);
      ctx.stroke();
      ctx.setLineDash([]);
    }
  };
  return [fill, line];
}

function lineRules(layer) {
  const colors = new Map(layer.style.marks.map((mark) => [mark.value, color(mark.color)]));
  const width = (mark, zoom, props) => mark.width * growth(zoom) * (CLASS_WIDTH[props.road_class] ?? 1);
  const casing = (ctx, geom, zoom, feature) => {
    const mark = markOf(layer, feature.props);
    if (mark && zoom >= 13) stroke(ctx, geom, "#ffffffd9", width(mark, zoom, feature.props) + 2, []);
  };
  const line = (ctx, geom, zoom, feature) => {
    const mark = markOf(layer, feature.props);
    if (mark) stroke(ctx, geom, colors.get(mark.value), width(mark, zoom, feature.props), mark.dash);
  };
  return [casing, line];
}

function stroke(ctx, geom, ink, width, dash) {
  trace(ctx, geom);
  ctx.lineJoin = "round";
  ctx.lineCap = dash.length ? "butt" : "round";
  ctx.setLineDash(dash);
  ctx.strokeStyle = ink;
  ctx.lineWidth = width;
  ctx.stroke();
  ctx.setLineDash([]);
}

function pointRules(layer) {
  const colors = new Map(layer.style.marks.map((mark) => [mark.value, color(mark.color)]));
  return [
    (ctx, geom, zoom, feature) => {
      const mark = markOf(layer, feature.props);
      if (!mark) return;
      const drawn = { shape: mark.shape, width: mark.width * growth(zoom), color: colors.get(mark.value) };
      for (const part of geom) for (const at of part) drawShape(ctx, drawn, at.x, at.y);
    },
  ];
}

/**
 * Totals that stand for rows where the map is too small to draw them: one chip for each unit, with a number
 * for each layer. A number hidden from this viewer is written as "<5"; those shown add up to the whole.
 */

import { color } from "../dom.js";
import { length, number } from "../format.js";
import { drawShape } from "./shapes.js";

const FONT = '600 12px "Be Vietnam Pro", system-ui, sans-serif';
const HEIGHT = 24;
const SIGN = 16;
const PAD = 7;
/** A total that is left out makes the rest add up to too little, so a chip steps aside first. */
const SHIFTS = [
  [0, 26],
  [0, -26],
  [50, 0],
  [-50, 0],
  [50, 26],
  [-50, 26],
  [50, -26],
  [-50, -26],
];

/**
 * What a chip says of one layer.
 * @param {{slug: string, overview: Record<string, {unit: string}>}} layer
 * @param {Record<string, any>} props of the unit's total
 */
export function totalText(layer, props) {
  if (props.hidden && props.count === undefined) return "<5";
  if (layer.slug === "households") return props.poor === undefined ? "<5" : number(props.poor, 0);
  if (layer.slug === "roads") return length(props.length_m ?? 0);
  const [first] = Object.keys(layer.overview);
  return number(props[first] ?? 0, 0);
}

/**
 * Tell whether a layer is drawn as totals at a zoom of its tiles: below its zooms, or because its rows are not
 * this viewer's. (Beside rows the tiles hold totals of what lies outside the viewer's area; those would bury it.)
 * @param {{rows: boolean, zooms: [number, number]}} layer
 * @param {number} zoom
 */
export function isSummed(layer, zoom) {
  return !layer.rows || zoom < layer.zooms[0];
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {any[]} layers
 * @param {(slug: string) => any[]} tiles
 * @param {Bounds} bounds
 */
export function chipsOf(ctx, layers, tiles, bounds) {
  const units = new Map();
  for (const layer of layers) {
    for (const tile of tiles(layer.slug).filter((one) => isSummed(layer, one.z))) {
      for (const { props, geom } of tile.data.get(`${layer.slug}-overview`) ?? []) {
        const at = geom[0][0];
        const x = at.x * tile.scale + tile.shift.x;
        const y = at.y * tile.scale + tile.shift.y;
        // A tile holds the points just beyond its edge as well: each is taken from its own tile.
        const inside = at.x >= 0 && at.y >= 0 && at.x * tile.scale < tile.dim && at.y * tile.scale < tile.dim;
        if (!inside || !bounds.contains([x, y])) continue;
        const unit = units.get(props.unit) ?? { x, y: y + 10, unit: props.unit, items: [] };
        unit.items.push({ mark: signOf(layer), text: totalText(layer, props) });
        units.set(props.unit, unit);
      }
    }
  }
  ctx.font = FONT;
  return [...units.values()].map((unit) => chip(ctx, unit));
}

function signOf(layer) {
  const [first] = layer.style.marks;
  const shape = layer.geometry === "LINESTRING" ? "line" : first.shape;
  return { shape, width: 10, color: color(first.color) };
}

function chip(ctx, unit) {
  const widths = unit.items.map((item) => SIGN + ctx.measureText(item.text).width + PAD);
  const width = widths.reduce((sum, item) => sum + item, PAD);
  return {
    x: unit.x,
    y: unit.y,
    width,
    height: HEIGHT,
    unit: unit.unit,
    priority: 2.5,
    shifts: SHIFTS,
    home: { x: unit.x, y: unit.y },
    draw(ctx) {
      const { x, y } = this;
      if (x !== this.home.x || y !== this.home.y) lead(ctx, this.home, this);
      ctx.beginPath();
      ctx.roundRect(x - width / 2, y - HEIGHT / 2, width, HEIGHT, HEIGHT / 2);
      ctx.fillStyle = "#fffffff2";
      ctx.fill();
      ctx.strokeStyle = "#8d8778";
      ctx.lineWidth = 1;
      ctx.stroke();
      let left = x - width / 2 + PAD;
      unit.items.forEach((item, index) => {
        sign(ctx, item.mark, left + 5, y);
        ctx.font = FONT;
        ctx.textBaseline = "middle";
        ctx.fillStyle = "#17212b";
        ctx.fillText(item.text, left + SIGN, y + 0.5);
        left += widths[index];
      });
    },
  };
}

/** A chip that stepped aside points to where it belongs. */
function lead(ctx, from, to) {
  ctx.strokeStyle = ctx.fillStyle = "#51606d";
  ctx.lineWidth = 1.2;
  ctx.beginPath();
  ctx.moveTo(from.x, from.y);
  ctx.lineTo(to.x, to.y);
  ctx.stroke();
  ctx.beginPath();
  ctx.arc(from.x, from.y, 3, 0, 2 * Math.PI);
  ctx.fill();
}

function sign(ctx, mark, x, y) {
  if (mark.shape !== "line") {
    drawShape(ctx, mark, x, y);
    return;
  }
  ctx.fillStyle = mark.color;
  ctx.fillRect(x - 5, y - 1.5, 11, 3);
}

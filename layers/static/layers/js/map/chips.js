/**
 * Totals that stand for rows where the map is too small to draw them: one chip for each unit, with a number
 * for each layer. A number hidden from this viewer is written as "…", whatever it is: some are
 * small, others would tell of small ones.
 */

import { color } from "../dom.js";
import { length, number } from "../format.js";
import { placeLabels } from "./labels.js";
import { drawShape } from "./shapes.js";

const FAMILY = '"Be Vietnam Pro", system-ui, sans-serif';

/**
 * How chips may look, the most telling first. All chips of a view look alike: a number that is missing on one
 * alone would be taken for none. `reach`: how far from its unit one may stand, in pixels.
 * @typedef {{numbers: number, size: number, height: number, sign: number, pad: number, reach: number}} Form
 * @type {Form[]}
 */
export const FORMS = [
  { numbers: Infinity, size: 12, height: 24, sign: 16, pad: 7, reach: 50 },
  { numbers: 1, size: 12, height: 24, sign: 16, pad: 7, reach: 50 },
  { numbers: 1, size: 11, height: 17, sign: 13, pad: 4, reach: 90 },
];
/** What stands for a number that this viewer may not know, as in tables. */
export const HIDDEN = "…";
/** From the middle of a unit's name to that of its chip. */
const BELOW_NAME = 4;

/**
 * What a chip says of one layer.
 * @param {{slug: string, overview: Record<string, {unit: string}>}} layer
 * @param {Record<string, any>} props of the unit's total
 */
export function totalText(layer, props) {
  if (props.hidden && props.count === undefined) return HIDDEN;
  if (layer.slug === "households") return props.poor === undefined ? HIDDEN : number(props.poor, 0);
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
 * The totals in view, those of one unit together.
 * @param {any[]} layers
 * @param {(slug: string) => any[]} tiles
 * @param {Bounds} bounds
 * @returns {Array<{unit: number, x: number, y: number, items: Array<{layer: any, text: string}>}>}
 */
export function totalsOf(layers, tiles, bounds) {
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
        unit.items.push({ layer, text: totalText(layer, props) });
        units.set(props.unit, unit);
      }
    }
  }
  return [...units.values()];
}

/**
 * Give each unit's totals a place that no name has. Where not all find one, all say less, then become smaller;
 * whose do not even then are left out and counted.
 * @param {CanvasRenderingContext2D} ctx
 * @param {ReturnType<typeof totalsOf>} units
 * @param {any[]} names that stand already
 * @param {Form[]} [forms]
 * @returns {{chips: any[], left: any[], layers: string[], hidden: boolean}} `layers`: slugs of those whose numbers are
 *   told; `hidden`: that some numbers are not
 */
export function arrange(ctx, units, names, forms = FORMS) {
  let best = null;
  for (const form of forms) {
    const made = units.map((unit) => chip(ctx, unit, form, names));
    const chips = placeLabels(made, names);
    const left = made.filter((one) => !chips.includes(one));
    if (!best || left.length < best.left.length) {
      const hidden = chips.some((one) => one.hidden);
      best = { chips, left, layers: [...new Set(made.flatMap((one) => one.slugs))], hidden };
    }
    if (!left.length) break;
  }
  return best ?? { chips: [], left: [], layers: [], hidden: false };
}

/** The sign that stands for a layer beside its number. */
export function signOf(layer) {
  const [first] = layer.style.marks;
  const shape = layer.geometry === "LINESTRING" ? "line" : first.shape;
  return { shape, width: 10, color: color(first.color) };
}

/** How a chip may step aside, the least first. @param {number} width @param {Form} form */
function shiftsFor(width, { height, reach }) {
  const steps = (step) => {
    const count = Math.floor(reach / step);
    return Array.from({ length: 2 * count + 1 }, (_, index) => (index - count) * step);
  };
  return steps(width / 4)
    .flatMap((dx) => steps(height / 2 + 1).map((dy) => /** @type {[number, number]} */ ([dx, dy])))
    .filter((shift) => Math.hypot(...shift) <= reach)
    .sort((a, b) => Math.hypot(...a) - Math.hypot(...b))
    .slice(1);
}

function chip(ctx, unit, form, names) {
  const items = unit.items.slice(0, form.numbers);
  const font = `600 ${form.size}px ${FAMILY}`;
  ctx.font = font;
  const widths = items.map((item) => form.sign + ctx.measureText(item.text).width + form.pad);
  const width = widths.reduce((sum, item) => sum + item, form.pad);
  const { height } = form;
  const name = names.find((one) => one.id === unit.unit);
  const home = name
    ? { x: name.x, y: name.y + (name.height + height) / 2 + BELOW_NAME - 2 }
    : { x: unit.x, y: unit.y };
  return {
    ...home,
    width,
    height,
    unit: unit.unit,
    slugs: items.map((item) => item.layer.slug),
    hidden: items.some((item) => item.text === HIDDEN),
    priority: name ? 0 : 1,
    shifts: shiftsFor(width, form),
    home,
    draw(ctx) {
      const { x, y } = this;
      ctx.beginPath();
      ctx.roundRect(x - width / 2, y - height / 2, width, height, height / 2);
      ctx.fillStyle = "#fffffff2";
      ctx.fill();
      ctx.strokeStyle = "#8d8778";
      ctx.lineWidth = 1;
      ctx.stroke();
      let left = x - width / 2 + form.pad;
      for (const [index, item] of items.entries()) {
        sign(ctx, signOf(item.layer), left + 5, y);
        ctx.font = font;
        ctx.textBaseline = "middle";
        ctx.fillStyle = "#17212b";
        ctx.fillText(item.text, left + form.sign, y + 0.5);
        left += widths[index];
      }
    },
  };
}

/** A chip that stepped aside points to where it belongs; all do before any chip is drawn, so that none is crossed. */
export function lead(ctx, { home: from, ...to }) {
  if (from.x === to.x && from.y === to.y) return;
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

/** The names of units and of facilities, where there is room for them. */

import { differsAt, SIGNS, statusOf } from "../status.js";
import { Centre } from "./labels.js";

/** Zooms of the map at which a layer's names stand, how they look, and who goes first. */
const NAMES = {
  provinces: { from: 5, to: 8, font: "600 14px", priority: 1 },
  districts: { from: 8, to: 10, font: "600 13px", priority: 2 },
  communes: { from: 9, to: 12, font: "600 13px", priority: 3 },
  hamlets: { from: 12.5, to: 22, font: "600 12px", priority: 4 },
  facilities: { from: 16, to: 22, font: "400 11px", priority: 6 },
};
const INK = { m: "#14664f", u: "#ad3a1b", "?": "#51606d" };
const HEIGHT = 17;

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {{layers: any[], criterion: number, selected: any}} view
 * @param {(slug: string) => any[]} tiles
 * @param {number} zoom
 * @param {Bounds} bounds
 */
export function namesOf(ctx, view, tiles, zoom, bounds) {
  const named = [];
  for (const layer of view.layers) {
    const rule = ruleOf(layer, view);
    if (!rule || zoom < rule.from || zoom > rule.to) continue;
    for (const found of centres(layer.slug, tiles(layer.slug)).values()) {
      if (!found.at || !bounds.contains([found.at.x, found.at.y])) continue;
      const made = label(ctx, found, rule, view, layer);
      if (made.priority === 0 || hasRoom(found, made)) named.push(made);
    }
  }
  return named;
}

/** Communes keep their names where no hamlets are shown that would need the room. */
function ruleOf(layer, view) {
  const alone = layer.slug === "communes" && !view.layers.some((other) => other.slug === "hamlets");
  return alone ? { ...NAMES.communes, to: NAMES.hamlets.to } : NAMES[layer.slug];
}

/** Tell whether an area is large enough for its name: on a sliver it would seem to name the neighbour. */
function hasRoom({ feature, centre }, { width, height }) {
  return feature.geomType !== 3 || Math.abs(centre.area) > 0.6 * width * height;
}

/** Where each feature's middle is, over all tiles that hold a piece of it. */
function centres(slug, tiles) {
  const found = new Map();
  for (const tile of tiles) {
    for (const feature of tile.data.get(slug) ?? []) {
      if (!feature.props.name) continue;
      const entry = found.get(feature.id) ?? { feature, centre: new Centre(), at: null };
      if (feature.geomType === 3) {
        entry.centre.add(feature.geom, tile.scale, tile.shift);
        entry.at = entry.centre.point;
      } else entry.at = beside(feature.geom[0][0], tile);
      found.set(feature.id, entry);
    }
  }
  return found;
}

/** Below the sign of a point. */
function beside(at, tile) {
  return { x: at.x * tile.scale + tile.shift.x, y: at.y * tile.scale + tile.shift.y + 17 };
}

function label(ctx, found, rule, view, layer) {
  const { props, id } = found.feature;
  const judged = layer.geometry === "MULTIPOLYGON" && view.criterion;
  const status = judged ? statusOf(props.statuses, view.criterion) : "-";
  const sign =
    status === "-" ? "" : `${SIGNS[status].sign}${differsAt(props.differs, view.criterion) ? "≠" : ""} `;
  ctx.font = `${rule.font} "Be Vietnam Pro", system-ui, sans-serif`;
  const { font } = ctx;
  const signWidth = sign ? ctx.measureText(sign).width : 0;
  const width = signWidth + ctx.measureText(props.name).width;
  const selected = view.selected?.layer === layer.slug && view.selected.id === id;
  return {
    id,
    x: found.at.x,
    y: found.at.y,
    width: width + 8,
    height: HEIGHT,
    // What answers the question asked goes before everything that is only added to it.
    first: selected || status !== "-",
    priority: selected ? 0 : rule.priority + (judged && status === "-" ? 0.4 : 0),
    draw(ctx) {
      ctx.font = font;
      ctx.textBaseline = "middle";
      write(ctx, sign, this.x - width / 2, this.y, INK[status]);
      write(ctx, props.name, this.x - width / 2 + signWidth, this.y, "#17212b");
    },
  };
}

function write(ctx, text, x, y, ink) {
  ctx.lineJoin = "round";
  ctx.lineWidth = 3.5;
  ctx.strokeStyle = "#ffffffe6";
  ctx.strokeText(text, x, y);
  ctx.fillStyle = ink;
  ctx.fillText(text, x, y);
}

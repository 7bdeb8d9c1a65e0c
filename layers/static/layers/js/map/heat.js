/** Hexagons of the heat map, above the tiles and below names: the darker, the more. */

import { geoJSON } from "leaflet";
import { color, h } from "../dom.js";
import { COLOURS, opacityOf } from "./hexagons.js";

export class HeatMap {
  /** @param {MapView} view */
  constructor(view) {
    this.map = view.map;
    this.pane = this.map.getPane("heat") ?? this.map.createPane("heat");
    this.pane.style.zIndex = "380";
  }

  /** @param {any} collection the answer of /heat.json */
  draw(collection) {
    this.remove();
    const style = ({ properties: { value, partly } }) => ({
      pane: "heat",
      color: color(COLOURS[collection.what]),
      weight: partly ? 2 : 0.8,
      dashArray: partly ? "5 4" : null,
      fillColor: color(COLOURS[collection.what]),
      fillOpacity: opacityOf(value, collection.most),
    });
    const told = ({ properties }, drawn) => drawn.bindTooltip(tip(properties), { sticky: true });
    this.layer = geoJSON(collection, { pane: "heat", style, onEachFeature: told }).addTo(this.map);
  }

  remove() {
    this.layer?.remove();
    this.layer = null;
  }
}

/** The units of a hexagon by name, as far as they are named. */
export function namesIn({ units, more }) {
  const names = units.map(({ name }) => name).join(", ");
  if (!more) return names;
  return interpolate(gettext("%(names)s and %(more)s more"), { names, more }, true);
}

function tip(properties) {
  return h("span", {}, h("b", {}, properties.told), h("br"), namesIn(properties));
}

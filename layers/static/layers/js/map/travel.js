/** Travel times on the map: hamlets by share, roads by time, households left out. */

import { circleMarker, geoJSON } from "leaflet";
import { color, h } from "../dom.js";
import { number } from "../format.js";

/** From the best class down: from which percent on, name, colour. */
const CLASSES = [
  [75, "most", "--met-pale"],
  [50, "many", "--near-pale"],
  [25, "some", "--unmet-pale"],
  [0, "few", "--unmet"],
];
const BANDS = [
  { color: "--met", weight: 4 },
  { color: "--near", weight: 4 },
  { color: "--unmet", weight: 4, dashArray: "9 5" },
  { color: "--ink-2", weight: 3, dashArray: "1 6" },
];
/** So many hamlets bear their share as a label; of more, the pointer tells it. */
const LABELLED = 40;

/** The class of a share in percent; null: not told. @param {number | null} low */
export function classOf(low) {
  return low === null ? "untold" : CLASSES.find(([from]) => low >= from)[1];
}

function fillOf(low) {
  return color(low === null ? "--unknown-pale" : CLASSES.find(([from]) => low >= from)[2]);
}

export class TravelMap {
  /** @param {MapView} view */
  constructor(view) {
    this.map = view.map;
    // Above the tiles, below names and what is selected.
    this.pane = this.map.getPane("travel") ?? this.map.createPane("travel");
    this.pane.style.zIndex = "390";
    /** @type {Map<string, any>} */
    this.layers = new Map();
  }

  clear(name) {
    this.layers.get(name)?.remove();
    this.layers.delete(name);
  }

  remove() {
    for (const name of [...this.layers.keys()]) this.clear(name);
  }

  put(name, layer) {
    this.clear(name);
    this.layers.set(name, layer.addTo(this.map));
  }

  /** @param {any} collection @returns {[number, number, number, number] | null} west, south, east, north */
  hamlets(collection) {
    const few = collection.features.length <= LABELLED;
    const shown = collection.features.filter(({ geometry }) => geometry);
    const style = ({ properties }) => ({
      pane: "travel",
      color: color("--ink-2"),
      weight: 1,
      fillColor: fillOf(properties.low),
      fillOpacity: 0.75,
    });
    const layer = geoJSON(shown, {
      pane: "travel",
      style,
      pointToLayer: (feature, at) => circleMarker(at, { ...style(feature), radius: 9 }),
      onEachFeature: ({ properties }, drawn) =>
        drawn.bindTooltip(
          tip(properties, few),
          few
            ? { permanent: true, direction: "center", offset: [0, 15], className: "share-label" }
            : { sticky: true },
        ),
    });
    this.put("hamlets", layer);
    const box = layer.getBounds();
    return box.isValid() ? [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()] : null;
  }

  roads(collection) {
    const style = ({ properties }) => {
      const band = BANDS[properties.band];
      return { ...band, color: color(band.color), pane: "travel", interactive: false };
    };
    this.put("roads", geoJSON(collection, { pane: "travel", style }));
  }

  households(collection) {
    const dot = ({ properties }, at) =>
      circleMarker(at, {
        pane: "travel",
        radius: 4,
        weight: 1,
        color: "#ffffff",
        fillColor: color(properties.category === "poor" ? "--poor" : "--ink"),
        fillOpacity: 1,
      }).bindTooltip(minutes(properties.minutes));
    this.put("households", geoJSON(collection, { pane: "travel", pointToLayer: dot }));
  }
}

function minutes(value) {
  return value === null
    ? gettext("no way there")
    : interpolate(gettext("%(minutes)s minutes"), { minutes: number(value, 0) }, true);
}

/** What is written on a hamlet, or told when it is pointed at. */
function tip(properties, brief) {
  const { name, shown, left, cut_off: cutOff, median } = properties;
  if (brief) return h("span", {}, shown);
  const lines = [
    `${name}: ${shown}`,
    left !== null && interpolate(gettext("%(left)s households left out"), { left: number(left) }, true),
    cutOff > 0 && interpolate(gettext("%(count)s without any way"), { count: number(cutOff) }, true),
    median !== null &&
      interpolate(gettext("half within %(minutes)s minutes"), { minutes: number(median, 0) }, true),
  ].filter(Boolean);
  return h(
    "span",
    {},
    lines.flatMap((line, place) => (place ? [h("br"), line] : [line])),
  );
}

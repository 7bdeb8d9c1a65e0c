/** Points clicked on the map and the line that joins them, for measuring. */

import { CircleMarker, LayerGroup, Polygon, Polyline } from "leaflet";

const INK = { color: "#17212b", weight: 2.5, dashArray: "6 5", interactive: false };
const DOT = {
  radius: 5,
  color: "#17212b",
  weight: 2,
  fillColor: "#ffd75e",
  fillOpacity: 1,
  interactive: false,
};

export class Sketch {
  /** @param {MapView} view @param {() => void} changed */
  constructor(view, changed) {
    this.view = view;
    this.changed = changed;
    /** @type {Array<{lat: number, lng: number}>} */
    this.points = [];
    this.group = new LayerGroup().addTo(view.map);
    this.onclick = ({ latlng }) => this.add(latlng);
    this.onkey = ({ originalEvent }) => {
      if (originalEvent.key === "Enter") this.add(view.map.getCenter());
      if (originalEvent.key === "Backspace") this.undo();
    };
    view.lend(this);
    view.map.on("click", this.onclick);
    view.map.on("keydown", this.onkey);
  }

  add(at) {
    this.points.push({ lat: at.lat, lng: at.lng });
    this.draw();
  }

  undo() {
    this.points.pop();
    this.draw();
  }

  clear() {
    this.points = [];
    this.draw();
  }

  draw() {
    this.group.clearLayers();
    if (this.points.length > 2) {
      this.group.addLayer(
        new Polygon(this.points, {
          stroke: false,
          fillColor: "#ffd75e",
          fillOpacity: 0.25,
          interactive: false,
        }),
      );
    }
    this.group.addLayer(new Polyline(this.points, INK));
    for (const at of this.points) this.group.addLayer(new CircleMarker(at, DOT));
    this.changed();
  }

  stop() {
    this.view.map.off("click", this.onclick);
    this.view.map.off("keydown", this.onkey);
    this.view.lend(null);
    this.group.remove();
  }
}

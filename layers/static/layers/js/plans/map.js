/**
 * The map of a plan, or of works that no plan holds yet: hamlets and roads from the tiles, the works over them.
 *
 * Events: "package" with the number of the one that was clicked, "road" with the id of a road that was.
 */

import { canvas, circleMarker, control, geoJSON } from "leaflet";
import { showAlert } from "../alerts.js";
import { color } from "../dom.js";
import { getJson } from "../http.js";
import { MapView } from "../map/renderer.js";
import { narrow } from "../room.js";

const BELOW = new Set(["communes", "hamlets", "roads"]);
const WIDTH = { plain: 5, chosen: 9 };

export class PlanMap extends EventTarget {
  /**
   * @param {HTMLElement} place
   * @param {{bbox: number[] | null, urls: Record<string, string>, only?: string[], works?: object, criterion?: number}}
   *   start `only`: the works that the plan beside this one does not hold; they stand out, with no criterion or total
   *   over them. `works`: as GeoJSON, where no address gives them. `criterion`: what the ground shows, unless it is 2
   */
  constructor(place, start) {
    super();
    this.start = start;
    this.view = new MapView(place);
    this.works = null;
    this.chosen = null;
    this.drawn = canvas({ padding: 0.3, tolerance: 8 });
    control
      .zoom({ position: "topright", zoomInTitle: gettext("Nearer"), zoomOutTitle: gettext("Farther") })
      .addTo(this.view.map);
    this.view.addEventListener("pick", ({ detail }) => this.picked(detail.pick));
  }

  /** Draw the ground and the works of the stored plan. */
  async open() {
    const { bbox, urls } = this.start;
    if (bbox) this.view.fit(bbox, narrow.matches ? {} : { left: 20, right: 20, top: 20, bottom: 60 });
    await Promise.all([this.showGround(urls.layers), this.restore()]);
  }

  async showGround(url) {
    const [catalogue, problem] = await getJson(url);
    if (problem) {
      showAlert({ key: "catalogue", ...problem, retry: () => this.showGround(url) });
      return;
    }
    const compared = Boolean(this.start.only);
    this.view.setStyle({ criterion: compared ? 0 : (this.start.criterion ?? 2), totals: !compared });
    this.view.setLayers(catalogue.layers.filter(({ slug, rows }) => BELOW.has(slug) && rows));
  }

  /** Show the works of the plan as it is stored. */
  async restore() {
    if (this.start.works) {
      this.show(this.start.works);
      return;
    }
    const [works, problem] = await getJson(this.start.urls.works);
    if (problem) showAlert({ key: "works", ...problem, retry: () => this.restore() });
    else this.show(works);
  }

  /** @param {object} works GeoJSON, each feature with the number of its package */
  show(works) {
    this.works?.remove();
    this.works = geoJSON(works, {
      renderer: this.drawn,
      style: ({ properties }) => this.styleOf(properties),
      pointToLayer: ({ properties }, at) =>
        circleMarker(at, { renderer: this.drawn, radius: 8, ...this.styleOf(properties) }),
      onEachFeature: ({ properties }, layer) => {
        layer.bindTooltip(`${properties.package}. ${properties.name}`, { sticky: true });
        layer.on("click", () => {
          this.onWork = true;
          this.dispatchEvent(new CustomEvent("package", { detail: properties.package }));
        });
      },
    }).addTo(this.view.map);
  }

  /** @param {{package: number, key: string}} work */
  styleOf({ package: number, key }) {
    const chosen = number === this.chosen;
    const alone = this.start.only?.includes(key);
    return {
      color: color(chosen ? "--focus" : alone ? "--unmet" : "--poor"),
      weight: chosen || alone ? WIDTH.chosen : WIDTH.plain,
      opacity: 0.9,
      fillOpacity: 0.9,
    };
  }

  /** Make one package stand out. @param {number} number @param {boolean} look whether the map goes there */
  select(number, look) {
    this.chosen = number;
    this.works?.setStyle(({ properties }) => this.styleOf(properties));
    const parts =
      this.works?.getLayers().filter(({ feature }) => feature.properties.package === number) ?? [];
    for (const part of parts) part.bringToFront();
    if (!look || !parts.length) return;
    const bounds = parts
      .map((part) => part.getBounds?.() ?? part.getLatLng().toBounds(200))
      .reduce((all, one) => all.extend(one));
    this.view.map.fitBounds(bounds.pad(0.6), { maxZoom: 16 });
  }

  /** A click that met a work is about its package; otherwise it may be about a road. */
  picked(pick) {
    const onWork = this.onWork;
    this.onWork = false;
    if (!onWork && pick?.layer === "roads") this.dispatchEvent(new CustomEvent("road", { detail: pick.id }));
  }
}

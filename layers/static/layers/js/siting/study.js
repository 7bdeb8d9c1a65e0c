/** The map of an answered study: sites of the chosen alternative, whom they serve, where rules forbid a site. */

import { CircleMarker, control, geoJSON, LayerGroup, Polyline, Popup } from "leaflet";
import { byId, h } from "../dom.js";
import { getJson } from "../http.js";
import { MapView } from "../map/renderer.js";
import { showLegend } from "./legend.js";
import { candidateStyle, LINE, siteStyle, zoneStyle } from "./signs.js";
import { whyBody } from "./why.js";
import { siteText } from "./words.js";

const UNITS = new Set(["provinces", "districts", "communes", "hamlets"]);
/** More lines than this would hide the map rather than explain it; nearer, they are drawn. */
const MANY_LINES = 3000;

/**
 * @param {HTMLElement} place
 * @param {{map: string, why: string, lines: string, layers: string, chosen: number, unit: {layer: string, id: number}}} start
 */
export async function showStudy(place, start) {
  const [found, problem] = await getJson(start.map);
  if (problem) {
    place.textContent = `${problem.title} ${problem.detail}`;
    return;
  }
  const study = new Study(place, start, found);
  study.choose(start.chosen);
  await study.showUnits(start.layers);
}

class Study {
  constructor(place, start, found) {
    this.start = start;
    this.found = found;
    this.view = new MapView(place);
    this.map = this.view.map;
    control.zoom({ zoomInTitle: gettext("Nearer"), zoomOutTitle: gettext("Farther") }).addTo(this.map);
    this.map.createPane("zones").style.zIndex = "390";
    this.zones = new Map(found.zones.map((zone) => [zone.subject, this.zoneLayer(zone)]));
    this.candidates = new LayerGroup(found.candidates.map((one) => this.candidate(one)));
    this.lines = new LayerGroup().addTo(this.map);
    this.sites = new LayerGroup().addTo(this.map);
    this.view.fit(found.bbox, { left: 20, right: 20, top: 20, bottom: 20 });
    this.map.on("click", ({ latlng }) => this.why(latlng));
    for (const button of byId("alternatives").querySelectorAll("button")) {
      button.addEventListener("click", () => this.choose(Number(button.dataset.number)));
    }
    showLegend(byId("siting-legend"), found, (name, on) => this.toggle(name, on));
  }

  zoneLayer({ subject, area }) {
    return geoJSON(area, { style: () => zoneStyle(subject), pane: "zones", interactive: false });
  }

  candidate(one) {
    const marker = new CircleMarker([one.lat, one.lon], candidateStyle(one));
    marker.on("click", () => this.why(marker.getLatLng()));
    return marker;
  }

  /** Show or hide a zone by its subject, or the candidates. @param {string} name @param {boolean} on */
  toggle(name, on) {
    const layer = name === "candidates" ? this.candidates : this.zones.get(name);
    if (on) layer.addTo(this.map);
    else layer.remove();
  }

  /** @param {number} index of the alternative */
  async choose(index) {
    for (const button of byId("alternatives").querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.number) === index));
    }
    this.sites.clearLayers();
    this.lines.clearLayers();
    this.index = index;
    for (const site of this.found.alternatives[index]?.sites ?? []) this.sites.addLayer(this.site(site));
    const [answer] = await getJson(this.start.lines.replace("{number}", String(index)));
    // Another alternative may have been chosen meanwhile.
    if (answer && this.index === index && answer.lines.length <= MANY_LINES) {
      for (const line of answer.lines) {
        this.lines.addLayer(
          new Polyline(
            line.map(([lon, lat]) => [lat, lon]),
            LINE,
          ),
        );
      }
    }
  }

  site(site) {
    const marker = new CircleMarker([site.lat, site.lon], siteStyle(site));
    return marker.bindTooltip(siteText(site));
  }

  /** @param {{lat: number, lng: number}} at */
  async why(at) {
    const popup = new Popup({ minWidth: 220, maxWidth: 320 })
      .setLatLng(at)
      .setContent(h("p", {}, gettext("Measuring…")))
      .openOn(this.map);
    const query = new URLSearchParams({ lon: at.lng.toFixed(6), lat: at.lat.toFixed(6) });
    const [found, problem] = await getJson(`${this.start.why}?${query}`);
    popup.setContent(found ? whyBody(found) : h("p", {}, `${problem.title} ${problem.detail}`));
  }

  /** Draw the units on record and the hills below, so that one sees where one is. @param {string} url */
  async showUnits(url) {
    const [catalogue] = await getJson(url);
    if (!catalogue) return;
    this.view.setStyle({ criterion: 0, selected: this.start.unit });
    this.view.setLayers(
      catalogue.layers.filter(({ slug, rows }) => UNITS.has(slug) || (slug === "roads" && rows)),
    );
    for (const { id, name, tiles, bbox } of catalogue.terrains) {
      this.view.setRaster(`terrain-${id}`, { url: tiles, pane: "terrain", bbox, title: name });
    }
  }
}

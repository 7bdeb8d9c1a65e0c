/** What the page shows and what changes it. Everything on the page listens here; nothing else keeps state. */

import { getJson } from "./http.js";
import { readState, writeState } from "./state.js";

/**
 * @typedef {object} Catalogue the answer of /layers.json
 * @property {number} year
 * @property {number[]} years
 * @property {LayerInfo[]} layers
 * @property {Array<{id: number, name: string, bbox: number[], source: string, tiles: string}>} terrains
 * @property {Array<{number: number, name: string}>} criteria
 * @property {{id: number, kind: string, name: string, bbox: [number, number, number, number] | null} | null} home
 * @property {{role: string, may_edit: boolean, signed_in: boolean}} viewer
 * @property {{url: string, attribution: string}} basemap
 */

/** The criteria that are computed from rows, shown first. */
export const COMPUTED = [2, 5, 17];
export const UNIT_LAYERS = {
  province: "provinces",
  district: "districts",
  commune: "communes",
  hamlet: "hamlets",
};

export class Page extends EventTarget {
  /** @param {Record<string, any>} start what the page was sent with */
  constructor(start) {
    super();
    this.start = start;
    this.urls = start.urls;
    /** @type {PageState} */
    this.state = readState(location.search);
    /** A link that names a unit but no view shows the unit whole. */
    this.showWhole = this.state.unit !== null && this.state.at === null && this.state.pick === null;
    this.state.year ??= start.year;
    this.state.unit ??= start.home?.id ?? null;
    /** A link that names a thing but no view shows the thing. */
    this.lookAtPick = this.state.pick !== null && this.state.at === null;
    /** @type {Catalogue | null} */
    this.catalogue = null;
    /** Whether what the address asked for is on the map. */
    this.opened = false;
    /** The hexagons in view, while a heat map is shown: the answer of /heat.json. @type {any} */
    this.heat = null;
  }

  /** Read the catalogue of the year, with the present versions of the tiles. @returns {Promise<any>} a problem, or null */
  async load() {
    const [[catalogue, problem], [versions]] = await Promise.all([
      getJson(`${this.urls.layers}?year=${this.state.year}`),
      getJson(this.urls.versions),
    ]);
    if (problem) return problem;
    for (const layer of catalogue.layers) layer.version = versions?.[layer.slug] ?? layer.version;
    this.catalogue = catalogue;
    this.settle();
    return null;
  }

  /** Put right what the address asked for and is not there. */
  settle() {
    const numbers = this.catalogue.criteria.map((criterion) => criterion.number);
    const { criterion } = this.state;
    if (criterion === null || (criterion !== 0 && !numbers.includes(criterion))) {
      this.state.criterion = numbers.includes(COMPUTED[0]) ? COMPUTED[0] : 0;
    }
    // Who gets totals only opens on the results alone: totals everywhere would hide them.
    const first = this.catalogue.layers.filter((layer) => layer.on_by_default && layer.rows);
    this.state.layers ??= first.map((layer) => layer.slug);
    this.showPicked();
  }

  /** A link that names a row shows it, even where the row's layer is not among those that are on. */
  showPicked() {
    const layer = this.opened ? undefined : this.layer(this.state.pick?.layer);
    if (layer?.rows && !this.state.layers.includes(layer.slug)) this.state.layers.push(layer.slug);
    this.opened = true;
  }

  /** The layers that are on, in drawing order. */
  get shown() {
    return this.catalogue.layers.filter((layer) => this.state.layers.includes(layer.slug));
  }

  /** The criterion that colours the units; under hexagons none does. */
  get coloured() {
    return this.state.heat ? 0 : this.state.criterion;
  }

  /** @param {string} slug */
  layer(slug) {
    return this.catalogue?.layers.find((layer) => layer.slug === slug);
  }

  /** @param {number} number */
  criterionName(number) {
    return this.catalogue?.criteria.find((criterion) => criterion.number === number)?.name ?? "";
  }

  /**
   * Change what is shown. Listeners of "change" learn which parts changed.
   * @param {Partial<PageState>} change
   */
  change(change) {
    const keys = Object.keys(change).filter(
      (key) => JSON.stringify(change[key]) !== JSON.stringify(this.state[key]),
    );
    if (!keys.length) return;
    Object.assign(this.state, change);
    history.replaceState(null, "", writeState(this.state) || location.pathname);
    this.dispatchEvent(new CustomEvent("change", { detail: new Set(keys) }));
  }

  /**
   * Call back when any of these parts changes.
   * @param {string[]} keys
   * @param {(changed: Set<string>) => void} callback
   */
  when(keys, callback) {
    this.addEventListener("change", ({ detail }) => {
      if (keys.some((key) => detail.has(key))) callback(detail);
    });
  }

  /** Replace the versions of tiles; true if any is new. @param {Record<string, string>} versions */
  renew(versions) {
    let changed = false;
    for (const layer of this.catalogue?.layers ?? []) {
      if (versions[layer.slug] && versions[layer.slug] !== layer.version) {
        layer.version = versions[layer.slug];
        changed = true;
      }
    }
    return changed;
  }
}

/** Say something to those who listen rather than look. @param {string} text */
export function say(text) {
  const place = document.getElementById("say");
  if (place) place.textContent = text;
}

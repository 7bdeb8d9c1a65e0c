/** What the page shows, as its address holds it: a link opens the same map for whoever may see it. */

/**
 * @typedef {object} PageState
 * @property {number | null} unit
 * @property {number | null} year
 * @property {number | null} criterion null: no criterion coloured
 * @property {string[] | null} layers null: those on by default
 * @property {{zoom: number, lat: number, lng: number} | null} at
 * @property {{layer: string, id: number} | null} pick
 * @property {string[]} base what lies below: "terrain", "xyz"
 * @property {{what: "unmet" | "poor", criterion: number} | null} heat hexagons, of all criteria (0) or of one
 * @property {Record<string, string> | null} travel what travel times are asked for; null: they are not shown
 */

const WHOLE = /^\d{1,16}$/;

/** What lies below the layers unless the address says otherwise: the hills; not on a phone, where data costs. */
const BASE = globalThis.matchMedia?.("(min-width: 721px)").matches ? ["terrain"] : [];

/** @param {string | null} text */
function whole(text) {
  return text !== null && WHOLE.test(text) ? Number(text) : null;
}

/** @param {string | null} text */
function position(text) {
  const [zoom, lat, lng] = (text ?? "").split("/").map(Number);
  const sound = Math.abs(lat) <= 90 && Math.abs(lng) <= 180 && zoom >= 0 && zoom <= 22;
  return sound ? { zoom, lat, lng } : null;
}

/** @param {string | null} text */
function picked(text) {
  const [, layer, id] = /^([a-z-]+)\/(\d{1,16})$/.exec(text ?? "") ?? [];
  return layer ? { layer, id: Number(id) } : null;
}

/** @param {string | null} text */
function list(text) {
  return text === null ? null : text.split(",").filter((part) => /^[a-z-]+$/.test(part));
}

/** What a journey is asked by, in the order in which the address holds it. */
const JOURNEY = ["service", "mode", "season", "minutes"];

/** @param {string | null} text */
function journey(text) {
  const parts = /^([a-z_]+)\/([a-z]+)\/([a-z]+)\/(\d{1,3})$/.exec(text ?? "");
  return parts && Object.fromEntries(JOURNEY.map((name, place) => [name, parts[place + 1]]));
}

/** @param {string | null} text */
function heated(text) {
  const [, what, criterion] = /^(unmet|poor)(?:\/(\d{1,2}))?$/.exec(text ?? "") ?? [];
  return what ? { what, criterion: what === "unmet" ? Number(criterion ?? 0) : 0 } : null;
}

/**
 * Read an address; whatever makes no sense in it counts as not given.
 * @param {string} query
 * @returns {PageState}
 */
export function readState(query) {
  const given = new URLSearchParams(query);
  return {
    unit: whole(given.get("unit")),
    year: whole(given.get("year")),
    criterion: whole(given.get("criterion")),
    layers: list(given.get("layers")),
    at: position(given.get("at")),
    pick: picked(given.get("pick")),
    base: list(given.get("base")) ?? [...BASE],
    heat: heated(given.get("heat")),
    travel: journey(given.get("travel")),
  };
}

/**
 * Write an address that `readState` reads back.
 * @param {PageState} state
 */
export function writeState(state) {
  const parts = [];
  const put = (name, value) => parts.push(`${name}=${value}`);
  if (state.unit !== null) put("unit", state.unit);
  if (state.year !== null) put("year", state.year);
  if (state.criterion !== null) put("criterion", state.criterion);
  if (state.layers !== null) put("layers", state.layers.join(","));
  if (state.base.join() !== BASE.join()) put("base", state.base.join(","));
  if (state.at) put("at", `${state.at.zoom}/${state.at.lat.toFixed(5)}/${state.at.lng.toFixed(5)}`);
  if (state.pick) put("pick", `${state.pick.layer}/${state.pick.id}`);
  if (state.heat) put("heat", [state.heat.what, state.heat.criterion || []].flat().join("/"));
  if (state.travel) put("travel", JOURNEY.map((name) => state.travel[name]).join("/"));
  return parts.length ? `?${parts.join("&")}` : "";
}

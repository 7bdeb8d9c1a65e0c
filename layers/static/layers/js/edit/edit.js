/** Add a feature to the map, change one, remove one. The server decides what is right; this asks and tells. */

import { h, icon } from "../dom.js";
import { getJson, request } from "../http.js";
import { Drawing } from "../map/drawing.js";
import { say } from "../page.js";
import { room } from "../room.js";
import { openTool } from "../tools/panel.js";
import { askYears } from "./dating.js";
import { fieldsOf, propertiesFrom } from "./form.js";

/** Neighbours are offered to snap to from this zoom on; farther out there are too many. */
const SNAP_ZOOM = 14;
const SNAP_MOST = 1000;

/** Ask what to add. @param {Page} page @param {MapView} map */
export function addFeature(page, map) {
  const layers = page.catalogue.layers.filter((layer) => layer.editable);
  const choice = (layer) =>
    h("button.btn.ghost", { type: "button", onclick: () => draw(page, map, layer) }, layer.title);
  openTool(gettext("Add to the map"), [
    h("p.muted", {}, gettext("What is there to add?")),
    h("div.choices", {}, layers.map(choice)),
  ]);
}

function draw(page, map, layer) {
  styleSheet();
  const drawing = new Drawing(map, layer.geometry);
  const hints = {
    POINT: gettext("Tap where it stands."),
    LINESTRING: gettext(
      "Tap along the road. It joins others where they are near; finish with the button or a double tap.",
    ),
    MULTIPOLYGON: gettext(
      "Tap the corners. They join those of neighbours; finish with the button or the first corner.",
    ),
  };
  openTool(
    layer.title,
    [
      h("p", { "aria-live": "polite" }, hints[layer.geometry]),
      h(
        "p.buttons",
        {},
        layer.geometry !== "POINT" &&
          h("button.btn", { type: "button", onclick: () => drawing.finish() }, gettext("Finish drawing")),
        layer.geometry !== "POINT" && undoButton(drawing),
      ),
    ],
    () => !drawing.layer && drawing.stop(),
  );
  drawing.addEventListener("drawn", () => openForm(page, { layer, drawing, values: {} }));
  snap(page, map, layer, drawing);
  drawing.start();
}

/**
 * Change a feature that is there.
 * @param {Page} page
 * @param {Record<string, any>} data the answer of /features/<layer>/<id>.json
 */
export function editFeature(page, data) {
  styleSheet();
  const layer = page.layer(data.layer);
  const drawing = new Drawing(page.map, layer.geometry);
  if (data.bbox && !page.map.sees(data.bbox)) page.map.fit(data.bbox, room());
  if (data.geometry) drawing.edit(data.geometry);
  else drawing.start();
  const values = Object.fromEntries(data.fields.map((field) => [field.name, field.value]));
  snap(page, page.map, layer, drawing);
  openForm(page, { layer, drawing, values, feature: data });
}

function openForm(page, job) {
  const { layer, drawing, values, feature } = job;
  const message = h("p.notice.error", { role: "alert", hidden: true });
  const form = h("form", {}, message, ...fieldsOf(layer.fields, values));
  form.append(
    askYears(form, layer, feature ? values : null),
    h(
      "p.buttons.foot",
      {},
      h("button.btn", {}, gettext("Save")),
      undoButton(drawing),
      feature &&
        h(
          "button.btn.ghost",
          { type: "button", onclick: () => remove(page, job, message, close) },
          gettext("Delete"),
        ),
    ),
  );
  const title = feature
    ? feature.title
    : interpolate(gettext("New: %(layer)s"), { layer: layer.title }, true);
  const close = openTool(title, [form], () => drawing.stop(), { aside: true });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(page, job, new FormData(form), message, close);
  });
  form.querySelector("input, select")?.focus();
}

function undoButton(drawing) {
  return h(
    "button.btn.ghost",
    { type: "button", onclick: () => drawing.undo() },
    icon("undo"),
    gettext("Undo"),
  );
}

async function save(page, { layer, drawing, feature }, data, message, close) {
  const body = {
    type: "Feature",
    geometry: drawing.geometry ?? feature?.geometry ?? null,
    properties: propertiesFrom(data, layer.fields),
    correction: data.has("correction"),
  };
  const url = feature?.edit ?? `${page.urls.edit}${layer.slug}/?year=${page.state.year}`;
  const [saved, problem] = await send(page, url, feature ? "PUT" : "POST", feature?.etag, body);
  if (problem) return tell(message, problem);
  close();
  say(gettext("Saved."));
  await page.refresh();
  page.change({ pick: { layer: layer.slug, id: saved.id } });
  if (feature) page.reopen();
}

async function remove(page, { layer, feature }, message, close) {
  const asked = gettext("Delete “%(title)s”? Its history is kept.");
  if (!confirm(interpolate(asked, { title: feature.title }, true))) return;
  const [, problem] = await send(page, feature.edit, "DELETE", feature.etag);
  if (problem) return tell(message, problem);
  close();
  say(interpolate(gettext("Deleted from “%(layer)s”."), { layer: layer.title }, true));
  page.change({ pick: null });
  await page.refresh();
}

function send(page, url, method, etag, body) {
  const headers = { Accept: "application/json", "X-CSRFToken": page.start.csrf };
  if (etag) headers["If-Match"] = etag;
  if (body) headers["Content-Type"] = "application/geo+json";
  return request(url, { method, headers, body: body && JSON.stringify(body) });
}

/** @param {HTMLElement} message @param {Problem} problem */
function tell(message, problem) {
  message.hidden = false;
  message.replaceChildren(h("b", {}, problem.title), " ", problem.detail);
  message.scrollIntoView({ block: "nearest" });
}

/** Offer roads to a road, hamlets to a hamlet, to join on to. Without them one can draw all the same. */
async function snap(page, map, layer, drawing) {
  if (layer.geometry === "POINT" || map.view.zoom < SNAP_ZOOM) return;
  const query = new URLSearchParams({
    bbox: map.box.join(),
    limit: String(SNAP_MOST),
    year: String(page.state.year),
  });
  const [found] = await getJson(`/ogc/collections/${layer.slug}/items?${query}`);
  if (found) drawing.snapTo(found);
}

/** Geoman's own style, only once somebody edits. */
function styleSheet() {
  const link = /** @type {HTMLLinkElement} */ (document.getElementById("geoman-style"));
  link.rel = "stylesheet";
}

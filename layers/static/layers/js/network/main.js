/** The page of the road network: what is found wrong with it, on the map and in a list, and repairs by one click. */

import { showAlert } from "../alerts.js";
import { byId } from "../dom.js";
import { getJson, request } from "../http.js";
import { say } from "../page.js";
import { showFindings } from "./findings.js";
import { FindingsMap } from "./map.js";

const start = JSON.parse(byId("start").textContent);
const map = new FindingsMap(byId("map"), start.bbox);
/** The kinds that are open in the list are those drawn on the map. @type {Set<string> | null} */
let open = null;

async function load() {
  const [report, problem] = await getJson(start.urls.report);
  if (problem) {
    byId("headline").textContent = problem.title;
    byId("report").textContent = problem.detail;
    return;
  }
  open ??= new Set([firstKind(report)]);
  byId("headline").textContent = report.headline;
  map.show(report.features, open);
  showFindings(byId("report"), report, {
    open,
    mayRepair: start.may_repair,
    road: start.urls.road,
    toggled: () => map.show(report.features, open),
    chosen: (feature) => map.look(feature),
    repair: (offer) => (offer.kind === "undo" ? undo(undoOf(report, offer.road)) : repair(offer)),
    undo,
  });
  map.onpick = (id) => document.getElementById(`finding-${id}`)?.querySelector("button")?.click();
}

/** What is most worth repairing: the first kind of which there is any. */
function firstKind(report) {
  return report.figures.kinds.find(({ count }) => count)?.kind ?? "near_miss";
}

function undoOf(report, id) {
  return report.repairs.find((repair) => repair.id === id)?.undo;
}

function repair(offer) {
  const { kind, road, other, link } = offer;
  const body = { kind, road, ...(other && { other }), ...(link?.length && { link }) };
  return change(start.urls.repairs, body, gettext("Repaired. The network was made anew."));
}

function undo(url) {
  return change(url, null, gettext("Undone. The network was made anew."));
}

async function change(url, body, done) {
  const headers = {
    Accept: "application/json",
    "Content-Type": "application/json",
    "X-CSRFToken": start.csrf,
  };
  const [, problem] = await request(url, { method: "POST", headers, body: body && JSON.stringify(body) });
  if (problem) return showAlert({ key: "repair", ...problem });
  say(done);
  await load();
}

map.ground(start.urls.layers);
await load();

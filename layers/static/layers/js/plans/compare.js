/** Two plans on two maps that move together, and their curves in one picture. */

import { latLngBounds } from "leaflet";
import { byId } from "../dom.js";
import { showCurves } from "./curve.js";
import { PlanMap } from "./map.js";

const start = JSON.parse(byId("start").textContent);
const maps = start.plans.map(
  ({ works, only }, side) =>
    new PlanMap(byId(`map-${side}`), { bbox: start.bbox, only, urls: { works, layers: start.layers } }),
);
await Promise.all(maps.map((map) => map.open()));
fitWorks();

let moving = false;
for (const [side, map] of maps.entries()) {
  map.view.addEventListener("view", ({ detail }) => {
    if (moving) return;
    moving = true;
    maps[1 - side].view.goTo(detail);
    moving = false;
  });
}
/** Both maps show where anything of either plan is built. */
function fitWorks() {
  const boxes = maps.map(({ works }) => works?.getBounds()).filter((box) => box?.isValid());
  if (!boxes.length) return;
  const all = boxes.reduce((whole, box) => whole.extend(box), latLngBounds([]));
  for (const { view } of maps) view.map.fitBounds(all, { padding: [24, 24], maxZoom: 16, animate: false });
}

showCurves(start.plans.map(({ curve }) => curve).filter(Boolean));

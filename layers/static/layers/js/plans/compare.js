/** Two plans on two maps that move together, and their curves in one picture. */

import { byId } from "../dom.js";
import { showCurves } from "./curve.js";
import { PlanMap } from "./map.js";

const start = JSON.parse(byId("start").textContent);
const maps = start.plans.map(
  ({ works }, side) =>
    new PlanMap(byId(`map-${side}`), { bbox: start.bbox, urls: { works, layers: start.layers } }),
);
await Promise.all(maps.map((map) => map.open()));

let moving = false;
for (const [side, map] of maps.entries()) {
  map.view.addEventListener("view", ({ detail }) => {
    if (moving) return;
    moving = true;
    maps[1 - side].view.goTo(detail);
    moving = false;
  });
}
showCurves(start.plans.map(({ curve }) => curve).filter(Boolean));

/** Works that it would take, on a map beside their table: either shows which of the other is meant. */

import { byId } from "../dom.js";
import { PlanMap } from "./map.js";

const map = new PlanMap(byId("map"), JSON.parse(byId("start").textContent));
const lines = document.querySelectorAll("[data-package]");

/** @param {number} number @param {boolean} look whether the map goes there */
function select(number, look) {
  for (const line of lines) line.classList.toggle("chosen", Number(line.dataset.package) === number);
  map.select(number, look);
}

for (const line of lines) {
  line
    .querySelector("[data-show]")
    .addEventListener("click", () => select(Number(line.dataset.package), true));
}
map.addEventListener("package", ({ detail }) => {
  select(detail, false);
  document.querySelector(`[data-package="${detail}"]`)?.scrollIntoView({ block: "nearest" });
});
await map.open();
map.view.map.fitBounds(map.works.getBounds().pad(0.15), { maxZoom: 15 });

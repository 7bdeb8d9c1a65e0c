/** The page of one plan: its map, what may be tried otherwise, how sure it is; while it is computed, how far that is. */

import { byId } from "../dom.js";
import { follow } from "../progress.js";
import { Choices } from "./choices.js";
import { PlanMap } from "./map.js";
import { pickRoads } from "./picking.js";
import { showTrust } from "./trust.js";

const start = JSON.parse(byId("start").textContent);

function linkPackages(map) {
  byId("answer").addEventListener("click", ({ target }) => {
    const line = target.closest("[data-package]");
    if (line && target.closest("[data-show]")) select(map, Number(line.dataset.package), true);
  });
  map.addEventListener("package", ({ detail }) => select(map, detail, false));
}

/** Mark a package in the list and on the map. @param {PlanMap} map @param {number} number @param {boolean} look */
function select(map, number, look) {
  for (const line of document.querySelectorAll("[data-package]")) {
    const chosen = Number(line.dataset.package) === number;
    line.classList.toggle("chosen", chosen);
    if (chosen && !look) line.scrollIntoView({ block: "nearest" });
  }
  map.select(number, look);
}

const map = new PlanMap(byId("map"), start);
if (document.getElementById("task-progress")) follow(start.urls.progress, "task");
if (document.getElementById("answer")) {
  linkPackages(map);
  showTrust(start.urls.trust);
}
if (start.may_change) {
  const choices = new Choices(start, map);
  pickRoads(map, choices, start);
}
// What is clicked before the map has come is not lost: it listens already.
await map.open();

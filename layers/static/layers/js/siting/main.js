/** The page of one siting study: how far it is while it runs, the alternatives on the map once it is answered. */

import { byId } from "../dom.js";
import { follow } from "../progress.js";

const start = JSON.parse(byId("start").textContent);
if (document.getElementById("siting-progress")) follow(start.progress, "siting");
if (document.getElementById("siting-map")) {
  const { showStudy } = await import("./study.js");
  showStudy(byId("siting-map"), start);
}

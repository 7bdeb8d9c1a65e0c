/** The page of one import: how far it is while it runs, where its rows lie once it is checked. */

import { byId } from "../dom.js";
import { follow } from "../progress.js";
import { rowsTold } from "./progress.js";

const start = JSON.parse(byId("start").textContent);
if (document.getElementById("import-progress")) follow(start.progress, "import", rowsTold);
if (document.getElementById("import-map")) {
  const { showPreview } = await import("./preview.js");
  showPreview(byId("import-map"), start.preview, start.layers);
}

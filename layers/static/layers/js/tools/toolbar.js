/** The buttons beside the map. The arrow keys walk them, as the role of a toolbar asks. */

import { byId, h, icon } from "../dom.js";
import { room } from "../room.js";
import { locate } from "./locate.js";

/** @param {Page} page @param {MapView} map */
export function makeToolbar(page, map) {
  const home = () => page.start.home?.bbox && map.fit(page.start.home.bbox, room());
  const measure = async () => (await import("./measure.js")).measure(map);
  const travel = async () => (await import("./travel.js")).travel(page, map);
  const print = async () => (await import("./print.js")).askPrint(page, map);
  const edit = async () => (await import("../edit/edit.js")).addFeature(page, map);
  const button = (sign, title, onclick) =>
    h("button", { type: "button", title, "aria-label": title, tabindex: "-1", onclick }, icon(sign));
  const place = byId("toolbar");
  // Hexagons of the criterion that colours the map, of all where none does.
  const heat = () =>
    page.change({ heat: page.state.heat ? null : { what: "unmet", criterion: page.state.criterion } });
  const tellHeat = () => {
    const on = place.querySelector("#tool-heat");
    on?.setAttribute("aria-pressed", String(Boolean(page.state.heat)));
  };

  function draw() {
    const mayEdit = page.catalogue?.layers.some((layer) => layer.editable);
    place.replaceChildren(
      h(
        "div.group.zoom",
        {},
        button("plus", gettext("Nearer"), () => map.zoomBy(1)),
        button("minus", gettext("Farther"), () => map.zoomBy(-1)),
        button("home", gettext("My area"), home),
      ),
      h(
        "div.group",
        {},
        button("locate", gettext("Where am I"), () => locate(map)),
        button("measure", gettext("Measure"), measure),
        button("travel", gettext("Getting about"), travel),
        h(
          "button",
          {
            id: "tool-heat",
            type: "button",
            title: gettext("Heat map"),
            "aria-label": gettext("Heat map"),
            "aria-pressed": String(Boolean(page.state.heat)),
            tabindex: "-1",
            onclick: heat,
          },
          icon("heat"),
        ),
        button("print", gettext("Print"), print),
        mayEdit && button("edit", gettext("Add to the map"), edit),
      ),
    );
    place.querySelector("button").tabIndex = 0;
  }

  place.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = [...place.querySelectorAll("button")];
    const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    for (const one of all) one.tabIndex = one === next ? 0 : -1;
    next.focus();
    event.preventDefault();
  });
  page.addEventListener("catalogue", draw);
  page.when(["heat"], tellHeat);
  draw();
}

/** Measure a length and, from three points on, the area they enclose. By mouse, by finger or by keyboard. */

import { h, icon } from "../dom.js";
import { area, length } from "../format.js";
import { Sketch } from "../map/sketch.js";
import { pathLength, ringArea } from "./geodesy.js";
import { openTool } from "./panel.js";

/** @param {MapView} map */
export function measure(map) {
  const result = h("p.result.num", { "aria-live": "polite" });
  const also = h("p.muted.num");
  const sketch = new Sketch(map, show);

  function show() {
    const points = sketch.points;
    result.textContent = points.length < 2 ? "–" : length(pathLength(points));
    also.textContent =
      points.length < 3
        ? gettext("Tap the map, or press Enter for its middle. Three points enclose an area.")
        : interpolate(
            gettext("area %(area)s · around it %(around)s"),
            { area: area(ringArea(points)), around: length(pathLength([...points, points[0]])) },
            true,
          );
  }

  openTool(
    gettext("Measure"),
    [
      result,
      also,
      h(
        "p.buttons",
        {},
        h(
          "button.btn.ghost",
          { type: "button", onclick: () => sketch.undo() },
          icon("undo"),
          gettext("Undo"),
        ),
        h("button.btn.ghost", { type: "button", onclick: () => sketch.clear() }, gettext("Anew")),
      ),
    ],
    () => sketch.stop(),
  );
  show();
}

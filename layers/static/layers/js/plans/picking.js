/** A road that is clicked on the map can be forced into the plan, or out of it. */

import { showAlert } from "../alerts.js";
import { opened } from "../detail/opened.js";
import { worthBody } from "../detail/worth.js";
import { byId, h, icon } from "../dom.js";
import { length } from "../format.js";
import { getJson } from "../http.js";

/** @param {PlanMap} map @param {Choices} choices @param {{urls: Record<string, string>}} start */
export function pickRoads(map, choices, start) {
  map.addEventListener("road", async ({ detail }) => {
    const [road, problem] = await getJson(start.urls.road.replace("/0.json", `/${detail}.json`));
    if (problem) showAlert({ key: "road", ...problem });
    else show(road, choices);
  });
}

/** @param {{worth: string, uid: string, name: string, road_class: string, surface: string, length_m: number, candidate: boolean}} road */
function show(road, choices) {
  const place = byId("picked");
  const close = () => (place.hidden = true);
  const choice = (side, text) =>
    h(
      "button.pill",
      {
        type: "button",
        "aria-pressed": String(choices.sideOf(road.uid) === side),
        onclick: () => {
          choices.choose([road.uid], side);
          close();
        },
      },
      text,
    );
  place.replaceChildren(
    h("button.close", { type: "button", "aria-label": gettext("Close"), onclick: close }, icon("close")),
    h("b", {}, road.name),
    h("p.small", {}, [road.road_class, road.surface, length(road.length_m)].join(" · ")),
    road.candidate
      ? h(
          "p.buttons",
          {},
          choice("in", gettext("must be built")),
          choice("out", gettext("leave out")),
          choice(null, gettext("leave it to the plan")),
        )
      : h("p.small.muted", {}, gettext("This road is hardened already, or not one that communes plan.")),
    opened(gettext("Costs and benefits"), road.worth, worthBody),
  );
  place.hidden = false;
}

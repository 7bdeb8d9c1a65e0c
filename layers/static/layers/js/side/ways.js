/** The way to the travel times in words, for whoever does not know the sign in the toolbar. */

import { byId, h, icon } from "../dom.js";

/** @param {Page} page @param {MapView} map */
export function makeWays(page, map) {
  const open = async () => (await import("../tools/travel.js")).travel(page, map);
  byId("ways").append(
    h(
      "button.btn.ghost",
      { type: "button", onclick: open },
      icon("travel"),
      gettext("Travel times to services"),
    ),
  );
}

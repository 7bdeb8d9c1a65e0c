/** The legend of a study: what is drawn, and what can be laid over it. */

import { h } from "../dom.js";
import { number } from "../format.js";
import { candidateStyle, key, LINE, siteStyle, zoneStyle } from "./signs.js";

/**
 * @param {HTMLElement} place
 * @param {{zones: Array<{subject: string, title: string}>, candidates: any[]}} found
 * @param {(name: string, on: boolean) => void} toggle
 */
export function showLegend(place, found, toggle) {
  const drawn = [
    h("li", {}, key("circle", siteStyle({ new: true })), gettext("new site")),
    h("li", {}, key("circle", siteStyle({ new: false })), gettext("existing site")),
    h("li", {}, key("line", LINE), gettext("whom it serves")),
  ];
  const places =
    found.candidates.length > 0 &&
    option("candidates", candidatesText(found), key("circle", candidateStyle({ fits: true })), toggle);
  const zones = found.zones.map(({ subject, title }) =>
    option(subject, title, key("rect", zoneStyle(subject)), toggle),
  );
  const open = globalThis.matchMedia("(min-width: 821px)").matches;
  place.replaceChildren(
    h(
      "details",
      { open },
      h("summary", {}, gettext("Legend")),
      h("ul", {}, drawn, places),
      zones.length > 0 && h("p", { id: "siting-zones" }, gettext("Not allowed, for the rule is")),
      h("ul", { "aria-labelledby": "siting-zones" }, zones),
      h("p.muted", {}, gettext("Click the map: why here, why not.")),
    ),
  );
}

function candidatesText(found) {
  const shown = found.candidates.length;
  const all = found.candidates_in_all;
  return shown === all
    ? gettext("candidate places")
    : interpolate(
        gettext("candidate places (%(shown)s of %(all)s)"),
        { shown: number(shown), all: number(all) },
        true,
      );
}

function option(name, title, sign, toggle) {
  const box = h("input", { type: "checkbox", onchange: () => toggle(name, box.checked) });
  return h("li", {}, h("label", {}, box, sign, title));
}

/** The legend of the colours, only while they are on the map, and the scale. */

import { byId, h } from "../dom.js";
import { length } from "../format.js";
import { isSummed } from "../map/chips.js";
import { SIGNS, statusTitle } from "../status.js";

const LONGEST_PX = 90;

/**
 * A round length that fits into the bar of the scale.
 * @param {number} metresPerPixel
 * @returns {{metres: number, pixels: number}}
 */
export function roundScale(metresPerPixel) {
  const longest = LONGEST_PX * metresPerPixel;
  const power = 10 ** Math.floor(Math.log10(longest));
  const metres = [5, 2, 1].map((step) => step * power).find((candidate) => candidate <= longest) ?? power;
  return { metres, pixels: metres / metresPerPixel };
}

/** @param {Page} page @param {MapView} map */
export function makeLegend(page, map) {
  const draw = () => page.catalogue && byId("legend").replaceChildren(...content(page, map));
  page.addEventListener("catalogue", draw);
  page.when(["criterion", "layers", "base", "at"], draw);
}

/** Also what paper shows. */
export function content(page, map) {
  const { criterion } = page.state;
  const coloured = criterion && page.shown.some((layer) => layer.geometry === "MULTIPOLYGON");
  const signs = coloured
    ? [
        h("b", {}, `${criterion} ${page.criterionName(criterion)}`),
        ...["m", "u", "?"].map((status) =>
          h("span.item", {}, h(`i.dot.${SIGNS[status].css}`), `${SIGNS[status].sign} ${statusTitle(status)}`),
        ),
      ]
    : [];
  return [...signs, totals(page, map), credit(page), scale(map)];
}

/** What the numbers on the chips count, while there are chips. */
function totals(page, map) {
  const summed = page.shown.filter(
    (layer) => Object.keys(layer.overview).length && isSummed(layer, map.tileZoom),
  );
  if (!summed.length) return "";
  const named = summed.map((layer) =>
    layer.slug === "households" ? layer.overview.poor.title : layer.title,
  );
  return h(
    "span.item.muted",
    {},
    interpolate(gettext("numbers: %(what)s"), { what: named.join(", ") }, true),
  );
}

/** Whose base map it is, while it is shown. */
function credit(page) {
  const { attribution } = page.catalogue.basemap;
  return page.state.base.includes("xyz") && attribution ? h("span.item.muted", {}, attribution) : "";
}

function scale(map) {
  const { metres, pixels } = roundScale(map.metresPerPixel);
  const bar = h("span.scale.num", { title: gettext("Scale") }, length(metres));
  bar.style.width = `${Math.round(pixels)}px`;
  return bar;
}

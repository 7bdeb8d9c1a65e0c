/** The legend of the colours, only while they are on the map, and the scale. */

import { byId, h } from "../dom.js";
import { length, number } from "../format.js";
import { isSummed } from "../map/chips.js";
import { classesOf, hexagonSign, opacityOf } from "../map/hexagons.js";
import { swatch } from "../side/layers.js";
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
  page.when(["criterion", "layers", "base", "at", "heat"], draw);
  page.addEventListener("heat", draw);
  map.addEventListener("totals", draw);
}

/** Also what paper shows. */
export function content(page, map) {
  const criterion = page.coloured;
  const coloured = criterion && page.shown.some((layer) => layer.geometry === "MULTIPOLYGON");
  const signs = coloured
    ? [
        h("b", {}, `${criterion} ${page.criterionName(criterion)}`),
        ...["m", "u", "?"].map((status) =>
          h("span.item", {}, h(`i.dot.${SIGNS[status].css}`), `${SIGNS[status].sign} ${statusTitle(status)}`),
        ),
      ]
    : [];
  return [...signs, ...hexagons(page), ...totals(page, map), credit(page), scale(map)];
}

/** What the hexagons of a heat map count, and from how many to how many each shade stands for. */
function hexagons(page) {
  if (!page.heat) return [];
  const { what, criterion, most, features, kind } = page.heat;
  const unmet = criterion
    ? interpolate(gettext("criterion %(criterion)s unmet"), { criterion }, true)
    : gettext("unmet criteria");
  const shades = classesOf(most).map(([first, last]) =>
    h(
      "span.item",
      {},
      hexagonSign(what, opacityOf(last, most)),
      first === last ? number(last, 0) : `${number(first, 0)}–${number(last, 0)}`,
    ),
  );
  const partly = features.some(({ properties }) => properties.partly);
  // A commune that meets a criterion may have hamlets that do not.
  const whose =
    kind === "hamlet"
      ? gettext("added up over hamlets, not the commune's own result")
      : gettext("added up over communes");
  return [
    h("b", {}, what === "poor" ? gettext("poor households") : unmet),
    what === "unmet" && features.length ? h("span.item.muted", {}, whose) : "",
    ...shades,
    partly
      ? h(
          "span.item",
          {},
          hexagonSign(what, opacityOf(0, most), true),
          gettext("incomplete: some hidden to protect households"),
        )
      : "",
  ];
}

/** What the numbers on the chips count, what else they would, and how many units are without them. */
function totals(page, map) {
  const { layers, left, hidden } = map.totals;
  if (!layers.length) return [];
  const title = (layer) =>
    layer.slug === "households" ? `${layer.title}: ${layer.overview.poor.title}` : layer.title;
  const told = layers.map((slug) => page.layer(slug)).filter(Boolean);
  const summed = page.shown.filter(
    (layer) => Object.keys(layer.overview).length && isSummed(layer, map.tileZoom),
  );
  const what = summed.filter((layer) => !told.includes(layer)).map((layer) => layer.title.toLowerCase());
  const count = interpolate(
    ngettext("%(count)s unit without its number here", "%(count)s units without their numbers here", left),
    { count: left },
    true,
  );
  return [
    h("span.item.muted", {}, gettext("numbers:")),
    ...told.map((layer) => h("span.item", {}, swatch(layer.style.marks[0], layer.geometry), title(layer))),
    left ? h("span.item", {}, h("b", {}, count)) : "",
    hidden ? h("span.item.muted", {}, gettext("…: hidden to protect households")) : "",
    what.length
      ? h(
          "span.item.muted",
          {},
          interpolate(gettext("nearer also: %(what)s"), { what: what.join("; ") }, true),
        )
      : "",
  ];
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

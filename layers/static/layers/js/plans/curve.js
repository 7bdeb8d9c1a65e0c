/** What more or less money would buy: households joined to their centre by the amount, of one plan or two. */

import { byId, h } from "../dom.js";
import { number } from "../format.js";

const SIZE = { width: 300, height: 150, left: 34, right: 10, top: 14, bottom: 24 };
const SVG = "http://www.w3.org/2000/svg";
const MILLION = 1e6;

/**
 * @typedef {{points: Array<{cost: number, households: number}>, here: {cost: number, households: number}}} Curve
 * @param {Curve[]} curves the first one is told in figures too
 */
export function showCurves(curves) {
  const drawn = curves.filter(({ points }) => points.length);
  byId("curve-part").hidden = !drawn.length;
  if (drawn.length) byId("curve").replaceChildren(draw(drawn), table(drawn[0]));
}

/** @param {Curve[]} curves */
function draw(curves) {
  const all = curves.flatMap(({ points }) => points);
  const most = Math.max(...all.map(({ cost }) => cost), 1);
  const highest = Math.max(...all.map(({ households }) => households), 1);
  const { width, height, left, right, top, bottom } = SIZE;
  const x = (cost) => left + (cost / most) * (width - left - right);
  const y = (households) => height - bottom - (households / highest) * (height - top - bottom);
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": told(curves) });
  svg.append(
    shape("path", { class: "axis", d: `M${left} ${top}V${height - bottom}H${width - right}` }),
    words(left - 4, y(highest) + 4, number(highest, 0), "end"),
    words(width - right, height - 8, amount(most), "end"),
    words(left, height - 8, "0", "middle"),
  );
  for (const [index, { points, here }] of curves.entries()) {
    const line = points.map(({ cost, households }) => `${x(cost)} ${y(households)}`).join("L");
    svg.append(shape("path", { class: `line of-${index}`, d: `M${line}` }));
    svg.append(shape("circle", { class: `at of-${index}`, cx: x(here.cost), cy: y(here.households), r: 5 }));
  }
  return svg;
}

/** @param {Curve} curve */
function table({ points }) {
  const rows = points.map(({ cost, households }) =>
    h("tr", {}, h("td.right", {}, amount(cost)), h("td.right", {}, number(households, 0))),
  );
  const head = h(
    "tr",
    {},
    h("th.right", { scope: "col" }, gettext("Money")),
    h("th.right", { scope: "col" }, gettext("Households")),
  );
  return h(
    "details.small",
    {},
    h("summary", {}, gettext("In figures")),
    h("table", {}, h("thead", {}, head), h("tbody", {}, rows)),
  );
}

function told(curves) {
  const { points } = curves[0];
  const last = points.at(-1) ?? { cost: 0, households: 0 };
  return interpolate(
    gettext("Households by money: up to %(households)s for %(money)s"),
    { households: number(last.households, 0), money: amount(last.cost) },
    true,
  );
}

function amount(vnd) {
  return interpolate(gettext("%(amount)s million VND"), { amount: number(vnd / MILLION, 0) }, true);
}

function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

function words(x, y, text, anchor) {
  const element = shape("text", { x, y, "text-anchor": anchor });
  element.textContent = text;
  return element;
}

/** One indicator: its value against the threshold, what the value is made of, and what is still missing. */

import { h } from "../dom.js";
import { date, number } from "../format.js";
import { SIGNS } from "../status.js";

const SVG = "http://www.w3.org/2000/svg";

/** @param {Record<string, any>} found one of `indicators` in /units/<id>/criteria/<n>.json */
export function indicator(found) {
  const { css, sign } = SIGNS[found.status];
  return h(
    "section.indicator",
    {},
    h(
      "div.line",
      {},
      h(`i.dot.${css}`, {
        role: "img",
        "aria-label": found.status_title,
        title: `${sign} ${found.status_title}`,
      }),
      h("h3", {}, h("b", {}, found.code), ` ${found.name}`),
      h("span.value.num", {}, valueText(found)),
    ),
    h("p.parts.num", {}, partsText(found)),
    bar(found),
    reason(found),
    disagreement(found),
    found.rows &&
      "u?".includes(found.status) &&
      h("p.next", {}, h("a.btn.ghost", { href: found.rows.url }, ...rowsTitle(found))),
    fineprint(found),
  );
}

/** The value with its unit of measure in the server's words; a word where there is no number. @param {Record<string, any>} found */
export function valueText(found) {
  if (found.hidden) return gettext("hidden to protect people");
  if (found.boolean || found.value === null || found.status === "?") return found.status_title;
  return found.shown;
}

/** "1,9 / 5,0 km · standard ≥ 50 %": a share is never without what it is a share of. */
export function partsText(found) {
  const said = [];
  const { computed, declared } = found;
  if (computed?.numerator && computed.denominator) {
    said.push(computed.sums);
    if (computed.undetermined?.value > 0) {
      const missing = `${computed.undetermined.shown} ${computed.of}`.trim();
      said.push(interpolate(gettext("%(missing)s not known"), { missing }, true));
    }
  } else if (declared && declared.numerator !== null && declared.denominator) {
    said.push(`${number(declared.numerator)} / ${number(declared.denominator)}`);
  }
  if (found.threshold !== null && !found.boolean) {
    const standard = `${found.comparator} ${number(found.threshold)} ${found.unit}`.trim();
    const text = found.threshold_verified
      ? gettext("standard %(standard)s")
      : gettext("standard %(standard)s (not verified)");
    said.push(interpolate(text, { standard }, true));
  }
  return said.join(" · ");
}

function bar(found) {
  if (found.hidden || found.value === null || found.unit !== "%") return "";
  const clamp = (share) => Math.max(0, Math.min(100, share));
  const width = clamp(found.value);
  const { undetermined, denominator } = found.computed ?? {};
  const open =
    undetermined?.value && denominator?.value ? clamp((100 * undetermined.value) / denominator.value) : 0;
  const svg = shape("svg", {
    class: "bar",
    viewBox: "0 0 100 14",
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  });
  svg.append(shape("rect", { class: "ground", x: 0, y: 4, width: 100, height: 7 }));
  svg.append(shape("rect", { class: `part ${SIGNS[found.status].css}`, x: 0, y: 4, width, height: 7 }));
  if (open)
    svg.append(
      shape("rect", { class: "open", x: width, y: 4, width: Math.min(open, 100 - width), height: 7 }),
    );
  if (found.threshold !== null) {
    svg.append(
      shape("rect", { class: "tick", x: clamp(found.threshold) - 0.4, y: 0, width: 0.8, height: 14 }),
    );
  }
  return svg;
}

function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/** What is missing for it to be met, in the server's words: they are as exact as the viewer may know. */
function reason(found) {
  return found.needs ? h("p.why", {}, h("b", {}, found.needs)) : "";
}

function disagreement(found) {
  if (!found.differs) return "";
  const said = { declared: found.declared.status_title, computed: found.computed.status_title };
  const text = gettext("≠ declared: %(declared)s; computed from the rows: %(computed)s");
  return h("p.why.mark-differs", {}, interpolate(text, said, true));
}

/** Short for the eye: the indicator above names the rows already. */
function rowsTitle(found) {
  return [gettext("See the rows"), h("span.visually-hidden", {}, `: ${found.rows.title}`)];
}

/** How it was computed and who declared it. */
function fineprint({ computed, declared }) {
  const said = [];
  if (computed?.denominator) said.push(interpolate(gettext("computed: %(formula)s"), computed, true));
  if (declared) {
    const what = { source: declared.source, date: date(declared.as_of) };
    said.push(interpolate(gettext("declared: %(source)s %(date)s"), what, true).trim());
  }
  return said.length ? h("p.fine.parts", {}, said.join(" · ")) : "";
}

/** When the rows were last counted, once for all indicators. @param {Array<Record<string, any>>} indicators */
export function countedOn(indicators) {
  const days = indicators.map((found) => date(found.computed?.assessed_at)).filter(Boolean);
  if (!days.length) return "";
  return h("p.fine", {}, interpolate(gettext("computed on %(date)s"), { date: days[0] }, true));
}

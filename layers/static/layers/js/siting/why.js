/** Why a site may or may not be at a place: every rule, what it asks and what there is. */

import { h } from "../dom.js";

/**
 * @param {{inside: boolean, rules: Array<{kept: boolean, asked: string, there: string, standing: string}>,
 *   houses_hidden: boolean}} found the answer of /siting/<id>/why.json
 */
export function whyBody(found) {
  const broken = found.rules.filter((rule) => !rule.kept);
  return h(
    "div.siting-why",
    {},
    h("h3", {}, title(found, broken.length)),
    h("ul", {}, (broken.length ? broken : found.rules).map(ruleItem)),
    found.houses_hidden &&
      h("p.small", {}, gettext("What is measured to houses is not shown to you; it counts all the same.")),
  );
}

function title(found, broken) {
  if (!found.inside) return gettext("Outside the unit");
  if (broken) return gettext("Not here");
  return found.houses_hidden ? gettext("No other rule stands against it") : gettext("A site may be here");
}

function ruleItem(rule) {
  const sign = h(`span.dot.${rule.kept ? "met" : "unmet"}`, { "aria-hidden": "true" }, rule.kept ? "✓" : "✕");
  const said = interpolate(gettext("here: %(there)s"), { there: rule.there }, true);
  return h(
    "li",
    {},
    sign,
    h("span", {}, rule.asked, ` (${said})`, h("br"), h("span.small", {}, rule.standing)),
  );
}

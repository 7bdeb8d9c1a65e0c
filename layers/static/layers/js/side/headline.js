/** The sentence that answers first: how many units, how much is still unmet. Pure. */

import { statusOf, statusTitle } from "../status.js";

/**
 * Count over some units what is unmet and unknown; units of which nothing is judged do not count.
 * @param {Array<{statuses?: string}>} units
 */
export function sums(units) {
  const judged = units.filter((unit) => /[mu?]/.test(unit.statuses ?? ""));
  const count = (sign) => judged.reduce((sum, unit) => sum + unit.statuses.split(sign).length - 1, 0);
  return { units: judged.length, unmet: count("u"), unknown: count("?") };
}

/**
 * @param {Record<string, any>} panel the answer of /units/<id>.json
 * @returns {{title: string, note: string}}
 */
export function headline(panel) {
  const own = { unmet: 0, unknown: 0 };
  for (const { status } of panel.criteria) {
    if (status === "u") own.unmet += 1;
    if (status === "?") own.unknown += 1;
  }
  const parts = sums(panel.parts?.units ?? []);
  if (panel.parts?.layer === "communes") return overCommunes(parts);
  if (!panel.judged) return { title: panel.unit.full_name, note: gettext("No criteria are assessed here.") };
  return {
    title: ownTitle(panel.unit.full_name, own),
    note: notes(own.unmet ? own.unknown : 0, `${panel.met}/${panel.judged}`),
  };
}

/** What is unmet; where nothing is, what is not known, of which nobody can say that it is met. */
function ownTitle(name, { unmet, unknown }) {
  if (unmet) {
    const text = ngettext("%(name)s: %(count)s criterion unmet", "%(name)s: %(count)s criteria unmet", unmet);
    return fill(text, { name, count: unmet });
  }
  if (!unknown) return fill(gettext("%(name)s: no criterion unmet"), { name });
  const text = ngettext(
    "%(name)s: %(count)s criterion not yet known",
    "%(name)s: %(count)s criteria not yet known",
    unknown,
  );
  return fill(text, { name, count: unknown });
}

function overCommunes(parts) {
  if (!parts.units) return { title: gettext("No criteria are assessed here."), note: "" };
  const communes = fill(ngettext("%(count)s commune", "%(count)s communes", parts.units), {
    count: parts.units,
  });
  return { title: titleOver(communes, parts), note: notes(parts.unmet ? parts.unknown : 0, "") };
}

function titleOver(communes, { unmet, unknown }) {
  if (unmet) {
    const text = ngettext(
      "%(communes)s, %(count)s criterion still unmet",
      "%(communes)s, %(count)s criteria still unmet",
      unmet,
    );
    return fill(text, { communes, count: unmet });
  }
  if (!unknown) return fill(gettext("%(communes)s, no criterion unmet"), { communes });
  const text = ngettext(
    "%(communes)s, %(count)s criterion not yet known",
    "%(communes)s, %(count)s criteria not yet known",
    unknown,
  );
  return fill(text, { communes, count: unknown });
}

function notes(unknown, met) {
  const said = [];
  if (met) said.push(fill(gettext("%(met)s criteria met"), { met }));
  if (unknown) said.push(fill(gettext("%(count)s not yet known"), { count: unknown }));
  return said.join(" · ");
}

function fill(text, values) {
  return interpolate(text, values, true);
}

/** The status of a criterion in each judged unit, to count. @param {any[]} units @param {number} number */
export function judgedIn(units, number) {
  return units.map((unit) => statusOf(unit.statuses, number)).filter((status) => status !== "-");
}

/** What the units counted are called. @param {string | undefined} layer */
export function noun(layer) {
  return layer === "communes" ? gettext("communes") : gettext("hamlets");
}

/**
 * How many parts do not meet a criterion, in words that cannot be taken for those that do.
 * @param {string[]} parts their results @param {string} units what the parts are called
 */
export function countOf(parts, units) {
  const of = (sign) => parts.filter((status) => status === sign).length;
  const [unmet, unknown, all] = [of("u"), of("?"), parts.length];
  if (unmet) return fill(gettext("%(unmet)s/%(all)s %(units)s unmet"), { unmet, all, units });
  if (unknown) return fill(gettext("%(unknown)s/%(all)s %(units)s unknown"), { unknown, all, units });
  return all === 1 ? statusTitle("m") : fill(gettext("all %(all)s %(units)s meet it"), { all, units });
}

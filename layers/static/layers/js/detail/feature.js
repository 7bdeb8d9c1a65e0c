/** What the right panel says of a road, a facility, a waste site or a household: its declared fields. */

import { h } from "../dom.js";
import { historyList } from "./history.js";
import { opened } from "./opened.js";
import { worthBody } from "./worth.js";

const NOTHING = "–";
/** Said elsewhere in the panel. */
const ELSEWHERE = new Set(["name", "unit", "unit__name", "source", "as_of"]);
/** Asked of schools; of another facility they are said only where they are on record. */
const OF_SCHOOLS = new Set(["level", "up_to_standard", "standard", "standard_year"]);

/**
 * @param {Page} page
 * @param {Record<string, any>} data the answer of /features/<layer>/<id>.json
 * @param {{reload: () => void}} actions
 */
export function featureBody(page, data, actions) {
  const value = (name) => data.fields.find((field) => field.name === name)?.shown ?? NOTHING;
  const facts = data.fields.filter((field) => !ELSEWHERE.has(field.name) && isAsked(data, field));
  const known = facts.filter((field) => field.shown !== NOTHING);
  const missing = facts.filter((field) => field.shown === NOTHING).map((field) => field.title);
  return {
    eyebrow: data.layer_title,
    title: data.title,
    body: [
      unitLink(page, data, value("unit__name")),
      h(
        "dl.facts",
        {},
        known.map((field) => [h("dt", {}, field.title), h("dd.num", {}, shownAs(data, field))]),
      ),
      missing.length > 0 &&
        h("p.fine", {}, interpolate(gettext("Not recorded: %(what)s."), { what: missing.join(", ") }, true)),
      buttons(page, data, actions),
      data.worth && opened(gettext("Costs and benefits"), data.worth, worthBody),
      data.history && opened(gettext("History"), data.history, historyList),
      h("p.fine", {}, [value("source"), value("as_of")].filter((said) => said !== NOTHING).join(" · ")),
    ],
  };
}

/** Tell whether a field means anything for this row. @param {Record<string, any>} data @param {Record<string, any>} field */
export function isAsked(data, field) {
  if (data.layer !== "facilities" || !OF_SCHOOLS.has(field.name)) return true;
  return fieldValue(data, "kind") === "school" || (field.value !== null && field.value !== "");
}

/** A field's value; a surface that was laid after the year shown says since when it is there. */
export function shownAs(data, field) {
  const year = fieldValue(data, "hardened_year");
  const later = field.name === "surface" && fieldValue(data, "hardened") === false && year > data.year;
  return later ? `${field.shown} (${interpolate(gettext("since %(year)s"), { year }, true)})` : field.shown;
}

function fieldValue(data, name) {
  return data.fields.find((field) => field.name === name)?.value;
}

function unitLink(page, data, name) {
  if (!data.unit || name === NOTHING) return "";
  const open = () => page.change({ pick: { layer: "units", id: data.unit.id } });
  return h("p.chips", {}, h("button.pill", { type: "button", onclick: open }, name));
}

function buttons(page, data, actions) {
  const made = [];
  if (data.editable) {
    const edit = async () => {
      const { editFeature } = await import("../edit/edit.js");
      editFeature(page, data, actions.reload);
    };
    made.push(h("button.btn", { type: "button", onclick: edit }, gettext("Edit")));
  }
  if (data.page) made.push(h("a.btn.ghost", { href: data.page.url }, data.page.title));
  const table = `${page.urls.table}${data.layer}/?unit=${data.unit?.id ?? ""}&year=${data.year}`;
  made.push(h("a.btn.ghost", { href: table }, gettext("In the table")));
  return h("p.buttons", {}, made);
}

/** The form of a feature, made from what its layer declares. */

import { h } from "../dom.js";

/** Follow from the place, or are set by imports. */
const NOT_TYPED = new Set(["unit", "parent"]);

/**
 * @param {Array<Record<string, any>>} fields of the layer, as /layers.json describes them
 * @param {Record<string, any>} values by name
 */
export function fieldsOf(fields, values) {
  return fields
    .filter((field) => field.stored && !NOT_TYPED.has(field.name))
    .map((field) => {
      const id = `edit-${field.name}`;
      const title = field.unit ? `${field.title} (${field.unit})` : field.title;
      return h(
        "div.field",
        {},
        h("label", { for: id }, field.required ? `${title} *` : title),
        input(field, id, values[field.name]),
      );
    });
}

function input(field, id, value) {
  const attributes = { id, name: field.name, required: field.required };
  if (field.kind === "choice") return select(field, attributes, value);
  const text = value === null || value === undefined ? "" : String(value);
  if (field.kind === "number") return h("input", { ...attributes, type: "number", step: "any", value: text });
  if (field.kind === "date") return h("input", { ...attributes, type: "date", value: text });
  return h("input", { ...attributes, type: "text", maxlength: "300", value: text });
}

function select(field, attributes, value) {
  const chosen = value === null || value === undefined ? "" : String(value);
  const given = field.choices.some((choice) => choice.value === "");
  return h(
    "select",
    attributes,
    given ? "" : h("option", { value: "" }, "–"),
    field.choices.map((choice) =>
      h("option", { value: choice.value, selected: choice.value === chosen }, choice.title),
    ),
  );
}

/**
 * What the form says, as GeoJSON properties: numbers as numbers, yes and no as booleans, nothing as null.
 * @param {FormData} data
 * @param {Array<Record<string, any>>} fields
 * @returns {Record<string, any>}
 */
export function propertiesFrom(data, fields) {
  const found = {};
  for (const field of fields) {
    if (!data.has(field.name)) continue;
    found[field.name] = typed(field, String(data.get(field.name)).trim());
  }
  return found;
}

function typed(field, text) {
  const words = field.kind === "text" || (field.kind === "choice" && !field.boolean && !numeric(field));
  if (text === "") return words ? "" : null;
  if (field.boolean) return text === "true";
  return field.kind === "number" || numeric(field) ? Number(text) : text;
}

/** Grades are stored as numbers. */
function numeric(field) {
  const values = field.choices.map((choice) => choice.value).filter(Boolean);
  return values.length > 0 && values.every((value) => /^\d+$/.test(value));
}

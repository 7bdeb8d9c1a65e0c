/** What a record is called, where it is, and what is still to be done about it. Pure. */

import { isEmpty } from "./forms/questions.js";

/** The colour of a layer's records on the map, by token. */
export const INK = {
  households: "--poor",
  roads: "--soft",
  "waste-sites": "--unmet",
  facilities: "--hard",
};

/** What is worth a walk: without a place, without the year's answer, without what the criteria ask first. */
const TASKS = [
  { layer: "households", field: "@place", title: () => gettext("Households without a position") },
  {
    layer: "households",
    field: "category",
    title: (year) => interpolate(gettext("Households not surveyed in %(year)s"), { year }, true),
  },
  { layer: "roads", field: "surface", title: () => gettext("Roads whose surface is not known") },
  { layer: "roads", field: "wet_access", title: () => gettext("Roads: passable when it rains?") },
];

/**
 * @param {Row} row
 * @param {Form | undefined} form of the row's layer
 */
export function titleOf(row, form) {
  if (!isEmpty(row.fields.name)) return row.fields.name;
  const kind = form?.questions.find(
    ({ type, name, review }) => type === "choice" && !review && !isEmpty(row.fields[name]),
  );
  const said = kind?.choices.find((choice) => choice.value === String(row.fields[kind.name]));
  return said?.title ?? form?.title ?? row.layer;
}

/** @param {Row} row @returns {boolean} nobody knows where it is */
export function isUnplaced(row) {
  return !row.geometry;
}

/** For the map: a point, or the parts of a line. @param {Row} row */
export function shapeOf(row) {
  if (!row.geometry) return {};
  const { type, coordinates } = row.geometry;
  if (type === "Point") return { point: coordinates };
  return { line: type === "LineString" ? [coordinates] : coordinates };
}

/**
 * @param {Row[]} rows
 * @param {Form[]} forms
 * @param {(row: Row) => number} yearOf the year of the survey in a row's commune
 * @returns {Array<{key: string, layer: string, title: string, rows: any[]}>} those with anything to do
 */
export function tasksOf(rows, forms, yearOf) {
  return TASKS.flatMap(({ layer, field, title }) => {
    const form = forms.find((one) => one.layer === layer);
    if (!form) return [];
    const question = form.questions.find(({ name }) => name === field);
    const lacking = rows.filter((row) => row.layer === layer && lacks(row, field, question, yearOf(row)));
    if (!lacking.length) return [];
    return [{ key: `${layer}.${field}`, layer, title: title(yearOf(lacking[0])), rows: lacking }];
  });
}

function lacks(row, field, question, year) {
  if (field === "@place") return isUnplaced(row);
  return isEmpty((question?.review ? row.reviews[year] : row.fields)?.[field]);
}

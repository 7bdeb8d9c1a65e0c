/** Since when a changed answer holds: asked as the map's form asks it, so that no year before is changed unawares. Pure. */

import { yearsAsked } from "../../edit/dating.js";
import { merged } from "./questions.js";

/** Whether what changed was so in the years before too, beside the answers: no field's name begins with @. */
export const CORRECTION = "@correction";

/** A form that an earlier version of the app has kept on the phone says nothing of years. */
const factsOf = (form) => form.dated ?? [];

/**
 * The questions of years that must be answered, given the answers so far.
 * @param {Form} form
 * @param {Row | null} row the record before; null for a new one
 * @param {Record<string, any>} answers
 * @returns {string[]} their names
 */
export function yearsWanted(form, row, answers) {
  const values = merged(row?.fields ?? {}, answers);
  const now = Object.fromEntries(factsOf(form).map(({ field }) => [field, String(values[field] ?? "")]));
  return yearsAsked({ dated: factsOf(form), begins: "" }, row?.fields ?? null, now);
}

/**
 * The answers after one was given: the year of a former answer is taken out, and comes back with that answer.
 * @param {Form} form
 * @param {Row | null} row
 * @param {Record<string, any>} answers
 * @param {string} name the question that was just answered
 * @returns {Record<string, any>}
 */
export function redated(form, row, answers, name) {
  if (!factsOf(form).some(({ field }) => field === name)) return answers;
  const wanted = yearsWanted(form, row, answers);
  const next = { ...answers };
  for (const { year } of factsOf(form)) {
    if (!wanted.includes(year) && next[year] === null) delete next[year];
    else if (wanted.includes(year) && next[year] === undefined && row?.fields[year]) next[year] = null;
  }
  if (!wanted.length) delete next[CORRECTION];
  return next;
}

/**
 * Years that were said to be those on record: sent too, as otherwise nobody would know that they were said.
 * @param {Form} form
 * @param {Row | null} row
 * @param {Record<string, any>} answers
 * @returns {Array<{name: string, old: any, new: any}>}
 */
export function affirmed(form, row, answers) {
  return yearsWanted(form, row, answers)
    .filter((year) => answers[year] && answers[year] === row?.fields[year])
    .map((year) => ({ name: year, old: answers[year], new: answers[year] }));
}

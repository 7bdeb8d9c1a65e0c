/**
 * Questions, and what a person has answered so far. Pure.
 *
 * An answer of `undefined` was not touched; null was cleared. Only what differs from the record is sent.
 */

/**
 * @typedef {object} Question
 * @property {string} name
 * @property {"text" | "digits" | "integer" | "decimal" | "choice" | "point" | "line" | "photos"} type
 * @property {string} kind as the server names the type: a choice may be a boolean
 * @property {string} title
 * @property {string} hint
 * @property {boolean} required
 * @property {Array<{value: string, title: string, group?: string}>} choices
 * @property {number | null} min
 * @property {number | null} max
 * @property {number | null} length most characters
 * @property {string} unit
 * @property {boolean} review an answer of one year
 * @property {boolean} [since] the year of an answer that is another now
 * @property {boolean} secret the phone is never told what the server knows of it
 * @property {{name: string, is: any} | null} when asked only where another answer is this; undefined: is missing
 */

/** Old identity cards have 9 digits, new ones 12. */
const IDENTITY = /^(\d{9}|\d{12})$/;

/**
 * @param {Question[]} questions
 * @param {Record<string, any>} values
 * @returns {Question[]} those to be asked, given the answers so far
 */
export function asked(questions, values) {
  return questions.filter(({ when }) => {
    if (!when) return true;
    const value = values[when.name];
    return when.is === undefined ? isEmpty(value) : value === when.is;
  });
}

/**
 * Where a question stands. One that is asked only after a certain answer counts with the one before it, so that the
 * total stays the same whatever is answered.
 * @param {Question[]} questions
 * @param {string} name
 * @returns {{number: number, of: number}}
 */
export function stepOf(questions, name) {
  const always = (found) => found.filter(({ when }) => !when).length;
  const upTo = questions.slice(0, questions.findIndex((question) => question.name === name) + 1);
  return { number: Math.max(1, always(upTo)), of: always(questions) };
}

/** The record with the answers over it. @param {Record<string, any>} old @param {Record<string, any>} answers */
export function merged(old, answers) {
  const typed = Object.entries(answers).filter(([, value]) => value !== undefined);
  return { ...old, ...Object.fromEntries(typed) };
}

/**
 * What is wrong with an answer, for a person to read; "" where nothing is.
 * @param {Question} question
 * @param {any} value
 */
export function wrong(question, value) {
  if (isEmpty(value)) return question.required ? gettext("Please answer this question.") : "";
  if (question.type === "integer" || question.type === "decimal") return wrongNumber(question, value);
  if (question.type === "digits" && !IDENTITY.test(value))
    return gettext("An identity number has 9 or 12 digits.");
  if (question.length && value.length > question.length) {
    return interpolate(gettext("At most %(count)s characters."), { count: question.length }, true);
  }
  return "";
}

function wrongNumber({ type, min, max }, value) {
  if (typeof value !== "number" || !Number.isFinite(value)) return gettext("Please give a number.");
  if (type === "integer" && !Number.isInteger(value)) return gettext("Please give a whole number.");
  if (min !== null && value < min) return interpolate(gettext("At least %(min)s."), { min }, true);
  if (max !== null && value > max) return interpolate(gettext("At most %(max)s."), { max }, true);
  return "";
}

/** @param {any} value */
export function isEmpty(value) {
  return (
    value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)
  );
}

/** What was typed into a field of text, as the question's own type. @param {Question} question @param {string} text */
export function typed(question, text) {
  const trimmed = text.normalize("NFC").trim();
  if (trimmed === "") return null;
  if (question.type !== "integer" && question.type !== "decimal") return trimmed;
  // A Vietnamese keyboard types the decimal comma.
  const value = Number(trimmed.replace(",", "."));
  return Number.isNaN(value) ? trimmed : value;
}

/**
 * The first question that keeps a form from being finished.
 * @param {Question[]} questions
 * @param {Record<string, any>} values
 */
export function firstWrong(questions, values) {
  return asked(questions, values).find((question) => wrong(question, values[question.name])) ?? null;
}

/**
 * What to send: each answer that differs from what the record said.
 * @param {Question[]} questions
 * @param {Record<string, any>} old
 * @param {Record<string, any>} answers
 * @returns {Array<{name: string, old: any, new: any}>}
 */
export function changes(questions, old, answers) {
  const values = merged(old, answers);
  return asked(questions, values)
    .filter(({ type }) => type !== "photos")
    .map(({ name }) => ({ name, old: old[name] ?? null, new: values[name] ?? null }))
    .filter((change) => JSON.stringify(change.old) !== JSON.stringify(change.new));
}

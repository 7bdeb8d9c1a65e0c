/**
 * The server's forms as questions, one at a time. Pure.
 *
 * To the form's own fields come those that every form asks in the same way: the year of the survey, the place,
 * the hamlet where there is no place, the photos. Their names begin with @, which no field's does.
 */

/** @typedef {Question} Question */

/**
 * @typedef {object} Form
 * @property {string} id
 * @property {number} version
 * @property {string} title
 * @property {string} layer whose records it makes or changes; "" for none
 * @property {"point" | "line" | ""} geometry
 * @property {boolean} byYear
 * @property {Question[]} questions
 * @property {Array<{field: string, values: string[], year: string}>} dated answers that have a year of their own
 */

export const YEAR = "@year";
export const POSITION = "@position";
export const LINE = "@line";
export const UNIT = "@unit";
export const PHOTOS = "@photos";

/**
 * The question that the server's complaint is about. A position decides the hamlet, so that is what to look at.
 * @param {string} field as the server names it
 * @param {Record<string, any>} answers
 */
export function questionFor(field, answers) {
  if (field === "unit") return [POSITION, LINE].find((name) => answers[name]) ?? UNIT;
  return { location: POSITION, line: LINE, year: YEAR, attachments: PHOTOS }[field] ?? field;
}

const TYPES = { boolean: "choice", indicator: "choice" };

/**
 * @param {any} form as the server gives it
 * @param {string} language
 * @returns {Form}
 */
export function formOf(form, language) {
  const said = words(language);
  const fields = form.fields.map((field) => questionOf(field, said));
  const reviewed = fields.findIndex((question) => question.review);
  const year = form.by_year ? [yearQuestion()] : [];
  const cut = reviewed < 0 ? fields.length : reviewed;
  return {
    id: form.form_id,
    version: form.version,
    title: said(form.title),
    layer: form.layer ?? "",
    geometry: form.geometry ?? "",
    byYear: form.by_year,
    // A form of an earlier version knows of none.
    dated: (form.dated ?? []).map((fact) => ({ ...fact, values: fact.values.map(String) })),
    questions: [
      ...placeQuestions(form),
      ...fields.slice(0, cut),
      ...year,
      ...fields.slice(cut),
      ...(form.photos ? [plain(PHOTOS, "photos", gettext("Photos"))] : []),
    ],
  };
}

/** @param {string} language @returns {(text: {vi: string, en: string} | null) => string} */
export function words(language) {
  return (text) => text?.[language] ?? text?.vi ?? "";
}

function questionOf(field, said) {
  return {
    name: field.name,
    type: TYPES[field.type] ?? field.type,
    kind: field.type,
    title: capital(said(field.label)),
    hint: [said(field.hint), field.proposal && gettext("A planner approves the change.")]
      .filter(Boolean)
      .join(" "),
    required: field.required,
    choices: choicesOf(field, said),
    min: field.min,
    max: field.max,
    length: field.max_length,
    unit: field.unit,
    review: field.review,
    secret: field.write_only,
    when: field.only_if ? { name: field.only_if.field, is: field.only_if.is } : null,
  };
}

function choicesOf(field, said) {
  if (field.type === "boolean") {
    return [
      { value: "true", title: gettext("Yes") },
      { value: "false", title: gettext("No") },
    ];
  }
  return (field.choices ?? []).map(({ value, label }) => ({ value, title: capital(said(label)) }));
}

/** The store's names stand within sentences; here they begin one. @param {string} text */
export function capital(text) {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/** A question that the form does not hold itself. @returns {Question} */
function plain(name, type, title, more = {}) {
  const nothing = { hint: "", required: false, choices: [], min: null, max: null, length: null, unit: "" };
  return { ...nothing, name, type, kind: type, title, review: false, secret: false, when: null, ...more };
}

function yearQuestion() {
  return plain(YEAR, "choice", gettext("Year of the survey"), { required: true });
}

function placeQuestions(form) {
  const made = {
    point: [plain(POSITION, "point", gettext("Where is it?"))],
    line: [plain(LINE, "line", gettext("Where does the road run?"), { required: true })],
  };
  const own = made[form.geometry] ?? [plain(POSITION, "point", gettext("Where are you?"))];
  // A position tells the hamlet; only without one must a person.
  const unit = plain(UNIT, "choice", gettext("In which hamlet?"), {
    required: true,
    when: { name: form.geometry === "line" ? LINE : POSITION, is: undefined },
  });
  return [...own, unit];
}

/** Beginning a form: for something new, or for a record that is there. */

import { CORRECTION, yearsWanted } from "../forms/dating.js";
import { titleOf } from "../records.js";
import { go, to } from "../router.js";
import { capital, PHOTOS, UNIT, YEAR } from "../wire/forms.js";

/**
 * @param {App} app
 * @param {Form} form
 * @param {Row | null} [row] the record to be updated
 */
export async function beginDraft(app, form, row = null) {
  const id = crypto.randomUUID();
  const now = new Date().toISOString();
  const pack = row ? app.packs.of(row.commune) : app.packs.held[0];
  await app.drafts.save({
    id,
    owner: app.device.user,
    form: form.id,
    version: form.version,
    record: row ? { id: row.id, version: row.version } : { id: crypto.randomUUID(), version: null },
    row,
    commune: pack?.commune ?? "",
    answers: form.byYear && pack ? { [YEAR]: String(pack.year) } : {},
    title: row ? titleOf(row, form) : interpolate(gettext("New: %(what)s"), { what: form.title }, true),
    startedAt: now,
    savedAt: now,
  });
  // What is there is changed in one place; what is new is asked for question by question.
  go(row ? to("draft", id) : to("draft", id, form.questions[0].name));
}

/**
 * The questions of a form as they stand in a commune: its years, its hamlets, its indicators.
 * @param {Form} form
 * @param {Pack | undefined} pack
 * @param {Draft} draft
 */
export function questionsOf(form, pack, draft) {
  const known = draft.row !== null;
  const years = yearsWanted(form, draft.row, draft.answers);
  return form.questions
    .filter(({ name }) => !(known && name === UNIT))
    .map((question) => ({
      ...question,
      required: question.required && !known,
      choices: choicesOf(question, pack),
      ...(years.includes(question.name) && sinceWhen(question, draft)),
    }))
    .filter(({ name }) => name !== PHOTOS || !draft.carried?.length);
}

/** What a question of a year is, where the answer that it dates is another now. */
function sinceWhen(question, draft) {
  const hint = gettext(
    "What was answered before is another now: since which year? If the record was wrong all along, tick so below.",
  );
  return { since: true, required: !draft.answers[CORRECTION], hint: draft.row ? hint : question.hint };
}

function choicesOf(question, pack) {
  if (!pack) return question.choices;
  if (question.name === YEAR) {
    return [...new Set([...pack.years, pack.year])]
      .sort()
      .map((year) => ({ value: String(year), title: String(year) }));
  }
  if (question.name === UNIT)
    return pack.hamlets.map(({ code, title }) => ({ value: code, title: capital(title) }));
  return question.kind === "indicator" ? pack.indicators : question.choices;
}

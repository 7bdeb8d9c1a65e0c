/** The field of a question of any type, tied to the draft on the desk. */

import { idOf, inputOf } from "../forms/inputs.js";
import { photosQuestion } from "../forms/photos.js";
import { go, to } from "../router.js";
import { lineField, pointField } from "./place-field.js";
import { tellUnsaved } from "./saving.js";
import { yearField } from "./year-field.js";

/**
 * @param {Desk} desk
 * @param {Question} question
 * @returns {Promise<{element: HTMLElement, labels?: string, stop?: () => void, wrong?: () => string, begin?: () => void}>}
 */
export function fieldOf(desk, question) {
  const make = { point: pointField, line: lineField, photos: photosField }[question.type];
  return make ? make(desk, question) : plainField(desk, question);
}

async function plainField(desk, question) {
  if (question.since) return yearField(desk, question);
  const element = inputOf(question, desk.values[question.name], (value) => desk.answer(question.name, value));
  const labels = element.matches("input, textarea, select") ? idOf(question.name) : undefined;
  return { element, labels };
}

async function photosField(desk, question) {
  const { app, draft } = desk;
  const photos = await app.drafts.photos(draft.id);
  const again = () => go(`${to("draft", draft.id, question.name)}?${Date.now()}`, { replace: true });
  const asking = photosQuestion({
    photos,
    camera: to("camera", draft.id, question.name),
    add: (blob) => keepPhoto(app, draft.id, blob).then(again, tellUnsaved),
    remove: (id) => app.drafts.removePhoto(id).then(again, tellUnsaved),
  });
  return { element: asking.element, stop: asking.stop };
}

/** @param {App} app @param {string} draft @param {Blob} blob already made small */
export function keepPhoto(app, draft, blob) {
  return app.drafts.addPhoto({ id: crypto.randomUUID(), draft, blob, takenAt: new Date().toISOString() });
}

/** The year since which a changed answer holds, or a tick that it was so all along. */

import { h } from "../../dom.js";
import { CORRECTION } from "../forms/dating.js";
import { idOf, inputOf } from "../forms/inputs.js";

/** @param {Desk} desk @param {Question} question */
export function yearField(desk, question) {
  const input = inputOf(question, desk.values[question.name], (value) => desk.answer(question.name, value));
  const box = h("input", {
    type: "checkbox",
    name: "correction",
    checked: desk.draft.answers[CORRECTION] === true,
    onchange: () => desk.answer(CORRECTION, box.checked || undefined),
  });
  const words = gettext("It holds for the years before too: the record was wrong or lacking");
  const element = h("div.choices", {}, input, h("label.choice", {}, box, h("span", {}, words)));
  return { element, labels: idOf(question.name) };
}

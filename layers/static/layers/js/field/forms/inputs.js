/** The one big field that answers a question. Each tells its answer at once, so that it is saved at once. */

import { h } from "../../dom.js";
import { number } from "../../format.js";
import { typed } from "./questions.js";

/** More choices than this are a menu: the phone's own is quicker than scrolling. */
const MOST_BUTTONS = 9;

/**
 * @param {Question} question
 * @param {any} value
 * @param {(value: any) => void} answer
 * @returns {HTMLElement}
 */
export function inputOf(question, value, answer) {
  if (question.type !== "choice") return textField(question, value, answer);
  return question.choices.length > MOST_BUTTONS
    ? menu(question, value, answer)
    : choices(question, value, answer);
}

/** @param {string} name */
export const idOf = (name) => `answer-${name}`;

function textField(question, value, answer) {
  const numeric = question.type !== "text";
  const input = h(question.type === "text" && question.length > 200 ? "textarea" : "input", {
    id: idOf(question.name),
    name: question.name,
    type: "text",
    inputmode: { integer: "numeric", digits: "numeric", decimal: "decimal" }[question.type],
    autocomplete: "off",
    autocapitalize: numeric ? "off" : "words",
    maxlength: question.length,
    "aria-describedby": "hint wrong",
  });
  input.value = shown(value);
  input.addEventListener("input", () => answer(typed(question, input.value)));
  return input;
}

function menu(question, value, answer) {
  const groups = new Map([["", []]]);
  for (const choice of question.choices) {
    const option = h(
      "option",
      { value: choice.value, selected: choice.value === shown(value) },
      choice.title,
    );
    const group = choice.group ?? "";
    groups.set(group, [...(groups.get(group) ?? []), option]);
  }
  const select = h("select", {
    id: idOf(question.name),
    name: question.name,
    "aria-describedby": "hint wrong",
  });
  select.append(h("option", { value: "" }, gettext("Choose…")));
  for (const [label, options] of groups)
    select.append(...(label ? [h("optgroup", { label }, options)] : options));
  select.addEventListener("change", () => answer(answerOf(question, select.value)));
  return select;
}

/** Radio buttons as large as a thumb. Where nothing is an answer too, "not known" is one of them. */
function choices(question, value, answer) {
  const chosen = shown(value);
  const group = h("div.choices", {
    role: "radiogroup",
    "aria-labelledby": "question",
    id: idOf(question.name),
  });
  for (const choice of question.choices) {
    const input = h("input", {
      type: "radio",
      name: question.name,
      value: choice.value,
      checked: choice.value === chosen,
      onchange: () => answer(answerOf(question, choice.value)),
    });
    group.append(h("label.choice", {}, input, h("span", {}, choice.title)));
  }
  if (!question.required) {
    const none = h("input", {
      type: "radio",
      name: question.name,
      value: "",
      checked: chosen === "",
      onchange: () => answer(null),
    });
    group.append(h("label.choice.none", {}, none, h("span", {}, gettext("Not known"))));
  }
  return group;
}

function answerOf(question, text) {
  if (text === "") return null;
  return question.kind === "boolean" ? text === "true" : text;
}

function shown(value) {
  return value === null || value === undefined ? "" : String(value);
}

/**
 * An answer in words.
 * @param {Question} question
 * @param {any} value
 */
export function inWords(question, value) {
  if (value === null || value === undefined || value === "") return "–";
  if (question.type === "choice") {
    return question.choices.find((choice) => choice.value === String(value))?.title ?? String(value);
  }
  if (typeof value === "number") return question.unit ? `${number(value)} ${question.unit}` : number(value);
  return String(value);
}

/** A form, one question at a time. Every answer is on the disk before the next question is asked. */

import { byId, h } from "../../dom.js";
import { moment } from "../../format.js";
import { redated } from "../forms/dating.js";
import { asked, merged, stepOf, wrong } from "../forms/questions.js";
import { draftIsOpen } from "../pwa/update.js";
import { go, to } from "../router.js";
import { fill, linkButton, notice } from "../screen.js";
import { YEAR } from "../wire/forms.js";
import { knownValues } from "../wire/records.js";
import { questionsOf } from "./begin.js";
import { fieldOf } from "./question-field.js";
import { reviewScreen } from "./review.js";
import { note, tellUnsaved } from "./saving.js";

/** @param {App} app @param {string[]} params the draft's id, and the question that is open */
export async function draftScreen(app, [id, step = ""]) {
  const draft = await app.drafts.get(id);
  const form = draft && app.device.form(draft.form, draft.version);
  if (!form) {
    const gone = notice("", gettext("This form is no longer among those begun."));
    return fill({ title: gettext("Form"), back: to("home"), body: [gone] });
  }
  const left = draftIsOpen();
  const desk = new Desk(app, draft, form);
  const question = desk.asked.find(({ name }) => name === step);
  const stop = question ? await questionScreen(desk, question) : await reviewScreen(desk);
  return async () => {
    stop?.();
    await desk.saved;
    left();
  };
}

/** A draft on the desk: its answers, and the saving of them. */
export class Desk {
  constructor(app, draft, form) {
    this.app = app;
    this.draft = draft;
    this.form = form;
    this.pack = app.packs.of(draft.commune);
    this.saved = Promise.resolve();
  }

  /** What the record said before, by question. */
  get known() {
    return knownValues(this.form, this.draft.row, this.draft.answers[YEAR]);
  }

  get values() {
    return merged(this.known, this.draft.answers);
  }

  get questions() {
    return questionsOf(this.form, this.pack, this.draft);
  }

  /** The questions that are asked, given the answers so far. */
  get asked() {
    return asked(this.questions, this.values);
  }

  /** Keep an answer. One save after the other; what is shown as saved is on the disk. @param {string} name @param {any} value */
  answer(name, value) {
    const answers = { ...this.draft.answers, [name]: value };
    this.draft.answers = redated(this.form, this.draft.row, answers, name);
    const { [name]: _answered, ...refused } = this.draft.refused ?? {};
    this.draft.refused = refused;
    if (name === "name" && value) this.draft.title = value;
    return this.save();
  }

  save() {
    const draft = { ...this.draft };
    const keep = () => this.app.drafts.save(draft);
    this.saved = this.saved.then(keep).then(
      () => note(interpolate(gettext("Saved on this phone %(when)s"), { when: moment(draft.savedAt) }, true)),
      (error) => tellUnsaved(error),
    );
    return this.saved;
  }
}

async function questionScreen(desk, question) {
  const { draft } = desk;
  const before = desk.asked[desk.asked.findIndex(({ name }) => name === question.name) - 1];
  const message = h("p.wrong", { id: "wrong", role: "alert" }, draft.refused?.[question.name] ?? "");
  const field = await fieldOf(desk, question);
  const next = async () => {
    // A tick beside the field may have made it one that need not be filled in.
    const now = desk.asked.find(({ name }) => name === question.name) ?? question;
    const reason = field.wrong?.() || wrong(now, desk.values[question.name]);
    message.textContent = reason;
    if (reason) return showWrong(message);
    await desk.saved;
    // What is asked next may depend on what was just answered.
    const at = desk.asked.findIndex(({ name }) => name === question.name);
    const following = desk.asked[at + 1];
    go(following ? to("draft", draft.id, following.name) : to("draft", draft.id));
  };
  fill({
    title: desk.form.title,
    back: before ? to("draft", draft.id, before.name) : to("draft", draft.id),
    body: [ask(desk, question, field, message, next)],
    foot: [
      linkButton(gettext("All answers"), to("draft", draft.id), { kind: "ghost", sign: "list" }),
      h("button.btn.grow", { type: "button", onclick: next }, gettext("Next")),
    ],
  });
  field.begin?.();
  // The keyboard is wanted at once where there is something to type.
  if (field.labels) byId(field.labels).focus();
  return field.stop;
}

/** To the field that is to be filled in, with what is wrong in view: on a small screen both may be far below. */
function showWrong(message) {
  byId("main").querySelector("input:not([type=file]), textarea, select")?.focus();
  message.scrollIntoView({ block: "nearest" });
}

function ask(desk, question, field, message, next) {
  const { number, of } = stepOf(desk.questions, question.name);
  const submitted = (event) => {
    event.preventDefault();
    next();
  };
  const titled = field.labels
    ? h("label.question", { id: "question", for: field.labels }, question.title)
    : h("h2.question", { id: "question" }, question.title);
  return h(
    "form.ask",
    { onsubmit: submitted },
    h("p.muted.small.step", {}, h("span", {}, desk.draft.title), h("span", {}, `${number} / ${of}`)),
    titled,
    h("p.muted.small", { id: "hint", hidden: !question.hint }, question.hint),
    field.element,
    message,
    h("p.muted.small.saved", { id: "saved", role: "status" }),
  );
}

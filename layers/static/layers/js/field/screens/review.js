/** All answers of a form on one screen: look, change one, keep the form. */

import { h, icon } from "../../dom.js";
import { length as inLength, number } from "../../format.js";
import { finalize } from "../finalize.js";
import { inWords } from "../forms/inputs.js";
import { wrongPlace } from "../forms/position.js";
import { wrong } from "../forms/questions.js";
import { pieces, traceLength } from "../gps/trace.js";
import { go, to } from "../router.js";
import { button, fill, notice, toast } from "../screen.js";
import { saysNothing, submissionOf } from "../wire/records.js";
import { tellUnsaved } from "./saving.js";

/** @param {Desk} desk */
export async function reviewScreen(desk) {
  const { app, draft, form } = desk;
  const photos = await app.drafts.photos(draft.id);
  const message = h("p.wrong", { role: "alert" });
  const keep = button(gettext("Keep the form"), () => finish(desk, photos, message, keep));
  keep.classList.add("grow");
  fill({
    title: form.title,
    back: to("home"),
    body: [
      h("h2.question", {}, draft.title),
      // What was said of single answers stands at each of them.
      draft.reason && !Object.keys(draft.refused ?? {}).length && notice("warning", draft.reason),
      h(
        "ul.rows",
        {},
        desk.asked.map((question) => answerRow(desk, question, photos)),
      ),
      draft.carried?.length > 0 && h("p.muted", {}, photosInWords(draft.carried.length)),
      message,
    ],
    foot: [button(gettext("Throw away"), () => discard(desk), { kind: "ghost" }), keep],
  });
}

function answerRow(desk, question, photos) {
  const touched = desk.draft.answers[question.name] !== undefined && desk.draft.row !== null;
  const reason = desk.draft.refused?.[question.name] || (desk.draft.tried && reasonOf(desk, question));
  return h(
    "li",
    {},
    h(
      "a.row",
      { href: to("draft", desk.draft.id, question.name) },
      h(
        "span.row-text",
        {},
        h("span.muted.small", {}, question.title),
        h("b", {}, wordsOf(desk, question, photos)),
        reason && h("span.wrong.small", {}, reason),
      ),
      touched && !question.name.startsWith("@year") && h("span.flag.changed", {}, gettext("changed")),
      icon("next"),
    ),
  );
}

function reasonOf(desk, question) {
  if (question.type === "point") return wrongPlace(desk.draft.answers[question.name]);
  return wrong(question, desk.values[question.name]);
}

function wordsOf(desk, question, photos) {
  const answered = desk.draft.answers[question.name];
  const value = desk.values[question.name];
  if (question.type === "photos") return photosInWords(photos.length);
  if (question.type === "point") return placeInWords(answered, value);
  if (question.type === "line") return lineInWords(answered, value);
  if (question.since && !value && !question.required) return gettext("In the years before too");
  return inWords(question, value);
}

function photosInWords(count) {
  return interpolate(ngettext("%(count)s photo", "%(count)s photos", count), { count }, true);
}

function placeInWords(answered, known) {
  if (!answered) return known ? gettext("recorded") : "–";
  if (answered.source === "map") return gettext("marked on the map");
  return interpolate(gettext("± %(metres)s m"), { metres: number(answered.accuracy, 0) }, true);
}

function lineInWords(answered, known) {
  if (answered?.raw) return inLength(traceLength(pieces(answered.raw)));
  if (answered?.drawn) return inLength(traceLength([answered.drawn]));
  return known ? gettext("recorded") : "–";
}

async function finish(desk, photos, message, keep) {
  const { app, draft, form } = desk;
  const bad = desk.asked.find((question) => reasonOf(desk, question));
  if (bad) {
    // From now on what is missing is marked; before, it is only not answered yet.
    draft.tried = true;
    await desk.save();
    return go(to("draft", draft.id, bad.name));
  }
  const attachments = [...photos, ...(draft.carried ?? [])];
  const said = submissionOf(draft, form, { device: "", seq: 0, finalizedAt: "", after: null, attachments });
  if (saysNothing(said)) {
    message.textContent = gettext("Nothing was changed, so there is nothing to send.");
    return;
  }
  keep.disabled = true;
  try {
    await desk.saved;
    await finalize(app, draft, form, photos);
  } catch (error) {
    keep.disabled = false;
    tellUnsaved(error);
    return;
  }
  toast(gettext("The form is kept on this phone and will be sent."));
  go(to("home"));
  app.sender.send();
}

async function discard({ app, draft }) {
  if (!confirm(gettext("Throw this form away, with its photos?"))) return;
  await app.drafts.remove(draft.id);
  go(to("home"));
}

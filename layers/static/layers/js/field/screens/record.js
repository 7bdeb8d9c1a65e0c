/** One record of the list: what is known of it, and "update". */

import { h } from "../../dom.js";
import { inWords } from "../forms/inputs.js";
import { isEmpty } from "../forms/questions.js";
import { isUnplaced, titleOf } from "../records.js";
import { to } from "../router.js";
import { button, fill, notice } from "../screen.js";
import { knownValues } from "../wire/records.js";
import { beginDraft } from "./begin.js";
import { lockedScreen } from "./list.js";

/** @param {App} app @param {string[]} params id of the record */
export async function recordScreen(app, [id]) {
  if (app.vault.state !== "open") return lockedScreen(app, gettext("Record"), "list");
  const row = app.list.row(id);
  if (!row) {
    return fill({
      title: gettext("Record"),
      back: to("list"),
      body: [notice("warning", gettext("This record is no longer in the list."))],
    });
  }
  const form = app.device.formOf(row.layer);
  const pack = app.packs.of(row.commune);
  const values = form ? knownValues(form, row, pack.year) : {};
  const known = (form?.questions ?? []).filter(({ name }) => !name.startsWith("@") && !isEmpty(values[name]));
  fill({
    title: titleOf(row, form),
    back: to("list"),
    body: [
      h("p.muted", {}, [form?.title, app.packs.placeOf(row)].filter(Boolean).join(" · ")),
      isUnplaced(row) && notice("warning", gettext("Nobody has recorded where this is.")),
      h(
        "dl.answers",
        {},
        known.map((question) => answer(question, values, pack.year)),
      ),
    ],
    foot: form ? [button(gettext("Update"), () => beginDraft(app, form, row))] : [],
  });
}

function answer(question, values, year) {
  const title = question.review ? `${question.title} (${year})` : question.title;
  return h("div", {}, h("dt", {}, title), h("dd", {}, inWords(question, values[question.name])));
}

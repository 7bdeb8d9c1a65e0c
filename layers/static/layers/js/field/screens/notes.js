/** What planners sent back or threw out: which record it is, why, and the way to putting it right. */

import { h } from "../../dom.js";
import { moment } from "../../format.js";
import { openJson } from "../lock/pin.js";
import { titleOf } from "../records.js";
import { to } from "../router.js";
import { button, linkButton, notice } from "../screen.js";
import { beginDraft } from "./begin.js";

/** @param {App} app @returns {Promise<HTMLElement | null>} */
export async function officeNotes(app) {
  const found = await Promise.all(app.device.notes.map((note) => noteOf(app, note)));
  if (!found.length) return null;
  return h("section", {}, h("h3.section-title", {}, gettext("From the office")), found);
}

async function noteOf(app, note) {
  const said = note.state === "returned" ? gettext("Returned:") : gettext("Not accepted:");
  const form = app.device.formById(note.form);
  const row = note.record ? app.list.row(note.record) : null;
  const name = row ? titleOf(row, form) : await openedTitle(app, note);
  const which = [form?.title ?? note.form, note.at && sentAt(note)].filter(Boolean).join(" · ");
  return notice(
    "warning",
    name && h("p", {}, h("b", {}, name)),
    h("p.muted.small", {}, which),
    h("p", {}, h("b", {}, said), " ", note.note),
    h(
      "div.buttons",
      {},
      wayOn(app, form, row, note),
      button(gettext("I have read it"), () => app.device.readNote(note), { kind: "ghost" }),
    ),
  );
}

function sentAt({ at }) {
  return interpolate(gettext("sent at %(at)s"), { at: moment(at) }, true);
}

/** The title may name a person, so that it is readable with the PIN only. */
async function openedTitle(app, { title }) {
  if (!title || app.vault.state !== "open") return "";
  // After a new PIN the old title cannot be opened; the next sync brings it again.
  return openJson(app.vault.key, title).catch(() => "");
}

/** The record itself to be corrected, where the phone has it; else a new form of the same kind. */
function wayOn(app, form, row, { record, title }) {
  if (app.vault.state !== "open" && (record || title))
    return linkButton(gettext("Unlock to see which"), to("pin", location.hash));
  if (row && form) return button(gettext("Correct this record"), () => beginDraft(app, form, row));
  return form && button(gettext("Fill in a new form"), () => beginDraft(app, form));
}

/** My area and what is to be done in it. */

import { h, icon } from "../../dom.js";
import { moment, number } from "../../format.js";
import { tasksOf } from "../records.js";
import { to } from "../router.js";
import { fill, linkButton, notice } from "../screen.js";
import { capital } from "../wire/forms.js";
import { unlockButton } from "./pin.js";
import { ageNotices } from "./warnings.js";

/** @param {App} app */
export async function homeScreen(app) {
  let left = false;
  let told = "";
  /** Drawn anew only where something else is to be put right: what a finger is about to press stays in its place. */
  const again = async () => {
    const now = await toPutRight(app);
    if (left || now === told) return;
    told = now;
    await draw(app, () => left);
  };
  await again();
  app.outbox.addEventListener("change", again);
  app.device.addEventListener("change", again);
  return () => {
    left = true;
    app.outbox.removeEventListener("change", again);
    app.device.removeEventListener("change", again);
  };
}

async function toPutRight(app) {
  const refused = (await app.outbox.all()).filter(({ state }) => state === "attention");
  return JSON.stringify([refused.map(({ id }) => id), app.device.notes.map(({ id }) => id)]);
}

async function draw(app, left) {
  const [drafts, items, warnings] = await Promise.all([app.drafts.all(), app.outbox.all(), ageNotices(app)]);
  if (left()) return;
  const open = app.vault.state === "open";
  fill({
    title: gettext("Field work"),
    tab: "home",
    body: [
      warnings,
      area(app),
      returned(app, items),
      drafts.length && section(gettext("Forms begun"), drafts.map(draftRow)),
      open && tasks(app),
      !open && locked(app),
    ],
  });
}

function area(app) {
  const names = app.packs.held.map((pack) => pack.name);
  return h(
    "div.area",
    {},
    h("p.muted.small", {}, gettext("My area")),
    h("h2", {}, capital(names.join(", ")) || gettext("No pack on this phone yet")),
    !names.length &&
      h(
        "p",
        {},
        gettext("Download the pack of your commune while you have a network: forms, records and the map."),
        linkButton(gettext("Download the pack"), to("packs"), { sign: "download" }),
      ),
  );
}

function section(title, rows) {
  return h("section", {}, h("h3.section-title", {}, title), h("ul.rows", {}, rows));
}

/** @param {string} href @param {string} title @param {string} sub @param {any} end */
export function rowLink(href, title, sub, end = null) {
  return h(
    "li",
    {},
    h(
      "a.row",
      { href },
      h("span.row-text", {}, h("b", {}, title), h("span.muted.small", {}, sub)),
      end,
      icon("next"),
    ),
  );
}

function draftRow(draft) {
  const saved = interpolate(gettext("saved on this phone %(when)s"), { when: moment(draft.savedAt) }, true);
  return rowLink(to("draft", draft.id), draft.title, saved);
}

function returned(app, items) {
  const attention = items.filter((item) => item.state === "attention").length;
  const notes = app.device.notes.length;
  if (!attention && !notes) return null;
  const rows = [];
  if (attention) {
    rows.push(
      rowLink(
        to("queue"),
        gettext("Forms that need attention"),
        gettext("see the reason, put it right"),
        badge(attention),
      ),
    );
  }
  if (notes)
    rows.push(
      rowLink(to("queue"), gettext("Forms returned with a note"), gettext("from the office"), badge(notes)),
    );
  return section(gettext("To be put right"), rows);
}

function badge(count) {
  return h("span.badge", {}, number(count, 0));
}

function tasks(app) {
  const found = tasksOf(app.list.rows(), app.device.forms, (row) => app.packs.of(row.commune).year);
  const all = app.list.rows().length;
  if (!app.packs.held.length) return null;
  const rows = found.map((task) =>
    rowLink(to("list", task.key), task.title, layerTitle(app, task.layer), badge(task.rows.length)),
  );
  rows.push(rowLink(to("list"), gettext("All records"), gettext("search, open, update"), badge(all)));
  return section(gettext("To do"), rows);
}

function layerTitle(app, layer) {
  return app.device.formOf(layer)?.title ?? layer;
}

function locked(app) {
  if (app.vault.state === "none") return null;
  return notice(
    "",
    h("p", {}, gettext("The list is locked. New forms can be filled in and sent all the same.")),
    unlockButton(),
  );
}

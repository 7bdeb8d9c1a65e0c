/** One record of the list: what is known of it, and "update". */

import { h } from "../../dom.js";
import { number } from "../../format.js";
import { inWords } from "../forms/inputs.js";
import { isEmpty } from "../forms/questions.js";
import { INK, isUnplaced, shapeOf, titleOf } from "../records.js";
import { to } from "../router.js";
import { button, fill, notice } from "../screen.js";
import { knownValues } from "../wire/records.js";
import { beginDraft } from "./begin.js";
import { lockedScreen } from "./list.js";
import { openMap } from "./map-parts.js";

/** Degrees around a point that are shown: some 200 m. */
const NEAR = 0.002;

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
  const canvas = h("div.question-map", { role: "application", "aria-label": gettext("Map"), tabindex: "0" });
  const update = button(gettext("Update"), () => beginDraft(app, form, row));
  update.classList.add("grow");
  fill({
    title: titleOf(row, form),
    back: to("list"),
    body: [
      h("p.muted", {}, [form?.title, app.packs.placeOf(row)].filter(Boolean).join(" · ")),
      isUnplaced(row) ? notice("warning", gettext("Nobody has recorded where this is.")) : canvas,
      row.fields.accuracy_m && h("p.muted.small", {}, accuracyOf(row)),
      h(
        "dl.answers",
        {},
        known.map((question) => answer(question, values, pack.year)),
      ),
    ],
    foot: form ? [update] : [],
  });
  if (isUnplaced(row)) return null;
  const map = await openMap(app, canvas);
  const shape = shapeOf(row);
  map.setRows([{ ...shape, ink: INK[row.layer] ?? "--ink-2" }], () => {});
  if (shape.line) map.fitLines(shape.line);
  else {
    const [lon, lat] = shape.point;
    map.fit([lon - NEAR, lat - NEAR, lon + NEAR, lat + NEAR]);
  }
  return () => map.stop();
}

function accuracyOf({ fields }) {
  return interpolate(gettext("Error ± %(metres)s m"), { metres: number(fields.accuracy_m, 0) }, true);
}

function answer(question, values, year) {
  const title = question.review ? `${question.title} (${year})` : question.title;
  return h("div", {}, h("dt", {}, title), h("dd", {}, inWords(question, values[question.name])));
}

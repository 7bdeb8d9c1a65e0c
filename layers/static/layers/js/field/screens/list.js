/** The records of the packs, found by a few letters. */

import { h } from "../../dom.js";
import { number } from "../../format.js";
import { find, indexOf } from "../list/search.js";
import { virtualList } from "../list/virtual.js";
import { isUnplaced, tasksOf, titleOf } from "../records.js";
import { to } from "../router.js";
import { fill, linkButton, notice } from "../screen.js";
import { unlockButton } from "./pin.js";

const ROW_PX = 64;

/** @param {App} app @param {string[]} params a task's key, or a layer */
export async function listScreen(app, [which = ""]) {
  if (app.vault.state !== "open") return lockedScreen(app, gettext("List"), "list");
  const { rows, title } = chosen(app, which);
  const form = (row) => app.device.formOf(row.layer);
  const described = rows.map((row) => ({ row, title: titleOf(row, form(row)), sub: subOf(app, row) }));
  described.sort((a, b) => a.title.localeCompare(b.title, "vi"));
  const index = indexOf(described, (one) => `${one.title} ${one.sub}`);
  const counted = h("p.muted.small", { role: "status" });
  const list = virtualList({ height: ROW_PX, draw: drawRow, label: title });
  const input = h("input", {
    type: "search",
    id: "q",
    placeholder: gettext("Name, hamlet…"),
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
  });
  const kind = which ? null : kindMenu(app, rows);
  const search = () => {
    const found = find(index, input.value).filter(({ row }) => !kind?.value || row.layer === kind.value);
    counted.textContent = interpolate(
      ngettext("%(count)s record", "%(count)s records", found.length),
      { count: number(found.length, 0) },
      true,
    );
    list.show(found);
  };
  input.addEventListener("input", search);
  kind?.addEventListener("change", search);
  fill({
    title,
    tab: "list",
    wide: true,
    back: which ? to("home") : "",
    body: [
      h(
        "div.search-row",
        {},
        h("label.visually-hidden", { for: "q" }, gettext("Search the list")),
        h("div.search-fields", {}, input, kind),
        counted,
      ),
      list.element,
    ],
  });
  search();
  return () => list.stop();
}

/** Which kind of records is listed. */
function kindMenu(app, rows) {
  const kinds = [...new Set(rows.map(({ layer }) => layer))];
  return h(
    "select",
    { id: "kind", "aria-label": gettext("Kind of record") },
    h("option", { value: "" }, gettext("All kinds")),
    kinds.map((layer) => h("option", { value: layer }, app.device.formOf(layer)?.title ?? layer)),
  );
}

function chosen(app, which) {
  const all = app.list.rows();
  if (!which) return { rows: all, title: gettext("List") };
  const task = tasksOf(all, app.device.forms, (row) => app.packs.of(row.commune).year).find(
    ({ key }) => key === which,
  );
  if (task) return { rows: task.rows, title: task.title };
  return {
    rows: all.filter((row) => row.layer === which),
    title: app.device.formOf(which)?.title ?? gettext("List"),
  };
}

function subOf(app, row) {
  return [app.device.formOf(row.layer)?.title, app.packs.placeOf(row)].filter(Boolean).join(" · ");
}

function drawRow({ row, title, sub }) {
  return h(
    "div.virtual-row",
    {},
    h(
      "a.row",
      { href: to("record", row.id) },
      h("span.row-text", {}, h("b", {}, title), h("span.muted.small", {}, sub)),
      isUnplaced(row) && h("span.flag", {}, gettext("no position")),
    ),
  );
}

/** Instead of a screen that shows the list while it is locked. @param {App} app */
export function lockedScreen(app, title, tab) {
  const packless = app.vault.state === "none";
  fill({
    title,
    tab,
    body: [
      notice(
        "",
        h(
          "p",
          {},
          packless ? gettext("There is no pack on this phone yet.") : gettext("The list is locked."),
        ),
        packless
          ? linkButton(gettext("Download the pack"), to("packs"), { sign: "download" })
          : unlockButton(),
      ),
    ],
  });
}

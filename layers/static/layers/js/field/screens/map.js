/** The map of the packs: tap a record to open it. */

import { h } from "../../dom.js";
import { watchPosition } from "../gps/watch.js";
import { INK, isUnplaced, shapeOf, titleOf } from "../records.js";
import { to } from "../router.js";
import { button, fill, linkButton, toast } from "../screen.js";
import { lockedScreen } from "./list.js";
import { openMap } from "./map-parts.js";

/** @param {App} app */
export async function mapScreen(app) {
  if (app.vault.state !== "open") return lockedScreen(app, gettext("Map"), "map");
  const canvas = h("div.field-map", {
    tabindex: "0",
    role: "application",
    "aria-label": gettext("Map of the pack"),
  });
  const card = h("div.map-card", { hidden: true, "aria-live": "polite" });
  const tools = h(
    "div.map-tools",
    {},
    button(gettext("My position"), () => locate(), { kind: "ghost", sign: "locate" }),
  );
  fill({ title: gettext("Map"), tab: "map", wide: true, body: [canvas, tools, card] });
  const map = await openMap(app, canvas);
  const placed = app.list.rows().filter((row) => !isUnplaced(row));
  map.setRows(
    placed.map((row) => ({ ...shapeOf(row), row, ink: INK[row.layer] ?? "--ink-2" })),
    ({ row }) => pick(row),
  );
  map.onTap(() => {
    card.hidden = true;
  });

  function pick(row) {
    const form = app.device.formOf(row.layer);
    card.hidden = false;
    card.replaceChildren(
      h(
        "p",
        {},
        h("b", {}, titleOf(row, form)),
        h("br"),
        h("span.muted.small", {}, [form?.title, app.packs.placeOf(row)].filter(Boolean).join(" · ")),
      ),
      linkButton(gettext("Open"), to("record", row.id)),
    );
  }

  let stopWatching = null;
  function locate() {
    stopWatching?.();
    let first = true;
    stopWatching = watchPosition(
      (fix) => {
        map.setHere(fix, { follow: first });
        first = false;
      },
      (reason) => toast(reason, { error: true }),
    );
  }
  return () => {
    stopWatching?.();
    map.stop();
  };
}

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
  const legend = h("div.map-kinds", { role: "group", "aria-label": gettext("What the map shows") });
  const card = h("div.map-card", { hidden: true, "aria-live": "polite" });
  const tools = h(
    "div.map-tools",
    {},
    button(gettext("My position"), () => locate(), { kind: "ghost", sign: "locate" }),
  );
  fill({ title: gettext("Map"), tab: "map", wide: true, body: [legend, canvas, tools, card] });
  const map = await openMap(app, canvas);
  const placed = app.list.rows().filter((row) => !isUnplaced(row));
  const hidden = new Set();
  const draw = () => {
    const shown = placed.filter(({ layer }) => !hidden.has(layer));
    map.setRows(
      shown.map((row) => ({ ...shapeOf(row), row, ink: inkOf(row.layer) })),
      ({ row }) => pick(row),
    );
  };
  draw();
  legend.replaceChildren(...kindsOf(app, placed, hidden, draw));
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

const inkOf = (layer) => INK[layer] ?? "--ink-2";

/** What each colour is; pressed, it is shown. */
function kindsOf(app, rows, hidden, draw) {
  return [...new Set(rows.map(({ layer }) => layer))].map((layer) => {
    const dot = h("span.dot");
    dot.style.background = `var(${inkOf(layer)})`;
    const chip = h(
      "button.kind",
      {
        type: "button",
        "aria-pressed": "true",
        onclick: () => {
          if (!hidden.delete(layer)) hidden.add(layer);
          chip.setAttribute("aria-pressed", String(!hidden.has(layer)));
          draw();
        },
      },
      dot,
      app.device.formOf(layer)?.title ?? layer,
    );
    return chip;
  });
}

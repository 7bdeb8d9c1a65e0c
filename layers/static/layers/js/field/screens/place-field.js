/** The questions that have a map: where a thing is, and along which line a road runs. */

import { h } from "../../dom.js";
import { positionQuestion, wrongPlace } from "../forms/position.js";
import { traceQuestion } from "../forms/trace.js";
import { pieces } from "../gps/trace.js";
import { shapeOf, titleOf } from "../records.js";
import { go, to } from "../router.js";
import { button } from "../screen.js";
import { openMap } from "./map-parts.js";

/**
 * A question with a map above it. The map is made once it stands on the page: a map of no size shows nothing.
 * @param {Desk} desk
 * @param {(map: any) => {element: HTMLElement, stop: () => void}} ask
 */
function withMap(desk, ask) {
  const canvas = h("div.question-map", { role: "application", "aria-label": gettext("Map"), tabindex: "0" });
  const element = h("div", {}, canvas);
  let gone = false;
  const parts = [];
  return {
    element,
    async begin() {
      const map = await openMap(desk.app, canvas);
      parts.push(map);
      if (gone) return map.stop();
      const asking = ask(map);
      parts.unshift(asking);
      element.append(asking.element);
    },
    stop() {
      gone = true;
      for (const part of parts) part.stop();
    },
  };
}

/** @param {Desk} desk @param {Question} question */
export async function pointField(desk, question) {
  let asking = null;
  const field = withMap(desk, (map) => {
    showKnown(map, desk.known[question.name]);
    asking = positionQuestion({
      value: desk.draft.answers[question.name] ?? null,
      wanted: !desk.known[question.name],
      area: desk.pack?.area ?? null,
      map,
      answer: (place) => desk.answer(question.name, place),
      seen: (place) => map.setHere(place, { follow: true }),
    });
    return asking;
  });
  const wrong = () => {
    asking?.settle();
    return wrongPlace(desk.draft.answers[question.name]);
  };
  return { ...field, wrong };
}

/** Where the record was thought to be. */
function showKnown(map, known) {
  if (known?.type !== "Point") return;
  const [lon, lat] = known.coordinates;
  map.setRows([{ point: [lon, lat], ink: "--poor" }], () => {});
  map.fit([lon - 0.002, lat - 0.002, lon + 0.002, lat + 0.002]);
}

/** @param {Desk} desk @param {Question} question */
export async function lineField(desk, question) {
  const picked = h("div", { "aria-live": "polite" });
  const field = withMap(desk, (map) => {
    const asking = traceQuestion({
      value: desk.draft.answers[question.name] ?? null,
      here: !desk.draft.row && !desk.draft.answers[question.name],
      map,
      answer: (line) => desk.answer(question.name, line),
    });
    if (desk.draft.row) showRoad(map, desk.draft.row);
    else offerRoads(desk, map, picked);
    asking.element.prepend(picked);
    return asking;
  });
  return { ...field, wrong: () => wrongLine(desk.draft.answers[question.name]) };
}

function showRoad(map, row) {
  const { line } = shapeOf(row);
  if (!line) return;
  map.setRows([{ line, ink: "--soft" }], () => {});
  map.fitLines(line);
}

/** A road that is already in the list need not be walked again: tapped, it is the one that is updated. */
function offerRoads(desk, map, place) {
  const roads = desk.app.list.rows(desk.form.layer).filter((row) => row.geometry);
  map.setRows(
    roads.map((row) => ({ ...shapeOf(row), row, ink: "--soft" })),
    ({ row }) => {
      const take = button(gettext("Update this road"), () => pick(desk, row));
      place.replaceChildren(h("div.picked", {}, h("b", {}, titleOf(row, desk.form)), take));
    },
  );
}

async function pick(desk, row) {
  Object.assign(desk.draft, {
    record: { id: row.id, version: row.version },
    row,
    commune: row.commune,
    title: titleOf(row, desk.form),
  });
  await desk.save();
  go(to("draft", desk.draft.id));
}

function wrongLine(line) {
  const drawn = line?.drawn?.length ?? 0;
  if (!line || (!line.raw?.length && !drawn)) return "";
  if (drawn > 1 || pieces(line.raw ?? []).length) return "";
  return gettext("The line has fewer than two usable points. Go on recording.");
}

/** The question "where?": the receiver's best of two minutes, with its error in metres as the largest thing seen. */

import { h } from "../../dom.js";
import { number } from "../../format.js";
import { MARGIN_M, metresOutside } from "../gps/bounds.js";
import { bestOf, grade, LONGEST_MS, refusal } from "../gps/fix.js";
import { round } from "../gps/trace.js";
import { watchPosition } from "../gps/watch.js";
import { button } from "../screen.js";

/** @typedef {{lat: number, lon: number, accuracy: number | null, source: "gps" | "map", at: string, reason: string, seconds: number}} Place */

/**
 * @param {{value: Place | null, wanted: boolean, area: any, map: any, answer: (value: Place) => void, seen: (value: Place) => void}} question
 *   `wanted`: measure at once; `area` is the commune's outline; `answer` keeps a position, `seen` shows one
 * @returns {{element: HTMLElement, settle: () => void, stop: () => void}} `settle` keeps what has been measured, for a
 *   person who goes on without having taken it
 */
export function positionQuestion(question) {
  const meter = new Meter(question);
  return { element: meter.element, settle: () => meter.settle(), stop: () => meter.stop() };
}

class Meter {
  constructor({ value, wanted, area, map, answer, seen }) {
    Object.assign(this, { value, area, answer, seen });
    /** @type {Fix[]} */
    this.fixes = [];
    this.best = null;
    /** The last fix that was too old to be believed unasked. */
    this.old = null;
    this.begun = 0;
    this.stopWatching = null;
    this.large = h("p.accuracy", { "aria-live": "off" });
    this.small = h("p.muted.small", { "aria-live": "polite" });
    this.warnings = h("div.warnings", { role: "status" });
    this.take = button(gettext("Take this position"), () => this.keep());
    this.again = button(gettext("Measure again"), () => this.listen(), { kind: "ghost" });
    this.element = h(
      "div.position",
      {},
      this.large,
      this.small,
      h("div.buttons", {}, this.take, this.again),
      h("p.muted.small", {}, gettext("No satellites, or the wrong place? Tap the map where it is.")),
      this.warnings,
    );
    map.onTap(({ lat, lng }) => this.mark(lat, lng));
    if (value) this.rest(value);
    else if (wanted) this.listen();
    else this.idle();
  }

  idle() {
    this.large.textContent = gettext("Position known");
    this.small.textContent = gettext("Measure again if the house has moved or the position is wrong.");
    this.take.hidden = true;
  }

  listen() {
    this.stop();
    Object.assign(this, { fixes: [], best: null, old: null, begun: Date.now() });
    this.take.hidden = false;
    this.take.disabled = true;
    this.again.hidden = true;
    this.warnings.replaceChildren();
    this.large.className = "accuracy";
    this.large.textContent = gettext("Looking for satellites…");
    this.small.textContent = gettext("Hold the phone still under the open sky.");
    this.stopWatching = watchPosition(
      (fix) => this.hear(fix),
      (reason) => this.fail(reason),
    );
    this.ending = setTimeout(() => this.end(), LONGEST_MS);
  }

  fail(reason) {
    this.large.textContent = gettext("No position");
    this.small.textContent = reason;
    this.again.hidden = false;
  }

  hear(fix) {
    const refused = refusal(fix, Date.now());
    if (refused === "old") return this.offerOld(fix);
    if (refused) return this.refuse();
    this.fixes.push(fix);
    this.best = bestOf(this.fixes);
    this.take.disabled = false;
    this.show(this.placeOf(this.best));
    if (grade(this.best.accuracy) === "good") this.keep();
  }

  refuse() {
    this.small.textContent = gettext("The phone gave a position that was not measured. It is not used.");
  }

  /** A phone that lies still may repeat what it measured before: only a person knows whether it is still true. */
  offerOld(fix) {
    if (this.best || !(fix.accuracy > 0)) return;
    this.old = fix;
    this.take.disabled = false;
    this.show(this.placeOf(fix));
    const minutes = Math.max(1, Math.round((Date.now() - fix.at) / 60_000));
    this.small.textContent = interpolate(
      ngettext(
        "The phone measured this %(count)s minute ago, and waits for a new position. Take it only if you have been here since.",
        "The phone measured this %(count)s minutes ago, and waits for a new position. Take it only if you have been here since.",
        minutes,
      ),
      { count: number(minutes, 0) },
      true,
    );
  }

  /** @returns {Place} */
  placeOf(fix) {
    const seconds = Math.round((Date.now() - this.begun) / 1000);
    const at = new Date(fix.at).toISOString();
    const { lat, lon, accuracy } = fix;
    return { lat: round(lat), lon: round(lon), accuracy, source: "gps", at, reason: "", seconds };
  }

  /** An old position is never taken unasked. */
  settle() {
    if (!this.value && this.best) this.keep();
  }

  keep() {
    const place = this.placeOf(this.best ?? this.old);
    this.answer(place);
    this.rest(place);
  }

  /** Marked by hand, where no satellite is seen. */
  mark(lat, lon) {
    const at = new Date().toISOString();
    const place = {
      lat: round(lat),
      lon: round(lon),
      accuracy: null,
      source: "map",
      at,
      reason: "",
      seconds: 0,
    };
    this.answer(place);
    this.rest(place);
  }

  /** A position is kept; nothing is measured. @param {Place} place */
  rest(place) {
    this.stop();
    this.value = place;
    this.take.hidden = true;
    this.again.hidden = false;
    this.show(place);
  }

  /** Two minutes are over: the best so far may be taken, or it may be tried again. */
  end() {
    this.stop();
    this.again.hidden = false;
    if (!this.best && !this.old) this.fail(gettext("No position yet. Go where the sky is open and wait."));
  }

  show(place) {
    const measured = place.source === "gps";
    const kept = place === this.value;
    this.large.className = `accuracy ${measured ? grade(place.accuracy) : "fair"}`;
    this.large.textContent = measured
      ? interpolate(gettext("Error ± %(metres)s m"), { metres: number(place.accuracy, 0) }, true)
      : gettext("Marked on the map");
    this.small.textContent = kept
      ? gettext("This position is kept.")
      : interpolate(gettext("best of %(seconds)s seconds"), { seconds: place.seconds }, true);
    this.warnings.replaceChildren(...this.warningsOf(place, kept));
    this.seen(place);
  }

  warningsOf(place, kept) {
    const found = [];
    if (this.area && metresOutside(place, this.area) > MARGIN_M) {
      found.push(h("p.amber", {}, gettext("This position lies outside the commune. Is it right?")));
    }
    if (place.source === "gps" && grade(place.accuracy) === "poor") {
      found.push(h("p.amber", {}, gettext("Wait a little, or step away from trees and walls.")));
    }
    if (kept && needsReason(place)) found.push(this.reasonField(place));
    return found;
  }

  reasonField(place) {
    const label =
      place.source === "gps"
        ? gettext("The error is more than 50 m. Why is this position taken all the same?")
        : gettext("Why is the position marked by hand?");
    const input = h("input", { id: "reason", type: "text", maxlength: "200", autocomplete: "off" });
    input.value = place.reason;
    input.addEventListener("input", () => {
      this.value = { ...this.value, reason: input.value.normalize("NFC").trim() };
      this.answer(this.value);
    });
    return h("div.field", {}, h("label", { for: "reason" }, label), input);
  }

  stop() {
    this.stopWatching?.();
    this.stopWatching = null;
    clearTimeout(this.ending);
  }
}

/** @param {Place} place */
function needsReason(place) {
  return place.source === "map" || grade(place.accuracy) === "reason";
}

/** What keeps a position from being finished; "" where nothing does. @param {Place | null} [place] */
export function wrongPlace(place) {
  return place && needsReason(place) && !place.reason
    ? gettext("Please say why this position is taken.")
    : "";
}

/** The question "which line?": walked or driven along the road, else drawn on the map. Every fix is kept. */

import { h } from "../../dom.js";
import { length as inLength, number } from "../../format.js";
import { refusal } from "../gps/fix.js";
import { pieces, traceLength } from "../gps/trace.js";
import { lastFix, watchPosition } from "../gps/watch.js";
import { button } from "../screen.js";

/** @typedef {{raw?: Fix[], drawn?: Array<{lat: number, lon: number}>}} Line */

/**
 * @param {{value: Line | null, here: boolean, map: any, answer: (value: Line | null) => void}} question
 *   `here`: the map begins where the phone is
 * @returns {{element: HTMLElement, stop: () => void}}
 */
export function traceQuestion({ value, here, map, answer }) {
  const recorder = new Recorder(value, map, answer);
  if (here) recorder.beginHere();
  return { element: recorder.element, stop: () => recorder.stop() };
}

class Recorder {
  constructor(value, map, answer) {
    this.raw = [...(value?.raw ?? [])];
    this.drawn = [...(value?.drawn ?? [])];
    this.map = map;
    this.answer = answer;
    this.stopWatching = null;
    this.wake = null;
    this.drawing = this.drawn.length > 0;
    this.large = h("p.accuracy", { "aria-live": "off" });
    this.small = h("p.muted.small", { "aria-live": "polite" });
    this.toggle = button("", () => (this.stopWatching ? this.pause() : this.start()));
    this.draw = button(gettext("Draw on the map"), () => this.beginDrawing(), { kind: "ghost" });
    this.undo = button(gettext("Undo"), () => this.removeLast(), { kind: "ghost" });
    this.discard = button(gettext("Start anew"), () => this.restart(), { kind: "ghost" });
    const buttons = h("div.buttons", {}, this.toggle, this.draw, this.undo, this.discard);
    this.element = h("div.position", {}, this.large, this.small, buttons);
    this.stopFinding = null;
    map.onTap(({ lat, lng }) => this.drawing && this.addCorner({ lat, lon: lng }));
    map.onMoved(() => this.endFinding());
    this.show(null);
    const lines = this.parts.filter((part) => part.length > 1);
    if (lines.length) map.fitLines(lines.map((line) => line.map(({ lat, lon }) => [lon, lat])));
  }

  /** Show where the phone is, or was last, at the scale of somebody who walks; once, and not under a finger. */
  beginHere() {
    const show = (fix) => this.map.setHere(fix, { follow: true });
    if (lastFix()) show(lastFix());
    this.stopFinding = watchPosition(
      (fix) => {
        this.endFinding();
        show(fix);
      },
      // Without a position the map stays where it is: a tap brings it near.
      () => this.endFinding(),
    );
  }

  endFinding() {
    this.stopFinding?.();
    this.stopFinding = null;
  }

  hear(fix) {
    if (refusal(fix, Date.now())) return;
    this.raw.push(fix);
    this.answer({ raw: this.raw });
    this.show(fix.accuracy);
  }

  addCorner(corner) {
    this.endFinding();
    if (this.map.comeNear(corner)) {
      this.small.textContent = gettext("The map has come nearer. Now tap along the road.");
      return;
    }
    this.drawn.push(corner);
    this.answer({ drawn: this.drawn });
    this.show(null);
  }

  removeLast() {
    this.drawn.pop();
    this.answer(this.drawn.length ? { drawn: this.drawn } : null);
    this.show(null);
  }

  get parts() {
    return this.drawing ? [this.drawn] : pieces(this.raw);
  }

  show(accuracy) {
    const parts = this.parts;
    const running = this.stopWatching !== null;
    this.large.textContent = inLength(traceLength(parts));
    this.small.textContent = this.drawing ? gettext("Tap along the road.") : this.recorded(parts, accuracy);
    this.toggle.textContent = this.actionWords();
    this.toggle.hidden = this.drawing;
    this.draw.hidden = running || this.raw.length > 0 || this.drawing;
    this.undo.hidden = !this.drawing || !this.drawn.length;
    this.discard.hidden = running || (!this.raw.length && !this.drawing);
    this.map.setLine(
      parts.filter((part) => part.length > 1),
      { follow: running },
    );
    if (running && this.raw.length) this.map.setHere(this.raw.at(-1), { follow: true });
  }

  actionWords() {
    if (this.stopWatching) return gettext("Pause");
    return this.raw.length ? gettext("Go on recording") : gettext("Start recording");
  }

  recorded(parts, accuracy) {
    if (!this.raw.length) return gettext("Keep this screen open while you walk or drive along the road.");
    const counts = { count: number(parts.length, 0), points: number(this.raw.length, 0) };
    const counted = ngettext(
      "%(count)s piece, %(points)s points",
      "%(count)s pieces, %(points)s points",
      parts.length,
    );
    const error =
      accuracy && interpolate(gettext("Error ± %(metres)s m"), { metres: number(accuracy, 0) }, true);
    return [error, interpolate(counted, counts, true)].filter(Boolean).join(" · ");
  }

  async start() {
    this.endFinding();
    this.stopWatching = watchPosition(
      (fix) => this.hear(fix),
      (reason) => {
        this.small.textContent = reason;
      },
    );
    this.show(null);
    // A screen that goes dark stops the receiver on most phones.
    this.wake = await navigator.wakeLock?.request("screen").catch(() => null);
  }

  pause() {
    this.stop();
    this.show(null);
  }

  beginDrawing() {
    this.drawing = true;
    this.show(null);
  }

  restart() {
    if (!confirm(gettext("Throw away the line recorded so far?"))) return;
    this.raw = [];
    this.drawn = [];
    this.drawing = false;
    this.answer(null);
    this.show(null);
  }

  stop() {
    this.endFinding();
    this.stopWatching?.();
    this.stopWatching = null;
    this.wake?.release();
    this.wake = null;
  }
}

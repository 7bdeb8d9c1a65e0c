/**
 * The one who sends. One at a time in all windows (a lock), oldest first; first every record's text, then the
 * photos, so that no photo holds up another record. Between tries it waits, longer each time; a person's
 * "Send now", the app coming to the front and background sync end the wait.
 *
 * It knows nothing of browsers but timers and locks, which are handed in.
 */

import { waitAfter } from "./backoff.js";
import { bundles } from "./bundles.js";
import { afterAnswer, due, isUnsent, passes } from "./states.js";
import { upload } from "./upload.js";

const LOCK = "field-sender";
/** Fewer go one by one: each is then answered, and off the phone, the sooner. */
const FEW = 5;

export class Sender extends EventTarget {
  /**
   * @param {{outbox: any, wire: any, locks: LockManager, after?: () => Promise<void>, now?: () => number, chance?: () => number,
   *   later?: (run: () => void, ms: number) => any, forget?: (timer: any) => void}} parts
   */
  constructor({ outbox, wire, locks, ...others }) {
    super();
    this.outbox = outbox;
    this.wire = wire;
    this.locks = locks;
    /** What else is said to a server that answers, once everything is sent. */
    this.after = others.after ?? (async () => {});
    this.now = others.now ?? (() => Date.now());
    this.chance = others.chance ?? (() => Math.random());
    this.later = others.later ?? ((run, ms) => setTimeout(run, ms));
    this.forget = others.forget ?? ((timer) => clearTimeout(timer));
    this.timer = null;
    /** Whether the server answered when it was last asked; nothing before it was. @type {boolean | null} */
    this.reached = null;
    this.silences = 0;
    this.running = false;
  }

  /** Send whatever is due; whoever else is sending already does the same. @param {{now?: boolean}} [how] */
  async send({ now = false } = {}) {
    this.forget(this.timer);
    try {
      await this.locks.request(LOCK, { ifAvailable: true }, (lock) => lock && this.round(now));
    } finally {
      // Whatever went wrong in one round, the next one comes.
      await this.plan();
    }
  }

  async round(now) {
    this.tell(true);
    try {
      await this.outbox.recover();
      if (now) await this.hurry();
      await this.drain();
      if (this.reached) await this.after();
    } finally {
      this.tell(false);
    }
  }

  tell(running) {
    this.running = running;
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  /** A person asked: nothing waits any longer. */
  async hurry() {
    for (const item of await this.outbox.all()) {
      if (item.nextAt) await this.outbox.save({ ...item, nextAt: 0 });
    }
  }

  async drain() {
    if (!(await this.reach())) return;
    await this.sendTexts(this.pending(await this.outbox.all(), "ready"));
    for (const item of this.pending(await this.outbox.all(), "photos")) await this.sendPhotos(item);
  }

  pending(items, state) {
    return due(items, this.now()).filter((item) => item.state === state);
  }

  /** The only test of being online: what the browser says of the network is often untrue. */
  async reach() {
    this.reached = await this.wire.ping();
    this.silences = this.reached ? 0 : this.silences + 1;
    this.dispatchEvent(new Event("change"));
    return this.reached;
  }

  /** After days without a network many wait: those go together, so that a slow network is asked less often. */
  async sendTexts(items) {
    for (const together of bundles(items)) {
      const said = together.length < FEW ? null : await this.sendBundle(together);
      for (const [index, item] of together.entries()) {
        if (said) await this.settle(item, said[index]);
        else await this.sendText(item);
      }
    }
  }

  /** @param {Item[]} items of one owner @returns {Promise<Said[] | null>} nothing where each is to be sent by itself */
  async sendBundle(items) {
    for (const item of items) await this.outbox.save({ ...item, state: "sending" });
    const { status, results, ...failed } = await this.wire.submitTogether(items);
    if (results) return items.map(({ id }) => results.get(id) ?? { status: 0 });
    return passes(status) ? items.map(() => ({ status, ...failed })) : null;
  }

  async sendText(item) {
    await this.outbox.save({ ...item, state: "sending" });
    const said = await this.wire.submit(item);
    await this.settle(item, said);
  }

  /** @param {Said} said */
  async settle(item, said) {
    this.hear(said);
    if (said.record) this.dispatchEvent(new CustomEvent("answered", { detail: { item, said } }));
    const { state, retry, reason } = afterAnswer(said);
    if (state === "accepted") return this.accepted(item, said);
    const missing = said.missing ? new Set(said.missing) : null;
    const attachments = missing
      ? item.attachments.map((one) => ({ ...one, done: !missing.has(one.name) }))
      : item.attachments;
    const failed = retry && state === "ready";
    const tries = failed ? item.tries + 1 : 0;
    const wait = failed ? waitAfter(tries, this.chance(), said.retryAfter) : 0;
    const errors = said.errors ?? [];
    await this.outbox.save({
      ...item,
      attachments,
      state,
      reason,
      errors,
      tries,
      nextAt: wait && this.now() + wait,
    });
  }

  async accepted(item, said) {
    await this.outbox.remove(item.id);
    this.dispatchEvent(new CustomEvent("accepted", { detail: { item, said } }));
  }

  async sendPhotos(item) {
    let failed = null;
    let said = null;
    for (const attachment of item.attachments.filter((one) => !one.done)) {
      const result = await this.sendPhoto(item, attachment);
      if (!result.done) failed = result;
      said = result.said ?? said;
    }
    const present = await this.outbox.get(item.id);
    if (failed) return this.photoFailed(present, failed);
    if (said?.complete) return this.settle(present, said);
    // All photos are there; the record's own answer must say so before it is let go.
    return this.confirm(present);
  }

  async sendPhoto(item, attachment) {
    const blob = await this.outbox.part(item.id, attachment.name);
    if (!blob) return { status: 410, done: false, reason: gettext("A photo is no longer on this phone.") };
    const result = await upload(this.wire, { ...attachment, owner: item.owner }, blob, (sent) => {
      this.dispatchEvent(
        new CustomEvent("progress", { detail: { id: item.id, name: attachment.name, sent } }),
      );
    });
    if (result.done) await this.mark(item.id, attachment.name);
    return result;
  }

  async mark(id, name) {
    const item = await this.outbox.get(id);
    const attachments = item.attachments.map((one) => (one.name === name ? { ...one, done: true } : one));
    await this.outbox.save({ ...item, attachments });
  }

  async photoFailed(item, { status, reason = "", retryAfter }) {
    this.hear({ status });
    if (!passes(status)) return this.outbox.save({ ...item, state: "attention", reason });
    const tries = item.tries + 1;
    const nextAt = this.now() + waitAfter(tries, this.chance(), retryAfter);
    return this.outbox.save({ ...item, tries, nextAt, reason });
  }

  /** Ask what became of the record: the same bytes again get the same answer, now with its photos. */
  async confirm(item) {
    const said = await this.wire.submit(item);
    if (said.status < 300 && said.status >= 200 && said.complete !== true) {
      // Still something missing: told which, next time only that is sent; but not at once, forever.
      const missing = new Set(said.missing ?? []);
      const attachments = item.attachments.map((one) => ({ ...one, done: !missing.has(one.name) }));
      const tries = item.tries + 1;
      const nextAt = this.now() + waitAfter(tries, this.chance(), said.retryAfter);
      return this.outbox.save({ ...item, attachments, tries, nextAt });
    }
    if (passes(said.status)) return this.photoFailed(item, said);
    return this.settle(item, said);
  }

  /** No answer in the midst of sending says that the network is gone. */
  hear({ status }) {
    if (status === 0) this.reached = false;
  }

  /** Wake up when the next record is due. */
  async plan() {
    const items = await this.outbox.all();
    const waiting = items.filter((item) => isUnsent(item) && item.state !== "attention");
    if (!waiting.length) return;
    const next = Math.min(...waiting.map((item) => item.nextAt));
    const silence = this.reached ? 0 : waitAfter(Math.max(1, this.silences), this.chance());
    this.timer = this.later(() => this.send(), Math.max(next - this.now(), silence, 1000));
  }
}

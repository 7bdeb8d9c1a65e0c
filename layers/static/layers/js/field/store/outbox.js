/** Finalised records on their way. One goes only when the server has said that it is complete. */

import { afterRestart } from "../queue/states.js";
import { write } from "./db.js";
import { removeDraft } from "./drafts.js";
import { isFull } from "./full.js";

/**
 * @typedef {object} Item a finalised record
 * @property {string} id instance id
 * @property {string} owner user name of whoever filled it in; only that account ever sends it
 * @property {number} seq order of finalising on this phone
 * @property {State} state
 * @property {string} form
 * @property {string} record id of what it is about
 * @property {string} finalizedAt
 * @property {Uint8Array} body the exact bytes that are sent, and sent again
 * @property {Array<{name: string, sha256: string, size: number, done: boolean}>} attachments
 * @property {number} tries that failed in a row
 * @property {number} nextAt not before, in ms
 * @property {string} reason what the server said, for a person to read
 * @property {Array<{field: string, message: string}>} errors and at which answer, as the server names them
 * @property {any} copy the same, readable with the PIN, so that it can be put right; null without a list
 */

export class Outbox extends EventTarget {
  /** @param {IDBPDatabase} db */
  constructor(db) {
    super();
    this.db = db;
    /** Records whose new state found no room. @type {Map<string, Item>} */
    this.unwritten = new Map();
  }

  /** Put right what a killed app left behind. To be called by whoever holds the sender's lock. */
  async recover() {
    for (const item of await this.all()) {
      const state = afterRestart(item.state);
      if (state !== item.state) await this.save({ ...item, state });
    }
  }

  /** @returns {Promise<Item[]>} oldest first */
  async all() {
    const found = (await this.db.getAll("outbox")).map((item) => this.unwritten.get(item.id) ?? item);
    return found.sort((a, b) => a.seq - b.seq);
  }

  /** @param {string} id @returns {Promise<Item | undefined>} */
  async get(id) {
    return this.unwritten.get(id) ?? this.db.get("outbox", id);
  }

  /** The next number in the phone's own order, used once. @returns {Promise<number>} */
  nextSeq() {
    return write(this.db, "meta", async (tx) => {
      const seq = ((await tx.store.get("seq")) ?? 0) + 1;
      await tx.store.put(seq, "seq");
      return seq;
    });
  }

  /**
   * A draft becomes a finalised record: in one step, so that it is always exactly one of the two.
   * @param {Item} item
   * @param {Array<{name: string, blob: Blob}>} parts sealed photos
   * @param {Draft} draft what it was made of; with what it replaces, it goes
   */
  async take(item, parts, draft) {
    await write(this.db, ["outbox", "parts", "drafts", "photos"], async (tx) => {
      await tx.objectStore("outbox").add(item);
      for (const { name, blob } of parts) await tx.objectStore("parts").add({ record: item.id, name, blob });
      await removeDraft(tx, draft.id);
      if (draft.replaces) await removeItem(tx, draft.replaces);
    });
    this.unwritten.delete(draft.replaces);
    this.changed();
  }

  /**
   * What became of a record. Where there is no room for that, it is known until the app is closed and asked of the
   * server anew afterwards: the record itself is whole, and sending it is what makes room.
   * @param {Item} item
   */
  async save(item) {
    try {
      await write(this.db, "outbox", (tx) => tx.store.put(item));
      this.unwritten.delete(item.id);
    } catch (error) {
      if (!isFull(error)) throw error;
      this.unwritten.set(item.id, item);
    }
    this.changed();
  }

  /** @param {string} id @param {string} name @returns {Promise<Blob | undefined>} */
  async part(id, name) {
    return (await this.db.get("parts", [id, name]))?.blob;
  }

  /** Let a record go: the server has it whole, or a person has put another in its place. @param {string} id */
  async remove(id) {
    await write(this.db, ["outbox", "parts"], (tx) => removeItem(tx, id));
    this.unwritten.delete(id);
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }
}

async function removeItem(tx, id) {
  await tx.objectStore("outbox").delete(id);
  await tx.objectStore("parts").delete(IDBKeyRange.bound([id, ""], [id, "\uffff"]));
}

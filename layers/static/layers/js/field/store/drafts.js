/** Forms that are being filled in. Saved at every answer, and before the camera is opened. */

import { makeDeviceKey, openJson, sealJson } from "../lock/pin.js";
import { remember, write } from "./db.js";

/**
 * @typedef {object} Draft
 * @property {string} id becomes the instance id of what is sent
 * @property {string} owner user name of whoever fills it in
 * @property {string} form
 * @property {string} version of the form
 * @property {{id: string, version: number | null}} record
 * @property {any} row the record as it was known when the draft was begun; null for a new one
 * @property {string} commune code
 * @property {Record<string, any>} answers what was typed; only what was touched, and sealed where it is secret
 * @property {string} title for the person who fills it in
 * @property {boolean} [tried] somebody has tried to keep it, and something was missing
 * @property {string} startedAt
 * @property {string} savedAt
 * @property {string} [replaces] id of a finished record that the server refused
 * @property {string} [reason] why it did
 * @property {Record<string, string>} [refused] what it said of single answers, by question; gone once it is answered anew
 * @property {Array<{name: string, sha256: string, size: number}>} [carried] its photos, sealed already
 */

export class Drafts {
  /** @param {IDBPDatabase} db @param {Device} device */
  constructor(db, device) {
    this.db = db;
    this.device = device;
  }

  /** @returns {Promise<Draft[]>} those of whoever is signed in, newest first */
  async all() {
    const found = (await this.db.getAll("drafts")).filter((draft) => this.isOwn(draft));
    return found.sort((a, b) => b.savedAt.localeCompare(a.savedAt));
  }

  /** @param {string} id @returns {Promise<Draft | undefined>} nothing where it is another's */
  async get(id) {
    const found = await this.db.get("drafts", id);
    return found && this.isOwn(found) ? this.revealed(found) : undefined;
  }

  isOwn({ owner }) {
    return owner === this.device.user;
  }

  /** @param {Draft} draft */
  async save(draft) {
    draft.savedAt = new Date().toISOString();
    const kept = await this.hidden(draft);
    await write(this.db, "drafts", (tx) => tx.store.put(kept));
  }

  /** As it lies on the disk: an identity number is there under a key that the browser gives to no script. */
  hidden(draft) {
    return this.withSecrets(draft, async (answer) => ({ sealed: await sealJson(await this.key(), answer) }));
  }

  revealed(draft) {
    // An earlier version of the app kept it as typed.
    const open = async (answer) => (answer.sealed ? openJson(await this.key(), answer.sealed) : answer);
    return this.withSecrets(draft, open);
  }

  async withSecrets(draft, change) {
    const secrets = this.device.form(draft.form, draft.version)?.questions.filter(({ secret }) => secret);
    const answers = { ...draft.answers };
    for (const { name } of secrets ?? []) if (answers[name]) answers[name] = await change(answers[name]);
    return { ...draft, answers };
  }

  async key() {
    const known = await this.db.get("meta", "deviceKey");
    if (known) return known;
    const made = await makeDeviceKey();
    await remember(this.db, "deviceKey", made);
    return made;
  }

  /** @param {string} draft @returns {Promise<Array<{id: string, draft: string, blob: Blob, takenAt: string}>>} */
  photos(draft) {
    return this.db.getAllFromIndex("photos", "draft", draft);
  }

  /** @param {{id: string, draft: string, blob: Blob, takenAt: string}} photo */
  addPhoto(photo) {
    return write(this.db, "photos", (tx) => tx.store.put(photo));
  }

  /** @param {string} id */
  removePhoto(id) {
    return write(this.db, "photos", (tx) => tx.store.delete(id));
  }

  /** Throw a draft away, with its photos. @param {string} id */
  remove(id) {
    return write(this.db, ["drafts", "photos"], (tx) => removeDraft(tx, id));
  }
}

/** Within a transaction over drafts and photos. @param {any} tx @param {string} id */
export async function removeDraft(tx, id) {
  await tx.objectStore("drafts").delete(id);
  const photos = tx.objectStore("photos");
  for (const key of await photos.index("draft").getAllKeys(id)) await photos.delete(key);
}

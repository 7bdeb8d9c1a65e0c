/** Who this phone is to the server, the forms it knows, and what became of what it sent. */

import { serverKeyOf } from "../wire/sealing.js";
import { putAside } from "./accounts.js";
import { remember } from "./db.js";
import { ifRoom } from "./full.js";

/** So many accepted records are remembered, for the person who wonders. */
const REMEMBERED = 30;

export class Device extends EventTarget {
  /** @param {IDBPDatabase} db */
  constructor(db) {
    super();
    this.db = db;
    this.known = null;
    /** Others who have used this phone, and what is put aside of theirs, by user name. */
    this.aside = {};
    this.catalogue = { current: [], every: {} };
    /** @type {Array<{id: string, form: string, state: string, note: string, title: any, record: string, at: string}>} from the office, not yet read; the title sealed */
    this.notes = [];
    /** A token just issued, until the PIN keeps it; never on the disk. */
    this.freshToken = "";
    /** The server no longer knows this phone's token. */
    this.needsSignIn = false;
    /** The office has revoked this phone: whose it was, and when it was told. @type {{user: string, at: string} | null} */
    this.revoked = null;
    /** Accepted records that found no room to be remembered; nothing while those on the disk are all. */
    this.unwritten = null;
  }

  async begin() {
    const [known, catalogue, notes, revoked] = await Promise.all(
      ["device", "forms", "notes", "revoked"].map((key) => this.db.get("meta", key)),
    );
    this.known = known ?? null;
    this.catalogue = catalogue ?? this.catalogue;
    this.notes = notes ?? [];
    this.aside = await putAside(this.db);
    this.needsSignIn = false;
    this.revoked = revoked ?? null;
  }

  get id() {
    return this.known?.id ?? "";
  }

  get user() {
    return this.known?.user ?? "";
  }

  get label() {
    return this.known?.label ?? "";
  }

  get submitToken() {
    return this.known?.submitToken ?? "";
  }

  /** What the server knows somebody on this phone by; "" where they never signed in. @param {string} user */
  idOf(user) {
    return this.knownOf(user)?.id ?? "";
  }

  /** With which a form is sent: always that of whoever filled it in. @param {string} user */
  submitTokenOf(user) {
    return this.knownOf(user)?.submitToken ?? "";
  }

  knownOf(user) {
    return user === this.user ? this.known : this.aside[user]?.device;
  }

  /** The server's key, to which everything finished is sealed. */
  serverKey() {
    return serverKeyOf(this.known.key);
  }

  /** @param {{id: string, submitToken: string, key: {kid: string, spki: string}}} issued @param {{username: string, label: string}} typed */
  async registered(issued, typed) {
    const known = { ...issued, user: typed.username, label: typed.label };
    await remember(this.db, "device", known);
    this.known = known;
    this.revoked = null;
    await remember(this.db, "revoked", null);
    this.changed();
  }

  /** @param {Form[]} forms the present ones; earlier versions stay for the drafts begun with them */
  async takeForms(forms) {
    const every = { ...this.catalogue.every };
    for (const form of forms) every[`${form.id}@${form.version}`] = form;
    this.catalogue = { current: forms.map((form) => `${form.id}@${form.version}`), every };
    await remember(this.db, "forms", this.catalogue);
  }

  /** @returns {Form[]} the present forms */
  get forms() {
    return this.catalogue.current.map((key) => this.catalogue.every[key]);
  }

  form(id, version) {
    return this.catalogue.every[`${id}@${version}`];
  }

  formById(id) {
    return this.forms.find((form) => form.id === id);
  }

  /** The form of a layer's records. @param {string} layer */
  formOf(layer) {
    return this.forms.find((form) => form.layer === layer);
  }

  /**
   * What planners sent back or threw out, with their notes; one that was read does not come up again. What finds
   * no room comes again with the next sync.
   * @param {Array<{id: string, form: string, state: string, note: string, title: string, record: string, at: string}>} answers
   * @param {(title: string) => Promise<any>} seal puts a title, which may name a person, under the PIN
   */
  async takeOutcomes(answers, seal) {
    const back = answers.filter(({ state }) => state === "returned" || state === "rejected");
    const read = (await this.db.get("meta", "notesRead")) ?? [];
    const news = back.filter(({ id, state }) => !read.includes(`${id} ${state}`));
    this.notes = await Promise.all(
      news.map(async (note) => ({ ...note, title: note.title && (await seal(note.title)) })),
    );
    await ifRoom(remember(this.db, "notes", this.notes));
    const became = new Map(answers.map(({ id, state, proposed }) => [id, { state, proposed }]));
    const done = (await this.accepted()).map((one) => ({ ...one, ...became.get(one.id) }));
    await this.keepAccepted(done);
    this.changed();
  }

  async readNote({ id, state }) {
    const read = (await this.db.get("meta", "notesRead")) ?? [];
    await remember(this.db, "notesRead", [...read, `${id} ${state}`]);
    this.notes = this.notes.filter((note) => note.id !== id);
    await remember(this.db, "notes", this.notes);
    this.changed();
  }

  /**
   * The office has revoked this phone. It is said until somebody signs in: whoever holds it must know why it is empty.
   * Without room for it the server says so again at the next start.
   */
  async noteRevoked() {
    this.revoked = { user: this.user, at: new Date().toISOString() };
    await ifRoom(remember(this.db, "revoked", this.revoked));
  }

  /** This phone was revoked, and has delivered what it owed. */
  async forget() {
    this.known = null;
    this.notes = [];
    await ifRoom(remember(this.db, "device", null));
    this.changed();
  }

  /** @returns {Promise<Array<{id: string, form: string, at: string, state: string, proposed: boolean, copy: any}>>} newest first; `at` is when it was filled in, `copy` as in the outbox */
  async accepted() {
    return this.unwritten ?? (await this.db.get("meta", "accepted")) ?? [];
  }

  async noteAccepted(item, said) {
    const { id, form, copy, finalizedAt } = item;
    const one = { id, form, copy, at: finalizedAt, state: said.state, proposed: said.proposed };
    const done = [one, ...(await this.accepted())];
    await this.keepAccepted(done.slice(0, REMEMBERED));
    this.changed();
  }

  /** Beyond the closing of the app only if there is room: it is told to the curious, and the server knows it. */
  async keepAccepted(done) {
    this.unwritten = done;
    const kept = remember(this.db, "accepted", done);
    await ifRoom(kept.then(() => (this.unwritten = null)));
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }
}

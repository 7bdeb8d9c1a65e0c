/**
 * What only the PIN opens: the list of records and the token that fetches them. Sending needs neither.
 *
 * Ten wrong PINs erase the list, not the outbox: who guesses gets nothing, who is owed a delivery gets it.
 */

import { remember, write } from "../store/db.js";
import { ifRoom } from "../store/full.js";
import { makeDeviceKey, makeLock, openJson, openLock, sealJson } from "./pin.js";
import { isExpired, MOST_WRONG } from "./rules.js";

/** @typedef {"none" | "locked" | "expired" | "open"} VaultState none: no list was ever downloaded, or it was erased */

export class Vault extends EventTarget {
  /** @param {IDBPDatabase} db */
  constructor(db) {
    super();
    this.db = db;
    /** @type {CryptoKey | null} */
    this.key = null;
    this.kept = null;
    this.login = null;
  }

  /** Read what is kept. To be called once, first. */
  async begin() {
    [this.kept, this.login] = await Promise.all([this.db.get("meta", "lock"), this.db.get("meta", "login")]);
    await this.noteTime();
  }

  /** @returns {VaultState} */
  get state() {
    if (!this.kept) return "none";
    if (isExpired(this.login, Date.now())) return "expired";
    return this.key ? "open" : "locked";
  }

  /** Wrong PINs that may still be tried. */
  get triesLeft() {
    return MOST_WRONG - (this.kept?.wrong ?? 0);
  }

  /** Remember the latest time seen, so that a clock set back does not prolong the list. */
  async noteTime() {
    if (!this.login) return;
    if (isExpired(this.login, Date.now())) this.key = null;
    if (Date.now() - this.login.seenAt < 60_000) return;
    this.login = { ...this.login, seenAt: Math.max(this.login.seenAt, Date.now()) };
    // A phone without room must still open.
    await ifRoom(remember(this.db, "login", this.login));
  }

  /** After an online login: the list is valid for another two weeks. */
  async loggedIn() {
    const login = { loginAt: Date.now(), seenAt: Date.now() };
    await remember(this.db, "login", login);
    this.login = login;
  }

  /** A new PIN and a new, empty list. @param {string} pin @param {string} readToken */
  async create(pin, readToken) {
    const deviceKey = (await this.db.get("meta", "deviceKey")) ?? (await makeDeviceKey());
    const { lock, listKey } = await makeLock(pin, deviceKey);
    const token = await sealJson(listKey, readToken);
    const kept = { lock, token, wrong: 0 };
    await write(this.db, ["meta", "list"], async (tx) => {
      await tx.objectStore("list").clear();
      await tx.objectStore("meta").put(deviceKey, "deviceKey");
      await tx.objectStore("meta").put(kept, "lock");
    });
    this.kept = kept;
    this.key = listKey;
    this.changed();
  }

  /** Keep a newly issued token under the PIN that is already set. @param {string} readToken */
  async renew(readToken) {
    this.kept = { ...this.kept, token: await sealJson(this.key, readToken) };
    await remember(this.db, "lock", this.kept);
  }

  /**
   * @param {string} pin
   * @param {() => Promise<void>} read what is to be in memory before anybody hears that the vault is open
   * @returns {Promise<"open" | "wrong" | "erased" | "expired">}
   */
  async unlock(pin, read) {
    await this.noteTime();
    if (this.state === "expired") return "expired";
    // Counted before it is tried: who pulls the battery has tried all the same. Where no room is left to count,
    // nothing is tried, or a full phone could be guessed at without end.
    const wrong = this.kept.wrong + 1;
    this.kept = { ...this.kept, wrong };
    await remember(this.db, "lock", this.kept);
    const deviceKey = await this.db.get("meta", "deviceKey");
    this.key = await openLock(this.kept.lock, pin, deviceKey);
    if (this.key) {
      this.kept = { ...this.kept, wrong: 0 };
      await ifRoom(remember(this.db, "lock", this.kept));
      await read();
      this.changed();
      return "open";
    }
    if (wrong < MOST_WRONG) return "wrong";
    await this.erase();
    return "erased";
  }

  lock() {
    this.key = null;
    this.changed();
  }

  /** Erase the list and the token; forms, drafts and the outbox stay. */
  async erase() {
    this.key = null;
    this.kept = null;
    await write(this.db, ["meta", "list"], async (tx) => {
      await tx.objectStore("list").clear();
      await tx.objectStore("meta").delete("lock");
      await tx.objectStore("meta").delete("packs");
    });
    this.changed();
  }

  /** @returns {Promise<string>} the token that reads; only while open */
  readToken() {
    return openJson(this.key, this.kept.token);
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }
}

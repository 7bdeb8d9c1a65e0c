/** The records of the downloaded packs: encrypted on the disk, plain in memory while the vault is open. */

import { openJson, sealJson } from "../lock/pin.js";
import { write } from "./db.js";
import { ifRoom } from "./full.js";

export class List {
  /** @param {IDBPDatabase} db @param {Vault} vault */
  constructor(db, vault) {
    this.db = db;
    this.vault = vault;
    /** @type {Map<string, {rows: Map<string, any>, cursor: string}>} by commune */
    this.communes = new Map();
  }

  /** Read everything into memory; after the PIN. */
  async load() {
    this.communes.clear();
    for (const kept of await this.db.getAll("list")) {
      const { rows, cursor } = await openJson(this.vault.key, kept.sealed);
      this.communes.set(kept.commune, { rows: new Map(rows.map((row) => [row.id, row])), cursor });
    }
  }

  forget() {
    this.communes.clear();
  }

  /** @param {string} commune @returns {string} where the next changes begin; "" for everything */
  cursor(commune) {
    return this.communes.get(commune)?.cursor ?? "";
  }

  /** Start a commune anew: its cursor is too old for the server. @param {string} commune */
  restart(commune) {
    this.communes.delete(commune);
  }

  /**
   * Take in one page of changes, whole or not at all.
   * @param {string} commune
   * @param {{rows: Array<any>, gone: string[], cursor: string}} page
   */
  async take(commune, page) {
    const rows = new Map(this.communes.get(commune)?.rows ?? []);
    for (const row of page.rows) rows.set(row.id, row);
    for (const id of page.gone) rows.delete(id);
    await this.keep(commune, rows, page.cursor);
  }

  /**
   * What the phone itself knows of a record before the server has confirmed it. Without room on the disk it is shown
   * until the list is locked; the next download brings it.
   * @param {any} row
   */
  async change(row) {
    const { rows = new Map(), cursor = "" } = this.communes.get(row.commune) ?? {};
    const changed = new Map(rows).set(row.id, row);
    this.communes.set(row.commune, { rows: changed, cursor });
    await ifRoom(this.keep(row.commune, changed, cursor));
  }

  /** The server has taken a record in, and says its version. @param {{id: string, version: number}} record */
  async confirm({ id, version }) {
    const row = this.row(id);
    if (row && version) await this.change({ ...row, version });
  }

  async keep(commune, rows, cursor) {
    const sealed = await sealJson(this.vault.key, { rows: [...rows.values()], cursor });
    await write(this.db, "list", (tx) => tx.store.put({ commune, sealed }));
    this.communes.set(commune, { rows, cursor });
  }

  /** Every record, or those of one layer. @param {string} [layer] @returns {any[]} */
  rows(layer) {
    const all = [...this.communes.values()].flatMap((commune) => [...commune.rows.values()]);
    return layer ? all.filter((row) => row.layer === layer) : all;
  }

  /** @param {string} id */
  row(id) {
    for (const { rows } of this.communes.values()) if (rows.has(id)) return rows.get(id);
    return null;
  }
}

/**
 * The phone's own store. Every write waits until the disk has it (`durability: "strict"`): what the app says
 * is saved survives a dead battery.
 *
 * meta    key → value: device, keys, settings
 * drafts  id → a form that is being filled in, as typed
 * photos  id → a photo of a draft
 * outbox  id → a finalised record: its state, and its sealed bytes
 * parts   [id, name] → the sealed bytes of a photo
 * list    commune → the records of a pack, encrypted
 * maps    [commune, number] → a piece of a map file, where the browser has no file system
 */

import { openDB } from "idb";
import { isFull, room, StorageFull } from "./full.js";

const NAME = "gis-ntm-field";
const VERSION = 1;

/** @returns {Promise<IDBPDatabase>} */
export function openStore() {
  return openDB(NAME, VERSION, {
    upgrade(db) {
      db.createObjectStore("meta");
      db.createObjectStore("drafts", { keyPath: "id" });
      db.createObjectStore("photos", { keyPath: "id" }).createIndex("draft", "draft");
      db.createObjectStore("outbox", { keyPath: "id" });
      db.createObjectStore("parts", { keyPath: ["record", "name"] });
      db.createObjectStore("list", { keyPath: "commune" });
      db.createObjectStore("maps", { keyPath: ["commune", "number"] });
    },
    // A newer version of the app in another window must not wait for this one.
    blocking: (_old, _new, event) => event.target.close(),
  });
}

/**
 * One transaction: all of `work` is stored, or nothing.
 * @template T
 * @param {IDBPDatabase} db
 * @param {string | string[]} stores
 * @param {(tx: any) => Promise<T> | T} work may await nothing but the transaction's own requests
 * @returns {Promise<T>}
 * @throws {StorageFull} where there is no room
 */
export async function write(db, stores, work) {
  const tx = db.transaction(stores, "readwrite", { durability: "strict" });
  try {
    const result = await work(tx);
    await tx.done;
    room.note(false);
    return result;
  } catch (error) {
    // A request that failed has its transaction aborted; that one promise must not go unheard.
    tx.done.catch(() => {});
    if (!isFull(error) && !isFull(tx.error)) throw error;
    room.note(true);
    throw new StorageFull(String(error), { cause: error });
  }
}

/** @param {IDBPDatabase} db @param {string} key @param {any} value */
export function remember(db, key, value) {
  return write(db, "meta", (tx) => tx.store.put(value, key));
}

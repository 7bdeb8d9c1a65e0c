/**
 * Map files on the phone, kept in pieces: in the browser's own file system (OPFS), else in the store.
 *
 * A piece is written once and never changed, so a download that breaks goes on where it stopped, and no byte
 * is copied twice. The pieces together are one Blob that is read in slices, never whole.
 */

import { write } from "./db.js";

export class Maps {
  /** @param {IDBPDatabase} db */
  constructor(db) {
    this.db = db;
  }

  /** @param {string} commune @returns {Promise<FileSystemDirectoryHandle | null>} */
  async folder(commune) {
    if (!navigator.storage?.getDirectory || !globalThis.FileSystemFileHandle?.prototype.createWritable) {
      return null;
    }
    const root = await navigator.storage.getDirectory();
    return root.getDirectoryHandle(`map-${commune}`, { create: true });
  }

  /** @param {string} commune @returns {Promise<Blob[]>} the pieces so far, in order */
  async pieces(commune) {
    const folder = await this.folder(commune);
    const found = [];
    if (!folder) {
      const range = IDBKeyRange.bound([commune, 0], [commune, Infinity]);
      for (const piece of await this.db.getAll("maps", range)) found.push(piece.blob);
      return found;
    }
    for (let number = 0; ; number++) {
      const piece = await existing(folder, number);
      if (!piece) return found;
      found.push(piece);
    }
  }

  /** @param {string} commune @param {number} number from 0 @param {Blob} blob */
  async add(commune, number, blob) {
    const folder = await this.folder(commune);
    if (!folder) {
      await write(this.db, "maps", (tx) => tx.store.put({ commune, number, blob }));
      return;
    }
    // Written beside and put in place at the end: a piece that is there is whole.
    const handle = await folder.getFileHandle(String(number), { create: true });
    const file = await handle.createWritable();
    await file.write(blob);
    await file.close();
  }

  /** @param {string} commune */
  async remove(commune) {
    const range = IDBKeyRange.bound([commune, 0], [commune, Infinity]);
    await write(this.db, "maps", (tx) => tx.store.delete(range));
    if (!(await this.folder(commune))) return;
    const root = await navigator.storage.getDirectory();
    await root.removeEntry(`map-${commune}`, { recursive: true });
  }
}

/** @param {FileSystemDirectoryHandle} folder @param {number} number @returns {Promise<File | null>} */
async function existing(folder, number) {
  try {
    const file = await (await folder.getFileHandle(String(number))).getFile();
    // The name exists from the moment it is opened; the content only once it is whole.
    return file.size ? file : null;
  } catch (error) {
    if (error.name === "NotFoundError") return null;
    throw error;
  }
}

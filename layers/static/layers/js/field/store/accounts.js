/**
 * Several people may use one phone, one after the other. Each has a sign-in, a PIN and forms of their own: what one
 * has not sent goes on under the name of whoever filled it in, and the next one sees nothing of it.
 */

import { write } from "./db.js";

/** What is one person's alone, by its key in the store `meta`: put aside while another uses the phone. */
const OWN = ["device", "lock", "login", "notes", "notesRead", "accepted"];
const ASIDE = "aside";

/** @param {IDBPDatabase} db @returns {Promise<Record<string, any>>} what is put aside, by user name */
export async function putAside(db) {
  return (await db.get("meta", ASIDE)) ?? {};
}

/**
 * Put aside what belongs to the present user, and take up what is there of another: in one step, or not at all.
 * The list goes: it holds people of an area that need not be the other's.
 * @param {IDBPDatabase} db
 * @param {string} user who uses the phone from now on
 */
export function changeUser(db, user) {
  return write(db, ["meta", "list"], async (tx) => {
    const meta = tx.objectStore("meta");
    const { [user]: next = {}, ...others } = (await meta.get(ASIDE)) ?? {};
    const present = {};
    for (const key of OWN) present[key] = await meta.get(key);
    if (present.device) others[present.device.user] = present;
    await meta.put(others, ASIDE);
    for (const key of OWN) await (next[key] ? meta.put(next[key], key) : meta.delete(key));
    await meta.delete("packs");
    await tx.objectStore("list").clear();
  });
}

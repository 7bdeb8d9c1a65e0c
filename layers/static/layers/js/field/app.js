/** The app's parts, made once and handed to every screen. */

import { Vault } from "./lock/vault.js";
import { followAnswers, report } from "./queue/report.js";
import { Sender } from "./queue/sender.js";
import { openStore } from "./store/db.js";
import { Device } from "./store/device.js";
import { Drafts } from "./store/drafts.js";
import { List } from "./store/list.js";
import { Maps } from "./store/maps.js";
import { Outbox } from "./store/outbox.js";
import { Packs } from "./store/packs.js";
import { Wire } from "./wire/calls.js";

/**
 * @typedef {object} App
 * @property {IDBPDatabase} db
 * @property {Device} device
 * @property {Vault} vault
 * @property {List} list
 * @property {Maps} maps
 * @property {Packs} packs
 * @property {Drafts} drafts
 * @property {Outbox} outbox
 * @property {Sender} sender
 * @property {Wire} wire
 * @property {BroadcastChannel} handed tells the other windows that somebody else has signed in
 * @property {ServiceWorkerRegistration | null} shell
 * @property {boolean} outdated the server has said that this version is too old
 */

/** @returns {Promise<App>} */
export async function makeApp() {
  const db = await openStore();
  const device = new Device(db);
  const vault = new Vault(db);
  const list = new List(db, vault);
  const maps = new Maps(db);
  const drafts = new Drafts(db, device);
  const outbox = new Outbox(db);
  await Promise.all([device.begin(), vault.begin()]);
  const wire = new Wire(device, document.documentElement.lang);
  const packs = new Packs({ db, vault, list, maps, wire, device });
  await packs.begin();
  const handed = new BroadcastChannel("field-handed-over");
  handed.addEventListener("message", () => location.reload());
  const parts = { db, device, vault, list, maps, packs, drafts, outbox, wire, handed };
  const sender = new Sender({ outbox, wire, locks: navigator.locks, after: () => report(parts) });
  followAnswers(parts, sender);
  vault.addEventListener("change", () => {
    if (vault.state !== "open") list.forget();
    if (vault.state === "none") packs.forget();
  });
  return { ...parts, sender, shell: null, outdated: false };
}

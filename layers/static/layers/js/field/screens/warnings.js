/** What a person must know before it is too late: a full disk, old data, records that never left. */

import { day, megabytes, moment, number } from "../../format.js";
import { daysLeft } from "../lock/rules.js";
import { count } from "../queue/states.js";
import { notice } from "../screen.js";

const FULL = 0.8;
const MANY = 500;
/** Two photos of 300 kB for each of so many forms: heavy for a cheap phone, whatever the browser says of its room. */
const HEAVY_BYTES = 300e6;
/** Chromium tells no site how full the disk is: beyond what is used it always speaks of a whole number of these. */
const GIB = 2 ** 30;
const DAYS_UNSENT = 7;
const DAYS_OLD = 14;
const DAY_MS = 86_400_000;
const FEW_DAYS = 3;

/**
 * @param {number} share of the room that the browser grants
 * @param {{unsent: number, oldest: string | null, photos: number, bytes: number}} queue
 * @param {number} now
 */
export function queueWarnings(share, queue, now) {
  const found = [];
  if (share >= FULL) {
    found.push(
      interpolate(
        gettext("The phone's storage for this app is %(percent)s % full. Send, or delete old maps."),
        { percent: number(share * 100, 0) },
        true,
      ),
    );
  }
  if (queue.unsent >= MANY) {
    found.push(
      interpolate(
        gettext(
          "%(count)s forms have not been sent. Go where there is a network, or carry the file by hand.",
        ),
        { count: number(queue.unsent, 0) },
        true,
      ),
    );
  }
  if (queue.bytes >= HEAVY_BYTES) {
    found.push(
      interpolate(
        gettext(
          "%(count)s photos (%(size)s) have not been sent and take up room. Send them before the phone is full, over Wi-Fi if you can.",
        ),
        { count: number(queue.photos, 0), size: megabytes(queue.bytes) },
        true,
      ),
    );
  }
  if (queue.oldest && now - Date.parse(queue.oldest) > DAYS_UNSENT * DAY_MS) {
    found.push(
      interpolate(gettext("A form has been waiting since %(date)s."), { date: day(queue.oldest) }, true),
    );
  }
  return found;
}

/** @param {string} recordsAt when a pack's records were last brought up to date @param {number} now */
export function isOld(recordsAt, now) {
  return now - Date.parse(recordsAt) > DAYS_OLD * DAY_MS;
}

/** @returns {Promise<{usage: number, quota: number}>} in bytes; `quota` 0 where the browser does not say, or makes it up */
export async function storageRoom() {
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  const madeUp = quota > usage && (quota - usage) % GIB === 0;
  return { usage, quota: madeUp ? 0 : quota };
}

async function storageShare() {
  const { usage, quota } = await storageRoom();
  return quota ? usage / quota : 0;
}

/** What has become of a phone that the office revoked, and what its user does now. @param {Device} device */
export function revokedWords({ revoked, id }) {
  const words = id
    ? gettext(
        "The office revoked this phone (%(user)s, told at %(at)s). The list is erased; forms that wait here are still delivered, and the office decides on them. Ask your planner.",
      )
    : gettext(
        "The office revoked this phone (%(user)s, told at %(at)s). The list is erased. Every form that was kept has been delivered, and the office decides on it: nothing is lost. If you still work with this phone, ask your planner why, then sign in here again.",
      );
  return interpolate(words, { user: revoked.user, at: moment(revoked.at) }, true);
}

/** @param {App} app */
export async function ageNotices(app) {
  const now = Date.now();
  const found = queueWarnings(await storageShare(), count(await app.outbox.all()), now);
  for (const pack of app.packs.held) {
    if (isOld(pack.recordsAt, now)) {
      found.push(
        interpolate(
          gettext("The records of %(name)s are of %(date)s. Bring them up to date when you have a network."),
          { name: pack.name, date: day(pack.recordsAt) },
          true,
        ),
      );
    }
  }
  if (app.device.revoked) found.push(revokedWords(app.device));
  if (app.device.needsSignIn)
    found.push(gettext("The server asks you to sign in again. What waits to be sent is kept."));
  if (app.vault.state === "expired") {
    found.push(
      gettext(
        "The list is locked: the last sign-in is more than 14 days ago. Sign in again with a network. Forms can still be filled in and sent.",
      ),
    );
  } else if (app.vault.login && app.vault.kept && daysLeft(app.vault.login, now) <= FEW_DAYS) {
    found.push(
      interpolate(
        gettext("The list locks in %(days)s days. Sign in again while you have a network."),
        { days: daysLeft(app.vault.login, now) },
        true,
      ),
    );
  }
  return found.map((text) => notice("warning", text));
}

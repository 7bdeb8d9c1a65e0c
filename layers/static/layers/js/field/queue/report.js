/** What is said and asked besides records: how this phone is, whether it was reported lost, what planners decided. */

import { sealJson } from "../lock/pin.js";
import { isUnsent } from "./states.js";

const own = (outbox, device) =>
  outbox.all().then((items) => items.filter((item) => isUnsent(item) && item.owner === device.user));

/**
 * After each sync, to a server that answers.
 * @param {any} app its parts but the sender
 */
export async function report({ device, outbox, packs, vault, wire }) {
  if (!device.id) return;
  const unsent = (await own(outbox, device)).length;
  const { status, revoked } = await wire.report({
    pending: unsent,
    persisted: (await navigator.storage?.persisted?.()) ?? false,
    packs: packs.held.map(({ commune, mapHash, recordsAt }) => ({
      commune,
      sha256: mapHash || null,
      at: recordsAt,
    })),
  });
  device.needsSignIn = status === 401;
  if (revoked) await wipe({ device, outbox, vault });
  else if (status === 200 && vault.state === "open") await askOutcomes({ device, vault, wire });
}

/** A lost phone shows nothing more, and first delivers what it owes; drafts are nobody's yet, and stay. */
async function wipe({ device, outbox, vault }) {
  if (vault.state !== "none") await vault.erase();
  const news = !device.revoked;
  if (news) await device.noteRevoked();
  const owed = await own(outbox, device);
  if (!owed.length) await device.forget();
  else if (news) device.changed();
}

async function askOutcomes({ device, vault, wire }) {
  const { status, answers } = await wire.outcomes(await vault.readToken());
  if (status === 200) await device.takeOutcomes(answers, (title) => sealJson(vault.key, title));
}

/** Keep the list true to what the server has said of the phone's own records. @param {any} app @param {EventTarget} sender */
export function followAnswers({ device, list, vault }, sender) {
  sender.addEventListener("answered", ({ detail }) => {
    const { item, said } = detail;
    if (vault.state === "open" && item.owner === device.user) list.confirm(said.record);
  });
  sender.addEventListener("accepted", ({ detail }) => {
    if (detail.item.owner === device.user) device.noteAccepted(detail.item, detail.said);
  });
}

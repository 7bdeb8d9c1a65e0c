/** A draft becomes a finished record: sealed, in the outbox, and on its way. From here on it is never changed. */

import { sealJson } from "./lock/pin.js";
import { photoName, rowAfter, submissionOf } from "./wire/records.js";
import { ATTACHMENT, RECORD, seal, sha256 } from "./wire/sealing.js";

/**
 * @param {App} app
 * @param {Draft} draft
 * @param {Form} form
 * @param {Array<{blob: Blob}>} photos in the order taken
 */
export async function finalize(app, draft, form, photos) {
  const server = await app.device.serverKey();
  const parts = await carriedParts(app, draft);
  for (const { blob } of photos) {
    const bytes = await seal(server, ATTACHMENT, new Uint8Array(await blob.arrayBuffer()));
    const name = photoName(parts.length);
    parts.push({ name, sha256: await sha256(bytes), size: bytes.length, blob: new Blob([bytes]) });
  }
  const finalizedAt = new Date().toISOString();
  const seq = await app.outbox.nextSeq();
  const submission = submissionOf(draft, form, {
    device: app.device.id,
    seq,
    finalizedAt,
    after: await earlier(app, draft),
    attachments: parts.map(({ name, sha256: hash, size }) => ({ name, sha256: hash, size })),
  });
  const item = {
    id: draft.id,
    owner: draft.owner,
    seq,
    state: "ready",
    form: form.id,
    record: draft.record.id,
    finalizedAt,
    body: await seal(server, RECORD, new TextEncoder().encode(JSON.stringify(submission))),
    attachments: parts.map(({ name, sha256: hash, size }) => ({ name, sha256: hash, size, done: false })),
    tries: 0,
    nextAt: 0,
    reason: "",
    errors: [],
    copy: app.vault.key ? await sealJson(app.vault.key, draft) : null,
  };
  await app.outbox.take(item, parts, draft);
  await showAtOnce(app, submission, form, draft);
}

/** The photos of a record that was refused, sealed as they are: this phone could not open them any more. */
async function carriedParts(app, draft) {
  const parts = [];
  for (const { name, sha256: hash, size } of draft.carried ?? []) {
    parts.push({ name, sha256: hash, size, blob: await app.outbox.part(draft.replaces, name) });
  }
  return parts;
}

/** The phone's own last record about the same thing, if the server has not confirmed it. */
async function earlier(app, draft) {
  const before = (await app.outbox.all()).filter(
    (item) => item.owner === draft.owner && item.record === draft.record.id && item.id !== draft.replaces,
  );
  return before.at(-1)?.id ?? null;
}

/** The list shows what was just recorded, as far as it may be shown at all. */
async function showAtOnce(app, submission, form, draft) {
  if (app.vault.state !== "open" || !form.layer) return;
  const row = rowAfter(submission, form, app.list.row(submission.record.id), draft.commune);
  await app.list.change(row);
}

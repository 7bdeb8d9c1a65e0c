/** The sealed file to be carried by hand: every record that waits, each before its photos. */

import { ATTACHMENT, exportFile, RECORD } from "./wire/sealing.js";

/**
 * @param {App} app
 * @param {Item[]} items
 * @returns {Promise<{blob: Blob, name: string}>}
 */
export async function carryFile(app, items) {
  const blocks = [];
  for (const item of items) {
    blocks.push({ kind: RECORD, bytes: item.body });
    for (const { name } of item.attachments) {
      const blob = await app.outbox.part(item.id, name);
      if (blob) blocks.push({ kind: ATTACHMENT, bytes: new Uint8Array(await blob.arrayBuffer()) });
    }
  }
  const bytes = await exportFile(app.device.id, blocks);
  // The Swedish way of writing a moment is the ISO one, here in the phone's own time as on its screen.
  const day = new Date().toLocaleString("sv").slice(0, 16).replace(" ", "T").replace(":", "");
  return { blob: new Blob([bytes], { type: "application/octet-stream" }), name: `phieu-${day}.ntmx` };
}

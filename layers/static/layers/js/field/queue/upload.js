/** One photo to the server, in pieces, going on where it stopped. */

export const PIECE = 256 * 1024;

/**
 * The server is asked first how much it has: after a cut, only it knows.
 * @param {any} wire
 * @param {{sha256: string, size: number}} attachment
 * @param {Blob} blob its sealed bytes
 * @param {(sent: number) => void} progress
 * @returns {Promise<{status: number, done: boolean, said?: any, reason?: string, retryAfter?: number}>}
 *   `said` is the answer of the whole record, where this was the last that it lacked
 */
export async function upload(wire, attachment, blob, progress) {
  let at = await wire.offset(attachment);
  let restarts = 0;
  while (at.status < 300 && at.status >= 200 && at.offset < attachment.size) {
    progress(at.offset);
    const piece = blob.slice(at.offset, at.offset + PIECE);
    const sent = await wire.sendPiece(attachment, at.offset, piece);
    // 409: the server has another length than we think; 422: the whole does not match, and it starts anew.
    if ((sent.status === 409 || sent.status === 422) && restarts < 2) {
      restarts += 1;
      at = await wire.offset(attachment);
    } else at = sent;
  }
  const done = at.status >= 200 && at.status < 300 && at.offset >= attachment.size;
  return { status: at.status, done, said: at.said, reason: at.reason, retryAfter: at.retryAfter };
}

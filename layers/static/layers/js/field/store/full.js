/**
 * When the phone has no room left. A write that fails for it stores nothing; who asked for it says so, unless what it
 * would have kept can be had again (`ifRoom`). The whole app shows it until a write has found room.
 */

/** The disk is full, or the browser grants no more. Nothing of the write that failed is stored. */
export class StorageFull extends Error {}

class Room extends EventTarget {
  /** Whether the last write failed for want of room. */
  full = false;

  /** @param {boolean} full */
  note(full) {
    if (full === this.full) return;
    this.full = full;
    this.dispatchEvent(new Event("change"));
  }
}

export const room = new Room();

/** @param {any} error of a write, here or in the browser's own file system */
export function isFull(error) {
  return error instanceof StorageFull || error?.name === "QuotaExceededError";
}

/**
 * Go on without a write for which there is no room: what it would keep is in memory, and can be had again.
 * @param {Promise<any>} writing
 */
export async function ifRoom(writing) {
  try {
    await writing;
  } catch (error) {
    if (!isFull(error)) throw error;
  }
}

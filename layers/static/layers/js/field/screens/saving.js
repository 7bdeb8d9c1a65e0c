/** Saying whether what is on the screen is on the disk. */

import { toast } from "../screen.js";
import { isFull } from "../store/full.js";

/** In small print, under the question. @param {string} text */
export function note(text) {
  const place = document.getElementById("saved");
  if (place) place.textContent = text;
}

/** Loudly: what is on the screen is not on the disk. @param {Error} error */
export function tellUnsaved(error) {
  console.warn(error);
  note(gettext("NOT SAVED"));
  const full = gettext(
    "NOT SAVED: the phone's storage is full. Send what is waiting or delete old maps, then answer again. What was saved before is safe.",
  );
  const why = { why: error.message };
  const other = interpolate(gettext("NOT SAVED: %(why)s. What was saved before is safe."), why, true);
  toast(isFull(error) ? full : other, { error: true });
}

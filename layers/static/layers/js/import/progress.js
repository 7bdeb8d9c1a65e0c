/** The rows of a running import, counted in words. */

import { number } from "../format.js";

/** @param {{done: number, total: number | null}} step */
export function rowsTold({ done, total }) {
  return total
    ? interpolate(gettext("%(done)s of %(total)s rows"), { done: number(done), total: number(total) }, true)
    : interpolate(gettext("%(done)s rows"), { done: number(done) }, true);
}

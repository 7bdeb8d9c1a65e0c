/** A list of thousands of rows of which only those in view exist. */

import { h } from "../../dom.js";

/** Rows drawn above and below the view, so that a quick finger sees no gap. */
const SPARE = 6;

/**
 * @template T
 * @param {{height: number, draw: (row: T) => HTMLElement, label: string}} options `height` of a row in pixels
 */
export function virtualList({ height, draw, label }) {
  /** @type {T[]} */
  let rows = [];
  let first = -1;
  let last = -1;
  const space = h("div.space", { role: "presentation" });
  const element = h("div.virtual", { role: "list", "aria-label": label, tabindex: "0" }, space);

  function redraw(always) {
    const top = Math.max(0, Math.floor(element.scrollTop / height) - SPARE);
    const bottom = Math.min(
      rows.length,
      Math.ceil((element.scrollTop + element.clientHeight) / height) + SPARE,
    );
    if (!always && top === first && bottom === last) return;
    [first, last] = [top, bottom];
    space.replaceChildren(...rows.slice(top, bottom).map((row, index) => place(row, top + index)));
  }

  function place(row, index) {
    const drawn = draw(row);
    drawn.setAttribute("role", "listitem");
    drawn.setAttribute("aria-setsize", String(rows.length));
    drawn.setAttribute("aria-posinset", String(index + 1));
    drawn.style.transform = `translateY(${index * height}px)`;
    drawn.style.height = `${height}px`;
    return drawn;
  }

  element.addEventListener("scroll", () => redraw(false), { passive: true });
  const sized = new ResizeObserver(() => redraw(false));
  sized.observe(element);
  return {
    element,
    /** @param {T[]} found */
    show(found) {
      rows = found;
      space.style.height = `${rows.length * height}px`;
      element.scrollTop = 0;
      redraw(true);
    },
    stop: () => sized.disconnect(),
  };
}

/** On a phone the side panel is a sheet from below: a line of it shows, a tap or a drag opens it. */

import { byId } from "../dom.js";
import { narrow } from "../room.js";

const DRAG_PX = 24;

export function makeSheet() {
  const side = byId("side");
  const grip = byId("grip");

  function set(open) {
    side.classList.toggle("open", open);
    grip.setAttribute("aria-expanded", String(open));
  }

  let from = null;
  grip.addEventListener("pointerdown", (event) => {
    from = event.clientY;
    grip.setPointerCapture(event.pointerId);
  });
  grip.addEventListener("pointerup", (event) => {
    const moved = event.clientY - (from ?? event.clientY);
    from = null;
    if (Math.abs(moved) > DRAG_PX) set(moved < 0);
    else set(!side.classList.contains("open"));
  });
  // A pointer has been dealt with above; this is the keyboard.
  grip.addEventListener("click", (event) => {
    if (event.detail === 0) set(!side.classList.contains("open"));
  });
  byId("headline").addEventListener("click", () => narrow.matches && set(!side.classList.contains("open")));

  // Legend and years lie below the map where there is room, else in the sheet.
  const settle = () => {
    const place = narrow.matches ? byId("side-body") : byId("bottom");
    place.append(byId("legend"), byId("years"));
  };
  narrow.addEventListener("change", settle);
  settle();
}

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

  const toggle = () => set(!side.classList.contains("open"));
  let from = null;
  let dragged = false;
  grip.addEventListener("pointerdown", (event) => {
    from = event.clientY;
    dragged = false;
    grip.setPointerCapture(event.pointerId);
  });
  grip.addEventListener("pointermove", (event) => {
    const moved = event.clientY - (from ?? event.clientY);
    if (Math.abs(moved) < DRAG_PX) return;
    dragged = true;
    set(moved < 0);
  });
  grip.addEventListener("pointerup", () => (from = null));
  // The sheet moves on the click itself: moved before it, whatever then lay under the finger would get it.
  grip.addEventListener("click", () => {
    if (!dragged) toggle();
    dragged = false;
  });
  byId("headline").addEventListener("click", () => narrow.matches && toggle());

  // Legend and years lie below the map where there is room, else in the sheet.
  const settle = () => {
    const place = narrow.matches ? byId("side-body") : byId("bottom");
    place.append(byId("legend"), byId("years"));
  };
  narrow.addEventListener("change", settle);
  settle();
}

/** The panel of the tool in use; one tool at a time. */

import { byId, h, icon } from "../dom.js";

let closeOpen = null;

/**
 * @param {string} title
 * @param {Array<Node | string>} content
 * @param {() => void} [onclose]
 * @param {{aside?: boolean}} [options] aside: in the place of what was picked, so that the map stays free
 * @returns {() => void} what closes it
 */
export function openTool(title, content, onclose = () => {}, { aside = false } = {}) {
  closeOpen?.();
  const place = byId("tool-panel");
  const before = document.activeElement;
  function close() {
    if (closeOpen !== close) return;
    closeOpen = null;
    const inside = place.contains(document.activeElement);
    place.hidden = true;
    document.body.classList.remove("tool-aside");
    place.replaceChildren();
    onclose();
    if (inside) /** @type {HTMLElement} */ (before)?.focus?.();
  }
  closeOpen = close;
  const shut = h(
    "button.close",
    { type: "button", "aria-label": gettext("Close"), onclick: close },
    icon("close"),
  );
  place.replaceChildren(h("div.tool-head", {}, h("h2", { id: "tool-title" }, title), shut), ...content);
  place.hidden = false;
  place.classList.toggle("aside", aside);
  document.body.classList.toggle("tool-aside", aside);
  place.onkeydown = (event) => event.key === "Escape" && close();
  return close;
}

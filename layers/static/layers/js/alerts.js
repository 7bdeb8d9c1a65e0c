/** What went wrong, where, and what to do: over the map, until it is dealt with. */

import { byId, h, icon } from "./dom.js";

/**
 * @param {{key: string, title: string, detail: string, retry?: () => void}} alert one of a key at a time
 */
export function showAlert({ key, title, detail, retry }) {
  clearAlert(key);
  const remove = () => notice.remove();
  const notice = h(
    "div.notice.error",
    { dataset: { key } },
    h("p", {}, h("b", {}, title), h("br"), detail),
    retry &&
      h(
        "button.btn.ghost",
        {
          type: "button",
          onclick: () => {
            remove();
            retry();
          },
        },
        gettext("Try again"),
      ),
    h("button.close", { type: "button", "aria-label": gettext("Close"), onclick: remove }, icon("close")),
  );
  byId("alerts").append(notice);
}

/** @param {string} key */
export function clearAlert(key) {
  byId("alerts").querySelector(`[data-key="${key}"]`)?.remove();
}

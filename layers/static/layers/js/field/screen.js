/** The frame that every screen fills: title, body, foot at the thumb, tabs below. */

import { byId, h, icon } from "../dom.js";
import { to } from "./router.js";
import { isFull } from "./store/full.js";

const TABS = [
  ["home", "tasks", () => gettext("Tasks")],
  ["list", "list", () => gettext("List")],
  ["map", "map", () => gettext("Map")],
  ["new", "plus", () => gettext("New form")],
  ["settings", "settings", () => gettext("Phone")],
];

/**
 * @param {{title: string, body: any[], foot?: any[], back?: string, tab?: string, wide?: boolean}} screen
 *   `tab` shows the tabs and marks one; `back` is where the arrow leads
 */
export function fill({ title, body, foot = [], back = "", tab = "", wide = false }) {
  byId("title").textContent = title;
  document.title = `${title} · gis·ntm`;
  document.querySelector(".bar .back")?.remove();
  if (back) {
    const arrow = h("a.back", { href: back, "aria-label": gettext("Back") }, icon("back"));
    byId("bar").prepend(arrow);
  }
  const main = byId("main");
  main.classList.toggle("wide", wide);
  main.replaceChildren(...body.flat(3).filter(Boolean));
  main.scrollTop = 0;
  const bottom = byId("foot");
  bottom.replaceChildren(...foot.filter(Boolean));
  bottom.hidden = !foot.length;
  drawTabs(tab);
}

function drawTabs(current) {
  const nav = byId("tabs");
  nav.hidden = !current;
  const items = TABS.map(([name, sign, title]) =>
    h("a", { href: to(name), "aria-current": name === current ? "page" : null }, icon(sign), title()),
  );
  nav.replaceChildren(...items);
}

/** Take away what was said: it is no longer so. */
export function quiet() {
  byId("toasts").replaceChildren();
}

/** Say what happened, over the screen, until the next tap; an error stays until it is closed. @param {string} text @param {{error?: boolean}} [how] */
export function toast(text, { error = false } = {}) {
  const place = byId("toasts");
  const close = () => note.remove();
  const note = h(
    error ? "div.toast.error" : "div.toast",
    {},
    h("p", {}, text),
    error &&
      h("button.close", { type: "button", "aria-label": gettext("Close"), onclick: close }, icon("close")),
  );
  place.replaceChildren(note);
  if (error) return;
  setTimeout(close, 4000);
  document.addEventListener("pointerdown", close, { once: true });
}

/** Why something could not be done, and what to do about it. @param {Error} error */
export function whyNot(error) {
  return isFull(error)
    ? gettext(
        "The phone's storage is full, so this was not done. Send what is waiting or delete old maps, then try again. What was saved before is safe.",
      )
    : interpolate(
        gettext("This was not done: %(why)s. What was saved before is safe."),
        { why: error.message },
        true,
      );
}

/** Loudly: what a person asked for was not done. @param {Error} error */
export function tellNotDone(error) {
  console.warn(error);
  toast(whyNot(error), { error: true });
}

/** What a person asks for with a tap is done, or said not to be. @param {(event?: Event) => any} action */
export function asked(action) {
  return async (event) => {
    try {
      await action(event);
    } catch (error) {
      tellNotDone(error);
    }
  };
}

/** A notice within a screen. @param {"" | "warning" | "error"} kind @param {...any} children */
export function notice(kind, ...children) {
  return h(kind ? `div.notice.${kind}` : "div.notice", {}, children);
}

/** @param {string} text @param {() => any} onclick @param {{kind?: string, sign?: string, disabled?: boolean}} [how] */
export function button(text, onclick, { kind = "", sign = "", disabled = false } = {}) {
  return h(
    `button.btn${kind ? `.${kind}` : ""}`,
    { type: "button", onclick: asked(onclick), disabled },
    sign && icon(sign),
    text,
  );
}

/** A link that looks like a button. @param {string} text @param {string} href @param {{kind?: string, sign?: string}} [how] */
export function linkButton(text, href, { kind = "", sign = "" } = {}) {
  return h(`a.btn${kind ? `.${kind}` : ""}`, { href }, sign && icon(sign), text);
}

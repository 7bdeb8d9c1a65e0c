/**
 * Forms with files: one that the server refuses stays as it is, with the reasons beside its fields. A page that is
 * drawn anew would have lost the files that were chosen.
 */

import { h } from "./dom.js";

const FORMS = "form[data-keeps-files]";

/** @param {HTMLFormElement} form */
function chosen(form) {
  return [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
}

/** @param {SubmitEvent} event */
async function send(event) {
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  // Without files there is nothing to lose, and the browser does it best.
  if (!chosen(form)) return;
  event.preventDefault();
  if (form.ariaBusy === "true") return;
  const body = new FormData(form, event.submitter);
  body.append("files_kept", "yes");
  form.ariaBusy = "true";
  forget(form);
  // Not `form.action`, which is a field where one is called so.
  const reasons = await post(form.getAttribute("action") ?? location.href, body);
  form.ariaBusy = "false";
  if (reasons) show(form, reasons);
}

/** Send a form and go where its answer leads; return the page that refuses it, or a sentence. */
async function post(url, body) {
  try {
    const response = await fetch(url, { method: "POST", body, headers: { Accept: "text/html" } });
    if (!response.headers.get("content-type")?.includes("json")) {
      return new DOMParser().parseFromString(await response.text(), "text/html");
    }
    location.assign((await response.json()).next);
    return null;
  } catch {
    return gettext(
      "No answer from the server. What you filled in is still here: check the network, then try again.",
    );
  }
}

/** Take away what was said of the last attempt. @param {HTMLFormElement} form */
function forget(form) {
  for (const said of form.querySelectorAll(".errorlist, .notice.error")) said.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

/** Say why a form was refused. @param {HTMLFormElement} form @param {Document | string} answer */
function show(form, answer) {
  const fresh =
    answer instanceof Document
      ? answer.querySelectorAll(FORMS)[[...document.querySelectorAll(FORMS)].indexOf(form)]
      : null;
  const lists = [...(fresh?.querySelectorAll(".errorlist") ?? [])];
  for (const list of lists) place(form, list);
  if (!lists.length) {
    const said =
      answer instanceof Document
        ? answer.querySelector("main .notice.error, main .errorlist")?.textContent
        : answer;
    form.prepend(
      h(
        "div.notice.error",
        {},
        h("p", {}, said?.trim() || gettext("This was not accepted. Read the page anew.")),
      ),
    );
  }
  const first = form.querySelector("[aria-invalid]") ?? form.querySelector(".notice.error, .errorlist");
  first?.setAttribute("tabindex", first.getAttribute("tabindex") ?? "-1");
  /** @type {HTMLElement | null} */ (first)?.focus();
}

/** Put a list of reasons beside the field that it is about, as the server had it; else above all fields. */
function place(form, list) {
  const holder = list.parentElement;
  const id = holder.querySelector("label[for]")?.getAttribute("for");
  const field = id && form.querySelector(`#${CSS.escape(id)}`);
  const kept = /** @type {HTMLElement} */ (document.importNode(list, true));
  const said = h("div", { role: "alert" }, kept);
  if (!field) {
    form.prepend(said);
    return;
  }
  field.after(said);
  field.setAttribute("aria-invalid", "true");
  if (kept.id) field.setAttribute("aria-describedby", kept.id);
}

for (const form of document.querySelectorAll(FORMS)) form.addEventListener("submit", send);

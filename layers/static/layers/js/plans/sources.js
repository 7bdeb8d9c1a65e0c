/** The sources of money of a new plan: rows added and taken away as needed. Without this, those sent can be filled. */

import { byId } from "../dom.js";

const rows = byId("sources");
const empty = /** @type {HTMLTemplateElement} */ (byId("source-empty"));
const total = /** @type {HTMLInputElement} */ (byId("id_source-TOTAL_FORMS"));
const most = Number(/** @type {HTMLInputElement} */ (byId("id_source-MAX_NUM_FORMS")).value);
const add = /** @type {HTMLButtonElement} */ (byId("source-add"));

/** The server reads rows by number: one that is gone counts as empty, and its number is not given again. */
function addRow() {
  const holder = document.createElement("template");
  holder.innerHTML = empty.innerHTML.replaceAll("__prefix__", total.value);
  const row = /** @type {HTMLElement} */ (holder.content.firstElementChild);
  total.value = String(Number(total.value) + 1);
  rows.append(row);
  settle();
  row.querySelector("input")?.focus();
}

/** @param {Event} event */
function takeAway({ target }) {
  const row =
    /** @type {HTMLElement} */ (target).closest("[data-remove]") &&
    /** @type {HTMLElement} */ (target).closest(".source");
  if (!row) return;
  row.remove();
  settle();
  add.focus();
}

function settle() {
  const several = rows.children.length > 1;
  for (const button of rows.querySelectorAll("[data-remove]")) button.hidden = !several;
  add.hidden = Number(total.value) >= most;
}

rows.addEventListener("click", takeAway);
add.addEventListener("click", addRow);
settle();

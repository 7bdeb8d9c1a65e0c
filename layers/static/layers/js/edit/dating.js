/** Asks since when an edited fact holds, so that no year before is written anew unawares. */

import { h } from "../dom.js";

/**
 * Which years must be said for what the form holds.
 * @param {{begins: string, dated: Array<{field: string, values: string[], year: string}>}} layer
 * @param {Record<string, any> | null} before the values of the feature; null for a new one
 * @param {Record<string, string>} now the values in the form
 * @returns {string[]} names of fields
 */
export function yearsAsked(layer, before, now) {
  const asked = layer.dated
    .filter((one) => one.values.includes(now[one.field]))
    .filter((one) => !before || String(before[one.field] ?? "") !== now[one.field])
    .map((one) => one.year);
  return !before && layer.begins ? [...asked, layer.begins] : asked;
}

/**
 * Watch a form: a year that must be said is required, and one that stood there for the former fact is taken out.
 * @param {HTMLFormElement} form
 * @param {Record<string, any>} layer
 * @param {Record<string, any> | null} before
 * @returns {HTMLElement} the box to tick where the record was wrong for the years before
 */
export function askYears(form, layer, before) {
  const box = h("input", { type: "checkbox", name: "correction", id: "edit-correction" });
  const line = h(
    "p.correction",
    { hidden: true },
    h(
      "label",
      { for: box.id },
      box,
      " ",
      gettext("It holds for the years before too: the record was wrong or lacking"),
    ),
  );
  const years = [...new Set([...layer.dated.map((one) => one.year), layer.begins])].filter(Boolean);
  let asked = [];
  const update = () => {
    const now = Object.fromEntries(
      layer.dated.map(({ field }) => [field, form.elements[field]?.value ?? ""]),
    );
    const wanted = yearsAsked(layer, before, now);
    for (const name of years) {
      const input = form.elements[name];
      if (!input) continue;
      const begins = wanted.includes(name) && !asked.includes(name);
      if (begins && before && input.value === String(before[name] ?? "")) input.value = "";
      input.required = wanted.includes(name) && !box.checked;
      input.labels?.[0]?.classList.toggle("required", input.required);
    }
    asked = wanted;
    line.hidden = wanted.length === 0;
    if (line.hidden) box.checked = false;
  };
  form.addEventListener("change", update);
  queueMicrotask(update);
  return line;
}

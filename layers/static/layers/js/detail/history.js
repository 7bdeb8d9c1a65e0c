/** Every change of one row: when, who, from what to what. */

import { h } from "../dom.js";

/** @param {Record<string, any>} found the answer of /features/<layer>/<id>/history.json */
export function historyList(found) {
  const items = found.changes.map(changeItem);
  if (found.origin) items.push(h("li", {}, originText(found.origin)));
  return items.length
    ? h("ol.history", {}, items)
    : h("p.muted", {}, gettext("Not changed since it was recorded."));
}

function changeItem(change) {
  return h(
    "li",
    {},
    h("b.num", {}, change.at_shown),
    change.by ? ` · ${change.by}` : "",
    h(
      "ul",
      {},
      change.fields.map((field) => h("li", {}, `${field.title}: ${field.before} → ${field.after}`)),
    ),
  );
}

function originText(origin) {
  const how = origin.file
    ? interpolate(gettext("imported from %(file)s"), { file: origin.file }, true)
    : gettext("drawn on the map");
  return [origin.at_shown, origin.by, how].filter(Boolean).join(" · ");
}

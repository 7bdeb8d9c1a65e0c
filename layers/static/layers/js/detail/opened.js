/** Parts of a panel that are read only when somebody opens them. */

import { h } from "../dom.js";
import { getJson } from "../http.js";

/**
 * @param {string} title
 * @param {string} url what is read
 * @param {(found: any) => Node} body what is made of it
 */
export function opened(title, url, body) {
  const place = h("div", {});
  const details = h("details", {}, h("summary", {}, title), place);
  details.addEventListener("toggle", async () => {
    if (!details.open || place.childElementCount) return;
    const [found, problem] = await getJson(url);
    place.replaceChildren(problem ? h("p", {}, `${problem.title} ${problem.detail}`) : body(found));
  });
  return details;
}

/** Making elements without strings of HTML: text stays text, whatever a name contains. */

/**
 * @param {string} tag such as "p", "button.btn.ghost"
 * @param {Record<string, any>} [attributes] on<event> functions, `dataset`, properties and attributes
 * @param {...(Node | string | number | null | undefined | false | Array<any>)} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) set(element, key, value);
  element.append(
    ...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** @param {HTMLElement} element @param {string} key @param {any} value */
function set(element, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function") element.addEventListener(key.slice(2), value);
  else if (key === "dataset") Object.assign(element.dataset, value);
  else if (key in element && typeof value !== "string") element[key] = value;
  else element.setAttribute(key, value === true ? "" : String(value));
}

/**
 * A sign from the sprite in the page.
 * @param {string} name
 */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no element #${id}`);
  return element;
}

/** @type {Map<string, string>} */
const colors = new Map();

/** A colour by its token's name, such as "--met". Asking the page for its style is slow, so once each. @param {string} token */
export function color(token) {
  let found = colors.get(token);
  if (!found) {
    found = getComputedStyle(document.documentElement).getPropertyValue(token).trim() || token;
    colors.set(token, found);
  }
  return found;
}

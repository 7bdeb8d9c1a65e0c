/** Finding a name among thousands without diacritics, case or order. Pure. */

/**
 * As the server's `search_key`: composed, lower case, without marks, đ as d.
 * @param {string} text
 */
export function searchKey(text) {
  return text
    .normalize("NFC")
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replaceAll("đ", "d")
    .replace(/\s+/g, " ")
    .trim();
}

/**
 * @template T
 * @param {T[]} rows
 * @param {(row: T) => string} words everything that a row is found by
 * @returns {{key: string, row: T}[]}
 */
export function indexOf(rows, words) {
  return rows.map((row) => ({ key: searchKey(words(row)), row }));
}

/**
 * Rows that hold every word asked for: first those that have each as a word of their own, then those in which a
 * word begins with the first one.
 * @template T
 * @param {{key: string, row: T}[]} index
 * @param {string} text
 * @returns {T[]}
 */
export function find(index, text) {
  const asked = searchKey(text).split(" ").filter(Boolean);
  if (!asked.length) return index.map((entry) => entry.row);
  const [whole, begins, holds] = [[], [], []];
  for (const { key, row } of index) {
    if (!asked.every((word) => key.includes(word))) continue;
    const words = ` ${key} `;
    if (asked.every((word) => words.includes(` ${word} `))) whole.push(row);
    else (words.includes(` ${asked[0]}`) ? begins : holds).push(row);
  }
  return [...whole, ...begins, ...holds];
}

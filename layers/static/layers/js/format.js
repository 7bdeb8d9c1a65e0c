/** Numbers, lengths, areas and dates as the page's language writes them. */

const language = globalThis.document?.documentElement.lang || "vi";

/** One formatter for each number of decimals: making one costs more than a hundred uses. @type {Map<number, Intl.NumberFormat>} */
const formatters = new Map();

/**
 * @param {number} value
 * @param {number} [decimals] at most so many
 */
export function number(value, decimals = 2) {
  if (!formatters.has(decimals)) {
    formatters.set(decimals, new Intl.NumberFormat(language, { maximumFractionDigits: decimals }));
  }
  return formatters.get(decimals).format(value);
}

/** @param {number} metres */
export function length(metres) {
  return metres < 1000 ? `${number(metres, 0)} m` : `${number(metres / 1000, metres < 10_000 ? 2 : 1)} km`;
}

/** @param {number} squareMetres */
export function area(squareMetres) {
  if (squareMetres < 10_000) return `${number(squareMetres, 0)} m²`;
  if (squareMetres < 1_000_000) return `${number(squareMetres / 10_000, 2)} ha`;
  return `${number(squareMetres / 1_000_000, 2)} km²`;
}

/** An ISO date as dd/mm/yyyy. @param {string | null | undefined} iso */
export function date(iso) {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(iso ?? "") ?? [];
  return year ? `${day}/${month}/${year}` : "";
}

/** A moment as dd/mm/yyyy hh:mm in the reader's own time. @param {string} iso */
export function moment(iso) {
  const at = new Date(iso);
  const time = at.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  return `${day(iso)} ${time}`;
}

/** The day of a moment as dd/mm/yyyy, in the reader's own time. @param {string} iso */
export function day(iso) {
  const at = new Date(iso);
  const two = (part) => String(part).padStart(2, "0");
  return `${two(at.getDate())}/${two(at.getMonth() + 1)}/${at.getFullYear()}`;
}

/** @param {number} bytes */
export function megabytes(bytes) {
  if (bytes > 0 && bytes < 1e5) return `${number(bytes / 1e3, 0)} kB`;
  return bytes < 1e9 ? `${number(bytes / 1e6, 1)} MB` : `${number(bytes / 1e9, 1)} GB`;
}

/** Narrow or wide, and how much of the map the panels cover. */

export const narrow = matchMedia("(max-width: 720px)");

/** Space that the panels take from the map, so that what is shown whole is seen whole. */
export function room() {
  const open = document.body.classList;
  const detail = open.contains("detail-open") || open.contains("tool-aside");
  if (narrow.matches) return { left: 8, right: 56, top: 8, bottom: detail ? innerHeight * 0.5 : 130 };
  return { left: 330, right: detail ? 410 : 70, top: 12, bottom: 70 };
}

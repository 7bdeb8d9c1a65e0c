/**
 * The board's table is one stop of the Tab key. Within it the keys of an ARIA grid move: arrows from cell to cell, Home
 * and End to the ends of the line, with Ctrl to the first and last cell of all. Without this, every cell is a stop.
 */

const table = document.querySelector("table[data-cells]");
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** @returns {HTMLAnchorElement[][]} the links of each line, cells without one left out */
function lines() {
  return [...(table?.tBodies ?? [])].flatMap((body) =>
    [...body.rows].map((row) => [...row.cells].map((cell) => cell.querySelector("a"))),
  );
}

/** The nearest link from a place on, in one direction; null at the edge. */
function next(grid, row, column, [down, right]) {
  for (
    let r = row + down, c = column + right;
    grid[r] && c >= 0 && c < grid[r].length;
    r += down, c += right
  ) {
    if (grid[r][c]) return grid[r][c];
  }
  return null;
}

/** The first or last link, of the line or of all lines. */
function end(grid, row, key, all) {
  const cells = (all ? grid.flat() : grid[row]).filter(Boolean);
  return cells.at(key === "Home" ? 0 : -1);
}

/** @param {KeyboardEvent} event */
function move(event) {
  const step = STEPS[event.key];
  const toEnd = event.key === "Home" || event.key === "End";
  if (!(step || toEnd) || event.altKey || event.metaKey || event.shiftKey || (step && event.ctrlKey)) return;
  const grid = lines();
  const row = grid.findIndex((cells) => cells.includes(event.target));
  if (row < 0) return;
  const found = toEnd
    ? end(grid, row, event.key, event.ctrlKey)
    : next(grid, row, grid[row].indexOf(event.target), step);
  event.preventDefault();
  if (!found) return;
  event.target.tabIndex = -1;
  found.tabIndex = 0;
  found.focus();
}

if (table) {
  for (const link of table.querySelectorAll("tbody a")) link.tabIndex = -1;
  const first = table.querySelector("tbody a");
  if (first) first.tabIndex = 0;
  table.addEventListener("keydown", move);
}

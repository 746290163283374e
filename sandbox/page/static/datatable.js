// Draws a data table: a table with a caption, sorted by any column, and divided into pages.

import { h } from "./dom.js";
import { richText } from "./richtext.js";

const PAGE_SIZE = 5; // Slack's, where the block has none

/** Draw the block; its first row is the header. */
export function dataTable(block, surface) {
  const [header, ...rows] = block.rows;
  const size = block.page_size ?? PAGE_SIZE;
  const state = { column: -1, falling: false, start: 0 };
  const headings = header.map((cell, column) => heading(cell, () => sortBy(column)));
  const body = h("tbody");
  const pages = h("div", { class: "table-pages" });

  function sortBy(column) {
    state.falling = state.column === column && !state.falling;
    Object.assign(state, { column, start: 0 });
    draw();
  }

  function turn(step) {
    state.start += step;
    draw();
  }

  function draw() {
    headings.forEach((node, column) => {
      const order = state.falling ? "descending" : "ascending";
      node.setAttribute("aria-sort", column === state.column ? order : "none");
    });
    const end = state.start + size;
    const shown = sorted(rows, state).slice(state.start, end);
    body.replaceChildren(...shown.map((row) => rowOf(row, block, surface)));
    pages.hidden = rows.length <= size;
    pages.replaceChildren(
      pageButton("Previous rows", state.start > 0, () => turn(-size)),
      h("span", { role: "status" }, `${state.start + 1}–${Math.min(end, rows.length)} of ${rows.length}`),
      pageButton("Next rows", end < rows.length, () => turn(size)),
    );
  }

  draw();
  const caption = h("caption", {}, block.caption);
  const table = h("table", {}, caption, h("thead", {}, h("tr", {}, headings)), body);
  return [h("div", { class: "table-frame" }, table), pages];
}

function heading(cell, onclick) {
  return h("th", { scope: "col" }, h("button", { type: "button", onclick }, cell.text));
}

function rowOf(row, block, surface) {
  const named = block.row_header_column_index ?? 0;
  const cells = row.map((cell, column) => {
    const words = cell.type === "rich_text" ? richText(cell, surface.names) : cell.text;
    const isNumber = cell.type === "raw_number" && "number";
    if (column === named) return h("th", { scope: "row", class: isNumber }, words);
    return h("td", { class: isNumber }, words);
  });
  return h("tr", {}, cells);
}

function pageButton(words, enabled, onclick) {
  return h("button", { class: "button", type: "button", disabled: !enabled, onclick }, words);
}

// By numbers where all cells of the column are numbers, else in the alphabet, as Slack does.
function sorted(rows, { column, falling }) {
  if (column < 0) return rows;
  const cells = rows.map((row) => row[column]);
  const byNumber = cells.every((cell) => cell.type === "raw_number");
  const compare = byNumber
    ? (a, b) => a[column].value - b[column].value
    : (a, b) => String(a[column].text).localeCompare(String(b[column].text));
  return [...rows].sort((a, b) => (falling ? -compare(a, b) : compare(a, b)));
}

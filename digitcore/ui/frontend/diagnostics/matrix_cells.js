// The cells of a drawn matrix as buttons. Plotly takes a click for one on the mark that it last saw under the mouse, up to a
// tenth of a second before, and its marks can't be reached by keyboard.

import { html } from "../shared/elements.js";
import { mount } from "../shared/mount.js";
import { findArea, findPaper } from "../shared/plotly_access.js";

const THEME = ["--st-text-color", "--st-background-color", "--st-primary-color", "--st-base-radius", "--st-font"];
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

class Cells {
  /** @type {(cell: number[]) => void} */
  choose = () => {};
  rows = [];

  constructor(parentElement) {
    this.home = parentElement;
    this.frame = parentElement.closest('[class*="st-key-figure-"]');
    this.grid = parentElement.querySelector(".matrix-cells");
    this.grid.addEventListener("keydown", (event) => this.step(event));
    this.resized = new ResizeObserver(() => this.place());
    this.redrawn = new MutationObserver(() => this.place());
    this.redrawn.observe(this.frame, { childList: true, subtree: true });
  }

  // `labels` says of every cell what is in it; `chosen` is a row and a column, or null.
  update({ data: { name, labels, chosen }, setStateValue }) {
    this.choose = (cell) => setStateValue("cell", cell);
    this.grid.setAttribute("aria-label", name);
    if (this.rows.length !== labels.length) this.make(labels);
    labels.forEach((row, down) => row.forEach((label, right) => this.rows[down][right].setAttribute("aria-label", label)));
    const theme = getComputedStyle(this.home); // which does not reach the drawing
    for (const each of THEME) this.grid.style.setProperty(each, theme.getPropertyValue(each));
    this.mark(chosen);
    this.place();
  }

  make(labels) {
    this.rows = labels.map((row, down) => row.map((_, right) => this.cell(down, right)));
    this.grid.replaceChildren(
      ...this.rows.map((cells) => {
        const row = html("div", "matrix-cells__row");
        row.setAttribute("role", "row");
        row.append(...cells);
        return row;
      }),
    );
  }

  cell(down, right) {
    const cell = html("button", "matrix-cells__cell");
    cell.type = "button";
    cell.setAttribute("role", "gridcell");
    cell.addEventListener("click", () => {
      this.mark([down, right]);
      this.choose([down, right]);
    });
    return cell;
  }

  // One cell is chosen, and one is where the Tab key leads to.
  mark(chosen) {
    const cells = this.rows.flat();
    const found = chosen && this.rows[chosen[0]][chosen[1]];
    for (const cell of cells) {
      cell.setAttribute("aria-selected", cell === found);
      cell.tabIndex = cell === (found ?? cells[0]) ? 0 : -1;
    }
  }

  step(event) {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    const down = this.rows.findIndex((row) => row.includes(document.activeElement));
    const right = this.rows[down].indexOf(document.activeElement);
    this.rows[down + arrow[0]]?.[right + arrow[1]]?.focus();
  }

  // Lays the cells over the part of the drawing that is between its axes, wherever and however large that is now.
  place() {
    const paper = findPaper(this.frame);
    const area = findArea(this.frame);
    if (!paper || !area) return;
    if (this.grid.parentElement !== paper) {
      paper.append(this.grid);
      this.resized.disconnect();
      this.resized.observe(paper);
    }
    for (const [side, of] of [["left", "x"], ["top", "y"], ["width", "width"], ["height", "height"]]) {
      this.grid.style[side] = `${area.getAttribute(of)}px`;
    }
    this.grid.hidden = false;
  }

  stop() {
    this.redrawn.disconnect();
    this.resized.disconnect();
    this.grid.remove();
  }
}

export default mount(Cells);

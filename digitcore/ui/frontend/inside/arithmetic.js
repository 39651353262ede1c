// The pieces of a calculation on the page: numbers in a square, contributions as bars, and what became of the sum.

import { html } from "../shared/elements.js";
import { paintUnit } from "./lens.js";
import { plain, signed } from "./numbers.js";
import { MapsPainter } from "./painter.js";
import * as words from "./words.js";

/** @typedef {import("./columns.js").Column} Column */
/** @typedef {import("./explain.js").Step} Step */

const READABLE = 6; // cells a side that have room for numbers

/** A square of numbers; where it has too many to be read, a picture. */
export class NumberGrid {
  /** @param {string} kind */
  constructor(kind) {
    this.root = html("figure", "digit-inside__grid");
    this.root.dataset.kind = kind;
    this.cells = html("div", "digit-inside__cells");
    this.canvas = document.createElement("canvas");
    this.title = html("figcaption", "digit-inside__caption-line");
    this.root.append(this.title, this.cells, this.canvas);
  }

  /**
   * @param {ArrayLike<number>} values row by row
   * @param {number} width
   * @param {number} full the number that gets the strongest colour
   * @param {string} title
   */
  show(values, width, full, title) {
    const height = values.length / width;
    const isReadable = Math.max(height, width) <= READABLE;
    this.title.textContent = title;
    this.cells.hidden = !isReadable;
    this.canvas.hidden = isReadable;
    if (isReadable) this.write(values, width, full);
    else paintSquare(this.canvas, values, [height, width], full);
  }

  /**
   * @param {ArrayLike<number>} values
   * @param {number} width
   * @param {number} full
   */
  write(values, width, full) {
    if (this.cells.childElementCount !== values.length) {
      this.cells.replaceChildren(...Array.from(values, () => html("span", "digit-inside__cell")));
    }
    this.cells.style.setProperty("--columns", String(width));
    [...this.cells.children].forEach((cell, at) => {
      if (!(cell instanceof HTMLElement)) return;
      cell.textContent = plain(values[at]);
      cell.style.setProperty("--share", `${Math.min(100, Math.round((100 * Math.abs(values[at])) / full))}%`);
      cell.toggleAttribute("data-negative", values[at] < 0);
    });
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values
 * @param {[number, number]} shape
 * @param {number} full
 */
function paintSquare(canvas, values, [height, width], full) {
  const painter = new MapsPainter(canvas, [height, width, 1]);
  painter.lay({ columns: 1, rows: 1, zoom: 1, gap: 0 });
  painter.paint(Float32Array.from(values), full);
}

/**
 * One contribution to a sum.
 * @typedef {object} Part
 * @property {string} name
 * @property {number} value
 * @property {string} [how] it came about
 * @property {number} [channel] of the column before; none where it stands for several
 */

/** Contributions to a sum, each with a bar to the right or to the left. */
export class PartsList {
  /**
   * @param {string} title
   * @param {(channel: number) => void} onChoose
   */
  constructor(title, onChoose) {
    this.onChoose = onChoose;
    this.root = html("div", "digit-inside__parts");
    this.title = html("p", "digit-inside__caption-line", title);
    this.list = html("ol", "digit-inside__parts-list");
    this.root.dataset.nobody = words.NOBODY;
    this.root.append(this.title, this.list);
  }

  /**
   * @param {Part[]} parts
   * @param {number} full the contribution with the longest bar
   * @param {number | null} chosen
   * @param {(canvas: HTMLCanvasElement, channel: number) => boolean} picture paints what a channel holds; false where there is nothing
   */
  show(parts, full, chosen, picture) {
    this.root.toggleAttribute("data-one-way", parts.every(({ value }) => value >= 0) || parts.every(({ value }) => value <= 0));
    while (this.list.childElementCount > parts.length) this.list.lastElementChild?.remove();
    while (this.list.childElementCount < parts.length) this.list.append(this.row());
    [...this.list.children].forEach((row, at) => this.fill(row, parts[at], full, chosen, picture));
  }

  row() {
    const row = html("li", "digit-inside__part");
    const button = Object.assign(html("button", "digit-inside__part-button"), { type: "button" });
    button.append(
      document.createElement("canvas"),
      html("span", "digit-inside__part-name"),
      html("span", "digit-inside__part-how"),
      html("span", "digit-inside__part-track"),
      html("span", "digit-inside__part-value"),
    );
    button.children[3].append(html("span", "digit-inside__part-bar"));
    button.addEventListener("click", () => button.dataset.channel && this.onChoose(Number(button.dataset.channel)));
    row.append(button);
    return row;
  }

  /**
   * @param {Element} row
   * @param {Part} part
   * @param {number} full
   * @param {number | null} chosen
   * @param {(canvas: HTMLCanvasElement, channel: number) => boolean} picture
   */
  fill(row, { name, value, how = "", channel }, full, chosen, picture) {
    const button = /** @type {HTMLButtonElement} */ (row.firstElementChild);
    const [canvas, label, factors, track, number] = partsOf(button);
    canvas.toggleAttribute("data-none", channel === undefined || !picture(canvas, channel));
    row.toggleAttribute("data-rest", channel === undefined);
    button.disabled = channel === undefined;
    button.dataset.channel = channel === undefined ? "" : String(channel);
    button.setAttribute("aria-pressed", String(channel !== undefined && channel === chosen));
    label.textContent = name;
    factors.textContent = how;
    number.textContent = signed(value);
    const bar = /** @type {HTMLElement} */ (track.firstElementChild);
    bar.style.setProperty("--share", String(Math.min(1, Math.abs(value) / full)));
    bar.toggleAttribute("data-negative", value < 0);
  }
}

/**
 * @param {HTMLElement} button
 * @returns {[HTMLCanvasElement, HTMLElement, HTMLElement, HTMLElement, HTMLElement]}
 */
function partsOf(button) {
  return /** @type {[HTMLCanvasElement, HTMLElement, HTMLElement, HTMLElement, HTMLElement]} */ (/** @type {unknown} */ ([...button.children]));
}

/** What became of a sum, step by step. */
export class Chain {
  constructor() {
    this.root = html("dl", "digit-inside__chain");
  }

  /**
   * @param {{ name: string, text: string, value: number, sign?: string }[]} lines
   */
  show(lines) {
    this.root.replaceChildren(
      ...lines.map(({ name, text, value }, at) => {
        const line = html("div", "digit-inside__link");
        line.dataset.next = lines[at + 1]?.sign ?? "→";
        line.append(html("dt", "", name), html("dd", "digit-inside__link-value", plain(value)), html("dd", "digit-inside__link-text", text));
        return line;
      }),
    );
  }
}

/**
 * The lines of a chain for what followed a sum.
 * @param {Step[]} steps
 */
export function linesOf(steps) {
  return steps.map((step) => ({ name: words.stepName(step), text: words.stepText(step), value: step.value }));
}

/**
 * Paints what a channel of a column holds, so that it can be recognised; false where that is one number only.
 * @param {HTMLCanvasElement} canvas
 * @param {Column[]} columns
 * @param {number} index
 * @param {number} channel
 * @param {Float32Array[]} values
 * @param {number[]} full
 * @returns {boolean}
 */
export function paintChannel(canvas, columns, index, channel, values, full) {
  const source = columns[index].kind === "averages" ? index - 1 : index;
  const [height, width] = columns[source].shape;
  if (height * width === 1) return false;
  paintUnit(canvas, columns[source], values[source], channel, full[source]);
  return true;
}

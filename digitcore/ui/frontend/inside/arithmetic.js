// The pieces of a calculation on the page: numbers in a square, contributions as bars, and what became of the sum.

import { html } from "../shared/elements.js";
import { paintUnit } from "./lens.js";
import { plain, signed } from "./numbers.js";
import { MapsPainter } from "./painting/painter.js";
import * as words from "./words.js";

/** @typedef {import("./network/columns.js").Column} Column */
/** @typedef {import("./network/explain.js").Step} Step */

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

/** @typedef {(canvas: HTMLCanvasElement, channel: number) => boolean} Picture paints what a channel holds, or returns false */

/** One of them, with a bar to the right or to the left. */
class PartRow {
  /** @param {(channel: number) => void} onChoose */
  constructor(onChoose) {
    this.root = html("li", "digit-inside__part");
    this.button = Object.assign(html("button", "digit-inside__part-button"), { type: "button" });
    this.canvas = document.createElement("canvas");
    this.name = html("span", "digit-inside__part-name");
    this.how = html("span", "digit-inside__part-how");
    this.bar = html("span", "digit-inside__part-bar");
    this.value = html("span", "digit-inside__part-value");
    const track = html("span", "digit-inside__part-track");
    track.append(this.bar);
    this.button.append(this.canvas, this.name, this.how, track, this.value);
    this.button.addEventListener("click", () => this.channel !== undefined && onChoose(this.channel));
    this.root.append(this.button);
  }

  /**
   * @param {Part} part
   * @param {number} full
   * @param {number | null} chosen
   * @param {Picture} picture
   */
  show({ name, value, how = "", channel }, full, chosen, picture) {
    this.channel = channel;
    this.root.toggleAttribute("data-rest", channel === undefined);
    this.canvas.toggleAttribute("data-none", channel === undefined || !picture(this.canvas, channel));
    this.button.disabled = channel === undefined;
    this.button.setAttribute("aria-pressed", String(channel !== undefined && channel === chosen));
    this.name.textContent = name;
    this.how.textContent = how;
    this.value.textContent = signed(value);
    this.bar.style.setProperty("--share", String(Math.min(1, Math.abs(value) / full)));
    this.bar.toggleAttribute("data-negative", value < 0);
  }
}

/** Contributions to a sum. */
export class PartsList {
  /**
   * @param {string} title
   * @param {(channel: number) => void} onChoose
   */
  constructor(title, onChoose) {
    this.onChoose = onChoose;
    this.root = html("div", "digit-inside__parts");
    this.root.dataset.nobody = words.NOBODY;
    this.title = html("p", "digit-inside__caption-line", title);
    this.list = html("ol", "digit-inside__parts-list");
    this.root.append(this.title, this.list);
    /** @type {PartRow[]} */
    this.rows = [];
  }

  /**
   * @param {Part[]} parts
   * @param {number} full the contribution with the longest bar
   * @param {number | null} chosen
   * @param {Picture} picture
   */
  show(parts, full, chosen, picture) {
    while (this.rows.length < parts.length) this.rows.push(new PartRow(this.onChoose));
    const rows = this.rows.slice(0, parts.length);
    if (this.list.childElementCount !== rows.length) this.list.replaceChildren(...rows.map(({ root }) => root));
    parts.forEach((part, at) => this.rows[at].show(part, full, chosen, picture));
    const isOneWay = parts.every(({ value }) => value >= 0) || parts.every(({ value }) => value <= 0);
    this.root.toggleAttribute("data-one-way", isOneWay);
  }
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
        line.append(html("dt", "", name), html("dd", "digit-inside__link-value", plain(value)));
        line.append(html("dd", "digit-inside__link-text", text));
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

// The columns on the page, from the picture to the ten sums: each a canvas with all its units, and over it a button for each of
// them, so that every unit can be pointed at, touched and reached by keyboard.

import { html } from "../shared/elements.js";
import { pixelAt } from "./frame.js";
import { barGrid, mapGrid, measures } from "./painting/layout.js";
import { BarsPainter, MapsPainter } from "./painting/painter.js";
import { SumsTable } from "./sums.js";
import * as words from "./words.js";

/** @typedef {import("./network/columns.js").Column} Column */
/** @typedef {import("./painting/layout.js").Grid} Grid */
/** @typedef {import("../engine/damage.js").Damage} Damage */

/**
 * What is pointed at: a column and a unit of it, and where it is a map, the pixel.
 * @typedef {{ index: number, unit: number, y: number, x: number, button: HTMLElement }} Pointed
 */

/**
 * @typedef {object} Listener
 * @property {(pointed: Pointed | null) => void} onPoint at something else, or at nothing any more
 * @property {(index: number, unit: number) => void} onChoose
 */

const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/** One column. */
export class Strip {
  /**
   * @param {Column} column
   * @param {number} index
   * @param {number} temperature
   * @param {Listener} listener
   */
  constructor(column, index, temperature, listener) {
    this.column = column;
    this.root = html("li", "digit-inside__column");
    this.root.dataset.kind = column.kind;
    this.tiles = html("div", "digit-inside__tiles");
    this.units = html("div", "digit-inside__units");
    this.units.setAttribute("role", "group");
    this.units.setAttribute("aria-label", `${words.title(column)}: ${words.extent(column)}`);
    this.buttons = Array.from({ length: column.shape[2] }, (_, unit) => unitButton(column, unit));
    this.units.append(...this.buttons);
    this.surface = column.kind === "sums" ? new SumsTable(this.buttons) : paintedOn(this.tiles, column);
    this.tiles.append(this.units);
    this.root.append(caption(column, temperature), this.tiles, this.foot());
    this.listen(listener, index);
    this.rove(0);
  }

  foot() {
    const foot = html("div", "digit-inside__foot");
    foot.append(
      html("p", "digit-inside__line", words.line(this.column)),
      html("p", "digit-inside__sentence", words.sentence(this.column)),
      html("p", "digit-inside__parameters", words.parameters(this.column)),
    );
    return foot;
  }

  /**
   * @param {Listener} listener
   * @param {number} index
   */
  listen({ onPoint, onChoose }, index) {
    const pointed = (/** @type {Event} */ event) => {
      const button = buttonOf(event);
      if (!button) return;
      const unit = Number(button.dataset.unit);
      onPoint({ index, unit, button, ...this.pixelAt(event, button) });
    };
    this.units.addEventListener("pointermove", pointed);
    this.units.addEventListener("pointerleave", () => onPoint(null));
    this.units.addEventListener("focusin", pointed);
    this.units.addEventListener("focusout", () => onPoint(null));
    this.units.addEventListener("keydown", (event) => this.step(event));
    this.units.addEventListener("click", (event) => {
      const button = buttonOf(event);
      if (button) onChoose(index, Number(button.dataset.unit));
    });
  }

  /**
   * @param {Event} event
   * @param {HTMLElement} button
   */
  pixelAt(event, button) {
    const [height, width] = this.column.shape;
    return event instanceof MouseEvent ? pixelAt(event, button, [height, width]) : { y: height >> 1, x: width >> 1 };
  }

  /** @param {KeyboardEvent} event */
  step(event) {
    const by = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
    const from = this.buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    if (!by || from < 0) return;
    event.preventDefault();
    const to = from + by[0] + by[1] * (this.grid?.columns ?? 1);
    if (to < 0 || to >= this.buttons.length) return;
    this.rove(to);
    this.buttons[to].focus();
  }

  /** @param {number} unit that the tab key leads to */
  rove(unit) {
    this.buttons.forEach((button, each) => (button.tabIndex = each === unit ? 0 : -1));
  }

  /**
   * Takes the room that there is.
   * @param {number} width
   * @param {number} height
   */
  lay(width, height) {
    const { shape, kind } = this.column;
    this.tiles.style.width = kind === "sums" ? `${width}px` : "";
    this.root.style.setProperty("--row", `${Math.min(Math.floor(height / 10), 26)}px`);
    if (this.surface instanceof SumsTable) return;
    const grid = kind === "maps" || kind === "picture" ? mapGrid(shape, width, height) : barGrid(shape[2], width, height);
    this.grid = grid;
    this.surface.lay(grid);
    const { canvas } = this.surface;
    Object.assign(canvas.style, { width: `${grid.width}px`, height: `${grid.height}px` });
    canvas.toggleAttribute("data-smooth", grid.cellWidth < shape[1]);
    Object.assign(this.units.style, {
      gridTemplateColumns: `repeat(${grid.columns}, ${grid.cellWidth}px)`,
      gridAutoRows: `${grid.cellHeight}px`,
      gap: `${grid.rowSpacing}px ${grid.spacing}px`,
    });
    this.root.style.minWidth = `${grid.width}px`;
  }

  /**
   * @param {Float32Array} values
   * @param {number} full
   * @param {number[]} chances of the ten digits
   */
  paint(values, full, chances) {
    this.surface.paint(values, full, chances);
  }

  /**
   * @param {number | null} unit the one whose detail is shown
   */
  mark(unit) {
    this.buttons.forEach((button, each) => button.setAttribute("aria-pressed", String(each === unit)));
    if (unit !== null) this.rove(unit);
  }

  /** @param {Damage[]} damages */
  wound(damages) {
    const own = damages.filter(({ layer }) => layer === this.column.name);
    this.buttons.forEach((button, each) => {
      const hit = own.find(({ unit }) => unit === null || unit === each);
      button.dataset.damage = hit?.how ?? "";
    });
  }
}

/**
 * @param {HTMLElement} tiles
 * @param {Column} column
 */
function paintedOn(tiles, { kind, shape }) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  tiles.append(canvas);
  return kind === "maps" || kind === "picture" ? new MapsPainter(canvas, shape, kind === "picture") : new BarsPainter(canvas);
}

/**
 * @param {Column} column
 * @param {number} unit
 */
function unitButton(column, unit) {
  const button = Object.assign(html("button", "digit-inside__unit"), { type: "button" });
  button.dataset.unit = String(unit);
  button.setAttribute("aria-label", words.unitName(column, unit));
  return button;
}

/** @param {Event} event */
function buttonOf({ target }) {
  const found = target instanceof Element ? target.closest(".digit-inside__unit") : null;
  return found instanceof HTMLElement ? found : null;
}

/**
 * @param {Column} column
 * @param {number} temperature
 */
function caption(column, temperature) {
  const head = html("div", "digit-inside__caption");
  head.append(named(words.title(column), words.extent(column)));
  if (column.kind === "sums") head.append(named(words.SOFTMAX, words.temperature(temperature)));
  return head;
}

/**
 * @param {string} name
 * @param {string} extent
 */
function named(name, extent) {
  const part = html("div", "digit-inside__named");
  part.append(html("h3", "digit-inside__name", name), html("p", "digit-inside__extent", extent));
  return part;
}

/** All columns, side by side where there is room for them, else one below the other. */
export class Strips {
  /** @param {Listener} listener */
  constructor(listener) {
    this.listener = listener;
    this.root = html("ol", "digit-inside__columns");
    /** @type {Strip[]} */
    this.strips = [];
    this.resized = new ResizeObserver(() => this.lay());
    this.resized.observe(this.root);
  }

  /**
   * @param {Column[]} columns
   * @param {number} temperature
   */
  use(columns, temperature) {
    this.strips = columns.map((column, index) => new Strip(column, index, temperature, this.listener));
    this.root.replaceChildren(...this.strips.map(({ root }) => root));
    this.width = 0;
    this.lay();
  }

  lay() {
    const width = this.root.clientWidth;
    if (width === 0 || width === this.width) return;
    this.width = width;
    const { isSideBySide, widths, height } = measures(this.strips.map(({ column }) => column), width);
    this.root.toggleAttribute("data-stacked", !isSideBySide);
    this.strips.forEach((strip, index) => strip.lay(widths[index], height));
    this.painted?.();
  }

  get isStacked() {
    return this.root.hasAttribute("data-stacked");
  }

  /**
   * @param {Float32Array[]} values by column
   * @param {number[]} full by column
   * @param {number[]} chances
   */
  paint(values, full, chances) {
    this.painted = () => this.strips.forEach((strip, index) => strip.paint(values[index], full[index], chances));
    this.painted();
  }

  stop() {
    this.resized.disconnect();
  }
}

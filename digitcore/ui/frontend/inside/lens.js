// What one points at, enlarged beside the pointer.

import { html } from "../shared/elements.js";
import { channelOf } from "./network/explain.js";
import { plain } from "./numbers.js";
import { MapsPainter } from "./painting/painter.js";
import * as words from "./words.js";

/** @typedef {import("./network/columns.js").Column} Column */
/** @typedef {import("./strips.js").Pointed} Pointed */

const SIDE = 132; // px
const AWAY = 10; // px between a unit and its enlargement

/**
 * One unit's map in a canvas of its own.
 * @param {HTMLCanvasElement} canvas
 * @param {Column} column
 * @param {Float32Array} values of the column
 * @param {number} unit
 * @param {number} full
 */
export function paintUnit(canvas, column, values, unit, full) {
  const [height, width, units] = column.shape;
  const painter = new MapsPainter(canvas, [height, width, 1], column.kind === "picture");
  painter.lay({ columns: 1, rows: 1, zoom: 1, gap: 0 });
  painter.paint(channelOf(values, units, unit), full);
}

export class Lens {
  /** @param {HTMLElement} around in which it moves */
  constructor(around) {
    this.around = around;
    this.root = html("div", "digit-inside__lens");
    this.root.setAttribute("aria-hidden", "true");
    this.root.hidden = true;
    this.canvas = document.createElement("canvas");
    this.text = html("p", "digit-inside__lens-text");
    this.root.append(this.canvas, this.text);
    around.append(this.root);
  }

  /**
   * @param {Pointed} pointed
   * @param {Column} column
   * @param {Float32Array} values
   * @param {number} full
   */
  show({ unit, y, x, button }, column, values, full) {
    const [height, width, units] = column.shape;
    const isMap = height * width > 1;
    this.canvas.hidden = !isMap;
    if (isMap) {
      paintUnit(this.canvas, column, values, unit, full);
      Object.assign(this.canvas.style, { width: `${SIDE}px`, height: `${Math.round((SIDE * height) / width)}px` });
    }
    const value = values[(y * width + x) * units + unit];
    this.text.textContent = isMap ? words.unitName(column, unit) : `${words.unitName(column, unit)}: ${plain(value)}`;
    this.root.hidden = false;
    this.place(button);
  }

  /** @param {HTMLElement} button */
  place(button) {
    const around = this.around.getBoundingClientRect();
    const at = button.getBoundingClientRect();
    const left = at.left + at.width / 2 - around.left - this.root.offsetWidth / 2;
    this.root.style.left = `${Math.min(Math.max(left, 0), around.width - this.root.offsetWidth)}px`;
    this.root.style.top = `${at.top - around.top - this.root.offsetHeight - AWAY}px`;
  }

  hide() {
    this.root.hidden = true;
  }
}

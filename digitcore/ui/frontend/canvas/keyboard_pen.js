// Draws with the keyboard: the arrow keys move a pen over the canvas, two of them at a time slantwise; Space or Enter puts it down
// and takes it up. What it leaves are strokes like any other.

import * as canvas from "./canvas_access.js";

/** @typedef {import("./canvas_access.js").Point} Point */

const STEP = 8; // px of the canvas: a key that is held down repeats some thirty times a second
const START = 0.3; // of the canvas, from its top left corner: where most digits begin
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class KeyboardPen {
  /**
   * @param {() => number} penWidth in px of the canvas
   * @param {() => void} undo
   */
  constructor(penWidth, undo) {
    this.penWidth = penWidth;
    this.undo = undo;
    /** @type {Point | null} */
    this.point = null;
    this.down = false;
    /** @type {Set<string>} */
    this.held = new Set(); // arrow keys
    this.stopped = new AbortController();
    const on = (type, handler) => window.addEventListener(type, handler, { capture: true, signal: this.stopped.signal });
    on("focusin", (event) => canvas.isOnCanvas(event) && this.show());
    on("focusout", (event) => canvas.isOnCanvas(event) && this.leave());
    on("keydown", (event) => this.press(event));
    on("keyup", ({ key }) => this.held.delete(key));
    // the canvas would take a mouse's way for that of the pen that is down
    on("pointermove", ({ isTrusted }) => isTrusted && this.lift());
    on("pointerdown", ({ isTrusted }) => isTrusted && this.leave());
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const { key, repeat, altKey, ctrlKey, metaKey } = event;
    if (altKey || ctrlKey || metaKey || !canvas.isOnCanvas(event)) return;
    if (key in DIRECTIONS) this.walk(key);
    else if (key === " " || key === "Enter") this.turn(repeat);
    else if (key === "Escape") this.lift();
    else if (key === "Backspace") this.takeBack();
    else return;
    event.preventDefault(); // it neither scrolls the page nor leaves it
    this.show();
  }

  /** @param {string} key */
  walk(key) {
    const drawing = canvas.findDrawing();
    if (!drawing) return;
    this.held.add(key);
    const from = this.place(drawing);
    const by = [...this.held].map((held) => DIRECTIONS[held]);
    const along = (axis, most) => Math.min(Math.max(by.reduce((sum, way) => sum + STEP * way[axis], from[axis]), 0), most);
    this.point = [along(0, drawing.pen.width), along(1, drawing.pen.height)];
    if (this.down) canvas.move(drawing, this.point);
  }

  /** @param {import("./canvas_access.js").Drawing} drawing */
  place({ pen }) {
    this.point ??= [START * pen.width, START * pen.height];
    return this.point;
  }

  /** @param {boolean} repeat */
  turn(repeat) {
    if (repeat) return;
    if (this.down) this.lift();
    else this.lower();
  }

  lower() {
    const drawing = canvas.findDrawing();
    if (!drawing) return;
    this.down = true;
    canvas.press(drawing, this.place(drawing));
  }

  lift() {
    const drawing = this.down && canvas.findDrawing();
    this.down = false;
    if (!drawing) return;
    canvas.lift(drawing, this.place(drawing));
    this.show();
  }

  takeBack() {
    this.lift();
    queueMicrotask(this.undo); // once the canvas has remembered the stroke
  }

  show() {
    const drawing = canvas.findDrawing();
    if (drawing) canvas.showPen(drawing, { at: this.place(drawing), width: this.penWidth(), down: this.down });
  }

  leave() {
    this.lift();
    this.held.clear();
    canvas.hidePen();
  }

  stop() {
    this.lift();
    this.stopped.abort();
  }
}

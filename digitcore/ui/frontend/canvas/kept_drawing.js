// The drawing outlives a look at other pages, and a reload: its strokes are kept by the browser, for this tab alone, and drawn anew
// where the canvas has come back empty. So Undo and Clear go on working on it.

import * as canvas from "./canvas_access.js";

/** @typedef {import("./canvas_access.js").Drawing} Drawing */
/** @typedef {import("./canvas_access.js").Point} Point */
/** @typedef {{ pen: number, points: Point[] }} Stroke `pen` is its width; all in px of the canvas */

const KEY = "digit-drawing";
const PRECISION = 100; // parts of a pixel that are kept

export class KeptDrawing {
  /** @param {() => number} penWidth of the pen that is chosen, in px of the canvas */
  constructor(penWidth) {
    this.penWidth = penWidth;
    /** @type {Stroke[]} */
    this.strokes = keptStrokes();
    /** @type {Stroke | null} */
    this.stroke = null; // while it is being drawn
    /** @type {number | undefined} */
    this.finger = undefined; // that draws it
    this.busy = false;
    /** @type {HTMLCanvasElement | null} */
    this.sheet = null; // that has the strokes
    this.stopped = new AbortController();
    this.listen();
  }

  // to what the canvas listens to, so that a stroke drawn anew is the same
  listen() {
    const on = (types, handler) => {
      const options = { capture: true, passive: true, signal: this.stopped.signal };
      for (const type of types) window.addEventListener(type, handler, options);
    };
    on(["mousedown", "touchstart"], (event) => this.begin(event));
    on(["mousemove", "touchmove"], (event) => this.goOn(event));
    on(["mouseup", "touchend", "touchcancel"], (event) => this.end(event));
  }

  /** @param {MouseEvent | TouchEvent} event */
  begin(event) {
    if (this.busy || this.stroke || !canvas.isOnCanvas(event) || ("button" in event && event.button !== 0)) return;
    this.finger = fingerOf(event);
    this.stroke = { pen: this.penWidth(), points: [] };
    this.goOn(event);
  }

  /** @param {MouseEvent | TouchEvent} event */
  goOn(event) {
    const drawing = this.stroke && fingerOf(event) === this.finger && canvas.findDrawing();
    if (drawing) this.stroke?.points.push(canvas.pointAt(drawing, placeOf(event)));
  }

  /** @param {MouseEvent | TouchEvent} event */
  end(event) {
    if (!this.stroke || ("touches" in event && event.touches.length)) return;
    this.strokes.push(this.stroke);
    this.stroke = null;
    this.keep();
  }

  undo() {
    this.strokes.pop();
    this.keep();
  }

  clear() {
    this.strokes = [];
    this.keep();
  }

  keep() {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(this.strokes, (_, value) => (typeof value === "number" ? rounded(value) : value)));
    } catch (error) {
      console.warn("The drawing will not outlive this page:", error); // no room, or not allowed
    }
  }

  /**
   * Draws the strokes anew, on a canvas that has just come. One that isn't ready yet takes none of them: to be tried again.
   * @param {Drawing} drawing
   */
  async bringBack(drawing) {
    if (this.busy || this.stroke || this.sheet === drawing.pen || !canvas.isShown(drawing)) return;
    this.busy = true;
    try {
      if (this.strokes.length && !canvas.canUndo()) await this.drawAll(drawing);
      if (!this.strokes.length || canvas.canUndo()) this.sheet = drawing.pen;
    } finally {
      this.busy = false;
    }
  }

  /** @param {Drawing} drawing */
  async drawAll(drawing) {
    const choosePen = await canvas.penRack(drawing);
    for (const { pen, points } of this.strokes) {
      choosePen(pen);
      canvas.press(drawing, points[0]);
      for (const point of points.slice(1)) canvas.move(drawing, point);
      canvas.lift(drawing, points[points.length - 1]);
      await Promise.resolve(); // oxlint-disable-line no-await-in-loop -- lets the canvas remember each of them, to be undone by itself
    }
    choosePen(this.penWidth());
  }

  stop() {
    this.stopped.abort();
  }
}

/**
 * What is on the canvas, as far as this tab remembers it.
 * @returns {Stroke[]}
 */
export function keptStrokes() {
  try {
    const strokes = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return strokes.filter(({ points }) => points.length);
  } catch {
    return []; // not allowed, or not ours
  }
}

/** @param {number} value */
function rounded(value) {
  return Math.round(PRECISION * value) / PRECISION;
}

/** @param {MouseEvent | TouchEvent} event */
function fingerOf(event) {
  return "changedTouches" in event ? event.changedTouches[0].identifier : undefined;
}

/** @param {MouseEvent | TouchEvent} event */
function placeOf(event) {
  return "changedTouches" in event ? event.changedTouches[0] : event;
}

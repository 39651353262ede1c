// A sheet that is drawn on with a pen, a finger or a mouse: it keeps the strokes, for this tab, and paints them.

import { inkOn } from "../shared/elements.js";

/** @typedef {import("./painting.js").Point} Point */
/** @typedef {{ key: string, points: Point[] }} Stroke points in px of the sheet; the key changes with the points */

const KEPT = "number-drawing";
const PEN = 0.045; // of the sheet's height
const THINNEST = 9; // px

export class StrokesSheet {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {() => void} onChange the strokes are others now
   */
  constructor(canvas, onChange) {
    this.canvas = canvas;
    this.onChange = onChange;
    /** @type {Stroke[]} */
    this.strokes = [];
    this.count = 0; // of strokes begun, which names them
    /** @type {number | null} */
    this.pointer = null; // that draws
    this.planned = 0;
    const { width, height, strokes } = kept();
    this.width = width; // the sheet's, px, when the strokes were drawn
    this.height = height;
    this.strokes = strokes.map((points) => this.named(points));
    this.stopped = new AbortController();
    this.listen();
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(canvas);
  }

  listen() {
    const on = (/** @type {string} */ type, /** @type {(event: any) => void} */ handler) =>
      this.canvas.addEventListener(type, handler, { signal: this.stopped.signal });
    on("pointerdown", (event) => this.begin(event));
    on("pointermove", (event) => this.goOn(event));
    for (const type of ["pointerup", "pointercancel"]) on(type, (event) => this.end(event));
    on("keydown", (event) => {
      if (event.key === "Backspace") this.undo();
    });
  }

  /** The pen's width, px. */
  get pen() {
    return Math.max(THINNEST, PEN * this.height);
  }

  get isDrawing() {
    return this.pointer !== null;
  }

  /** @param {Point[]} points */
  named(points) {
    return { key: `${++this.count}:${points.length}`, points };
  }

  /** @param {PointerEvent} event */
  begin(event) {
    if (this.isDrawing || event.button !== 0) return;
    if (event.isTrusted) this.canvas.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.strokes.push(this.named([this.pointAt(event)]));
    this.changed();
  }

  /** @param {PointerEvent} event */
  goOn(event) {
    const stroke = this.strokes.at(-1);
    if (event.pointerId !== this.pointer || !stroke) return;
    const events = event.getCoalescedEvents?.() ?? [];
    stroke.points.push(...(events.length ? events : [event]).map((each) => this.pointAt(each)));
    stroke.key = `${stroke.key.split(":")[0]}:${stroke.points.length}`;
    this.changed();
  }

  /** @param {PointerEvent} event */
  end(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    this.keep();
    this.changed();
  }

  undo() {
    if (this.isDrawing || !this.strokes.length) return;
    this.strokes.pop();
    this.keep();
    this.changed();
  }

  clear() {
    this.pointer = null;
    this.strokes = [];
    this.keep();
    this.changed();
  }

  /** @param {{ clientX: number, clientY: number }} event */
  pointAt({ clientX, clientY }) {
    const { left, top } = this.canvas.getBoundingClientRect();
    const zoom = this.canvas.clientWidth / (this.canvas.getBoundingClientRect().width || 1); // a projector's page is zoomed
    return /** @type {Point} */ ([(clientX - left) * zoom, (clientY - top) * zoom]);
  }

  changed() {
    this.onChange();
    this.planned ||= requestAnimationFrame(() => this.paint());
  }

  // The sheet has another size: what is drawn keeps its place in it, as large as it then can be.
  fit() {
    const { clientWidth, clientHeight } = this.canvas;
    if (!clientWidth || !clientHeight) return;
    if (this.width && (this.width !== clientWidth || this.height !== clientHeight)) {
      const zoom = Math.min(clientWidth / this.width, clientHeight / this.height);
      const scaled = ({ points }) => this.named(points.map(([x, y]) => /** @type {Point} */ ([x * zoom, y * zoom])));
      if (zoom !== 1) this.strokes = this.strokes.map(scaled);
    }
    this.width = clientWidth;
    this.height = clientHeight;
    this.keep();
    this.changed();
  }

  paint() {
    this.planned = 0;
    const density = window.devicePixelRatio || 1;
    const [width, height] = [this.width * density, this.height * density].map(Math.round);
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    const pen = inkOn(this.canvas);
    pen.setTransform(density, 0, 0, density, 0, 0);
    pen.clearRect(0, 0, this.width, this.height);
    Object.assign(pen, { lineWidth: this.pen, lineCap: "round", lineJoin: "round", strokeStyle: "#fff" });
    for (const { points } of this.strokes) trace(pen, points);
  }

  keep() {
    const strokes = this.strokes.map(({ points }) => points.map((point) => point.map((place) => Math.round(10 * place) / 10)));
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ width: this.width, height: this.height, strokes }));
    } catch {
      // no room, or not allowed to: the drawing is then lost at a reload
    }
  }

  stop() {
    this.stopped.abort();
    this.sizes.disconnect();
    cancelAnimationFrame(this.planned);
  }
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Point[]} points
 */
function trace(pen, points) {
  pen.beginPath();
  pen.moveTo(...points[0]);
  for (const point of points.length > 1 ? points.slice(1) : points) pen.lineTo(...point);
  pen.stroke();
}

/** @returns {{ width: number, height: number, strokes: Point[][] }} */
function kept() {
  const nothing = { width: 0, height: 0, strokes: [] };
  try {
    const found = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    if (!Array.isArray(found?.strokes)) return nothing;
    return { ...nothing, ...found, strokes: found.strokes.filter((each) => each?.length) };
  } catch {
    return nothing;
  }
}

// A sheet to draw on with a mouse, a finger, a pen or the keys: ink on nothing, as the app's canvas has it.

import { clamp } from "../preprocessing/numbers.js";
import { inkOn } from "../shared/elements.js";

/** @typedef {{ x: number, y: number }} Point in shares of the sheet, from its top left corner */

const SIDE = 640; // px of the picture: two for each that the app's canvas has
const PEN = 22 / 320; // of the side: the app's broad pen
const STEP = 1 / 32; // of the side: as far as one press of an arrow key leads
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Sheet {
  /**
   * @param {HTMLElement} frame with a canvas in it, and a mark that shows where the keys have led the pen
   * @param {(movedAt: number) => void} onChange something was drawn or taken away; when that began, in ms
   */
  constructor(frame, onChange) {
    this.frame = frame;
    this.onChange = onChange;
    this.canvas = /** @type {HTMLCanvasElement} */ (frame.querySelector("canvas"));
    this.mark = /** @type {HTMLElement} */ (frame.querySelector(".sheet__pen"));
    this.canvas.width = this.canvas.height = SIDE;
    this.context = inkOn(this.canvas);
    Object.assign(this.context, { lineWidth: PEN * SIDE, lineCap: "round", lineJoin: "round", strokeStyle: "#fff" });
    /** @type {Point[][]} */
    this.strokes = [];
    this.penDown = false; // by pointer or by key
    /** @type {Point} */
    this.place = { x: 0.5, y: 0.5 };
    this.listen();
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.drag(event));
    canvas.addEventListener("pointerup", (event) => this.release(event));
    canvas.addEventListener("pointercancel", (event) => this.release(event));
    canvas.addEventListener("keydown", (event) => this.type(event));
    canvas.addEventListener("blur", () => this.lift());
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (!event.isPrimary || event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.frame.removeAttribute("data-keys");
    this.lower(this.pointOf(event), event.timeStamp);
  }

  /** @param {PointerEvent} event */
  drag(event) {
    if (!this.penDown || event.pointerId !== this.pointer) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const each of passed.length ? passed : [event]) this.lead(this.pointOf(each));
    this.onChange(event.timeStamp);
  }

  /** @param {PointerEvent} event */
  release(event) {
    if (event.pointerId === this.pointer) this.lift();
  }

  /** @param {KeyboardEvent} event */
  type(event) {
    const action = this.actionOf(event);
    if (!action) return;
    event.preventDefault();
    action();
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {(() => void) | null} what a key does
   */
  actionOf({ key, ctrlKey, metaKey, timeStamp }) {
    if ((ctrlKey || metaKey) && key === "z") return () => this.undo();
    if (ctrlKey || metaKey) return null;
    if (key in ARROWS) return () => this.step(ARROWS[/** @type {keyof typeof ARROWS} */ (key)], timeStamp);
    if (key === " ") return () => (this.penDown ? this.lift() : this.lower(this.place, timeStamp));
    if (key === "Delete" || key === "Backspace") return () => this.clear();
    return null;
  }

  /**
   * Leads the pen by the keys, drawing where it is down.
   * @param {number[]} direction
   * @param {number} movedAt
   */
  step([right, down], movedAt) {
    const place = { x: clamp(this.place.x + right * STEP, 0, 1), y: clamp(this.place.y + down * STEP, 0, 1) };
    this.frame.setAttribute("data-keys", "");
    if (this.penDown) {
      this.lead(place);
      this.onChange(movedAt);
    }
    this.moveTo(place);
  }

  /**
   * @param {MouseEvent} event
   * @returns {Point}
   */
  pointOf({ clientX, clientY }) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return { x: (clientX - left) / width, y: (clientY - top) / height };
  }

  /**
   * Puts the pen down.
   * @param {Point} point
   * @param {number} movedAt
   */
  lower(point, movedAt) {
    this.lift();
    this.penDown = true;
    this.strokes.push([]);
    this.frame.toggleAttribute("data-pen-down", true);
    this.lead(point);
    this.onChange(movedAt);
  }

  /** @param {Point} point */
  lead(point) {
    const stroke = this.strokes[this.strokes.length - 1];
    this.line(stroke[stroke.length - 1] ?? point, point);
    stroke.push(point);
    this.moveTo(point);
  }

  /** @param {Point} point */
  moveTo(point) {
    this.place = point;
    this.mark.style.left = `${100 * point.x}%`;
    this.mark.style.top = `${100 * point.y}%`;
  }

  lift() {
    if (!this.penDown) return;
    this.penDown = false;
    this.frame.toggleAttribute("data-pen-down", false);
    this.onChange(performance.now());
  }

  /**
   * @param {Point} from
   * @param {Point} to
   */
  line(from, to) {
    this.context.beginPath();
    this.context.moveTo(from.x * SIDE, from.y * SIDE);
    this.context.lineTo(to.x * SIDE, to.y * SIDE);
    this.context.stroke();
  }

  undo() {
    this.lift();
    this.strokes.pop();
    this.paint();
  }

  clear() {
    this.lift();
    this.strokes = [];
    this.paint();
  }

  paint() {
    this.context.clearRect(0, 0, SIDE, SIDE);
    for (const stroke of this.strokes) stroke.forEach((point, index) => this.line(stroke[index - 1] ?? point, point));
    this.onChange(performance.now());
  }
}

// A stroke that begins outside the canvas goes on inside: with a mouse from wherever nothing is to be pressed or selected, with a
// finger from the canvas's own margin, since elsewhere it scrolls.

import * as canvas from "./canvas_access.js";

const CONTROLS = "a, button, input, textarea, select, label, summary, img, [role=tab], [role=slider], [role=combobox]";
const BUSY = "data-stroke-under-way"; // on the page: canvas_tools.css lets nothing be selected

export class OutsideStrokes {
  constructor() {
    /** @type {PointerEvent | null} */
    this.last = null; // of a press outside, for as long as its pointer is
    /** @type {import("./canvas_access.js").Kind | null} */
    this.leading = null; // what leads the stroke, once it is on the canvas
    this.stopped = new AbortController();
    const on = (type, handler) => {
      const heard = (event) => event.isTrusted && handler(event); // and not what we cause ourselves
      window.addEventListener(type, heard, { capture: true, passive: true, signal: this.stopped.signal });
    };
    on("pointerdown", (event) => this.press(event));
    on("pointermove", (event) => this.move(event));
    for (const type of ["pointerup", "pointercancel"]) on(type, (event) => this.lift(event));
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (!event.isPrimary) return;
    const outside = event.button === 0 && !canvas.isOnCanvas(event);
    this.last = outside && (event.pointerType === "mouse" ? isBlank(event) : canvas.isOnMargin(event)) ? event : null;
  }

  /** @param {PointerEvent} event */
  move(event) {
    const drawing = this.last && event.isPrimary && canvas.findDrawing();
    if (!drawing) return;
    const point = canvas.pointAt(drawing, event);
    if (this.leading === "touch") canvas.move(drawing, point, "touch"); // a mouse is followed by the canvas itself
    else if (!this.leading && event.buttons === 1 && canvas.isInside(drawing, point)) this.begin(drawing, event);
    this.last = event.buttons === 1 ? event : null;
  }

  /**
   * @param {import("./canvas_access.js").Drawing} drawing
   * @param {PointerEvent} event
   */
  begin(drawing, event) {
    if (!this.last) return;
    this.leading = event.pointerType === "mouse" ? "mouse" : "touch";
    document.getSelection()?.removeAllRanges();
    document.documentElement.toggleAttribute(BUSY, true);
    canvas.press(drawing, canvas.pointAt(drawing, this.last), this.leading);
    if (this.leading === "touch") canvas.move(drawing, canvas.pointAt(drawing, event), "touch");
  }

  /** @param {PointerEvent} event */
  lift(event) {
    if (!event.isPrimary) return;
    const drawing = this.leading === "touch" && canvas.findDrawing();
    if (drawing) canvas.lift(drawing, canvas.pointAt(drawing, event), "touch");
    this.last = this.leading = null;
    document.documentElement.toggleAttribute(BUSY, false);
  }

  stop() {
    this.stopped.abort();
    document.documentElement.toggleAttribute(BUSY, false);
  }
}

/**
 * Whether a press is on nothing that could be pressed or selected.
 * @param {PointerEvent} event
 */
function isBlank(event) {
  const [target] = event.composedPath();
  return target instanceof Element && !target.closest(CONTROLS) && !isOnText(target, event);
}

/**
 * @param {Element} element
 * @param {PointerEvent} event
 */
function isOnText(element, { clientX, clientY }) {
  const range = document.createRange();
  return [...element.childNodes].some((node) => {
    if (node.nodeType !== Node.TEXT_NODE) return false;
    range.selectNodeContents(node);
    return [...range.getClientRects()].some(
      ({ left, right, top, bottom }) => left <= clientX && clientX <= right && top <= clientY && clientY <= bottom,
    );
  });
}

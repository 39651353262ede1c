// The drawable canvas, which lives in an open shadow root of its own and promises nobody its parts. A test looks for each,
// by name. What else draws on it than a hand does so by the events that a hand would cause.

import { html } from "../shared/elements.js";
import { shadowRoots } from "../shared/streamlit_access.js";

const CANVAS = "st-key-digit-canvas";

export const PARTS = {
  "the finished strokes": "canvas.lower-canvas.dc-canvas",
  "the stroke being drawn": "canvas.upper-canvas",
  "the button that undoes": 'button[aria-label="Undo"]',
  "the button that clears": 'button[aria-label="Reset canvas & history"]',
  "the toolbar": ".dc-toolbar",
  "the frame that scrolls": ".dc-scroll",
  "the sheet": ".dc-container",
};

const SCRIPT = 'script[src*="drawable_canvas"]'; // as Streamlit has loaded it

const COLOUR = "#ffffff";

// What it is told by Python, but for the pen: with anything else it would begin an empty sheet.
const SETTINGS = {
  fillColor: "#eee",
  strokeColor: COLOUR,
  backgroundColor: "",
  backgroundImageURL: null,
  realtimeUpdateStreamlit: false,
  drawingMode: "freedraw",
  initialDrawing: { objects: [], background: "" },
  displayRadius: 3,
  returnImageData: false,
  disabled: false,
  backgroundImageFit: "stretch",
  maxDisplayHeight: null,
  fontSize: 20,
  label: "",
};

const DOWN = { mouse: "mousedown", touch: "touchstart" };
const MOVE = { mouse: "mousemove", touch: "touchmove" };
const UP = { mouse: "mouseup", touch: "touchend" };
const FINGER = -1; // none of a hand's

const DRESS = `
  .dc-root { border-radius: 0.6rem; overflow: hidden; }
  .dc-canvas { outline: none; }
  ${PARTS["the toolbar"]} { display: none !important; }
  ${PARTS["the frame that scrolls"]} { overflow: hidden; }
  .digit-pen {
    position: absolute;
    z-index: 11; /* above the strokes */
    box-sizing: border-box;
    border: 2px solid #fff;
    border-radius: 50%;
    outline: 2px solid #0b7285;
    transform: translate(-50%, -50%);
    pointer-events: none;
  }
  .digit-pen[data-down] { background: #0b7285; }
`;

const NAME = "Canvas to draw a digit on. Arrow keys move the pen, Space puts it down and up, Backspace undoes a stroke.";

/**
 * @typedef {object} Drawing the canvas's parts
 * @property {ShadowRoot} root
 * @property {HTMLCanvasElement} strokes
 * @property {HTMLCanvasElement} pen
 */

/** @typedef {[x: number, y: number]} Point in px of the canvas, however large it is shown */

/** @typedef {"mouse" | "touch"} Kind of events: after a touch, the canvas is deaf to a mouse for a moment */

/** @type {Drawing | null} */
let found = null; // which is asked for with every movement of the pen

/**
 * Returns the canvas's parts, or null while it is not on the page.
 * @returns {Drawing | null}
 */
export function findDrawing() {
  if (!found?.pen.isConnected || !found.strokes.isConnected) found = lookForDrawing();
  return found;
}

/** @returns {Drawing | null} */
function lookForDrawing() {
  for (const root of shadowRoots(CANVAS)) {
    const [strokes, pen] = ["the finished strokes", "the stroke being drawn"].map((part) =>
      root.querySelector(PARTS[/** @type {keyof typeof PARTS} */ (part)]),
    );
    if (strokes instanceof HTMLCanvasElement && pen instanceof HTMLCanvasElement) return { root, strokes, pen };
  }
  return null;
}

/** @param {Event} event */
export function isOnCanvas(event) {
  const drawing = findDrawing();
  return drawing !== null && event.composedPath().includes(drawing.pen);
}

/**
 * Whether it is beside the canvas, where a finger can begin.
 * @param {Event} event
 */
export function isOnMargin(event) {
  return event.target instanceof Element && event.target.classList.contains(CANVAS);
}

/**
 * Where on the canvas a point of the window lies, which may be outside.
 * @param {Drawing} drawing
 * @param {{ clientX: number, clientY: number }} place
 * @returns {Point}
 */
export function pointAt({ pen }, { clientX, clientY }) {
  const { left, top, width, height } = pen.getBoundingClientRect();
  return [((clientX - left) * pen.width) / width, ((clientY - top) * pen.height) / height];
}

/**
 * @param {Drawing} drawing
 * @param {Point} point
 */
export function isInside({ pen }, [x, y]) {
  return x >= 0 && y >= 0 && x < pen.width && y < pen.height;
}

/**
 * Whether the canvas is to be seen, as it is not behind another tab: elsewhere nothing can be drawn on it.
 * @param {Drawing} drawing
 */
export function isShown({ pen }) {
  return pen.getBoundingClientRect().width > 0;
}

/**
 * Puts the canvas's pen down.
 * @param {Drawing} drawing
 * @param {Point} point
 * @param {Kind} [kind]
 */
export function press(drawing, point, kind = "mouse") {
  act(drawing, point, "pointerdown", drawing.pen, DOWN[kind]);
}

/**
 * @param {Drawing} drawing
 * @param {Point} point
 * @param {Kind} [kind]
 */
export function move(drawing, point, kind = "mouse") {
  act(drawing, point, "pointermove", document, MOVE[kind]);
}

/**
 * @param {Drawing} drawing
 * @param {Point} point
 * @param {Kind} [kind]
 */
export function lift(drawing, point, kind = "mouse") {
  act(drawing, point, "pointerup", document, UP[kind]);
}

/**
 * Causes what a hand would: an event for who follows pointers on this page, and one where the canvas listens for it.
 * @param {Drawing} drawing
 * @param {Point} point
 * @param {string} seen
 * @param {EventTarget} listener
 * @param {string} heard
 */
function act({ pen }, [x, y], seen, listener, heard) {
  const { left, top, width, height } = pen.getBoundingClientRect();
  const place = { clientX: left + (x * width) / pen.width, clientY: top + (y * height) / pen.height };
  const touch = { touches: [], changedTouches: [{ ...place, identifier: FINGER }] };
  say(pen, seen, { ...place, button: 0 });
  say(listener, heard, heard.startsWith("touch") ? touch : { ...place, button: 0 });
}

/**
 * @param {EventTarget} target
 * @param {string} type
 * @param {object} details
 */
function say(target, type, details) {
  target.dispatchEvent(Object.assign(new Event(type, { composed: true, cancelable: true }), details));
}

/**
 * Returns what gives the canvas a pen of a width, in px of the canvas, until Python chooses one again; where that can't be had, what
 * leaves it the pen that it has.
 * @param {Drawing} drawing
 * @returns {Promise<(width: number) => void>}
 */
export async function penRack({ root, pen }) {
  const script = document.querySelector(SCRIPT);
  const draw = script instanceof HTMLScriptElement ? (await import(script.src)).default : () => {};
  const size = { canvasWidth: pen.width, canvasHeight: pen.height };
  return (strokeWidth) => draw({ data: { ...SETTINGS, ...size, strokeWidth }, parentElement: root, setStateValue() {} });
}

export function undo() {
  button("the button that undoes")?.click();
}

export function clear() {
  button("the button that clears")?.click();
}

export function canUndo() {
  return button("the button that undoes")?.disabled === false;
}

/**
 * @param {"the button that undoes" | "the button that clears"} part
 * @returns {HTMLButtonElement | null | undefined}
 */
function button(part) {
  return findDrawing()?.root.querySelector(PARTS[part]);
}

/**
 * Gives the canvas our looks, and a name for who can't see it.
 * @param {Drawing} drawing
 */
export function dressUp({ root, pen }) {
  if (root.querySelector("style[data-digit-dress]")) return;
  const style = Object.assign(document.createElement("style"), { textContent: DRESS });
  style.dataset.digitDress = "";
  root.append(style);
  pen.setAttribute("role", "application"); // so that a screen reader leaves the arrow keys to it
  pen.setAttribute("aria-label", NAME);
  pen.tabIndex = 0;
}

/**
 * Shows where the pen is that the keyboard moves, and the canvas as what has the focus.
 * @param {Drawing} drawing
 * @param {{ at: Point, width: number, down: boolean }} pen its place and width in px of the canvas
 */
export function showPen({ root, pen }, { at: [x, y], width, down }) {
  if (!pen.matches(":focus-visible")) return; // whoever has pressed on it draws by hand
  const sheet = root.querySelector(PARTS["the sheet"]);
  const mark = root.querySelector(".digit-pen") ?? sheet?.appendChild(html("div", "digit-pen"));
  if (!(mark instanceof HTMLElement)) return;
  const place = { left: `${(100 * x) / pen.width}%`, top: `${(100 * y) / pen.height}%`, width: `${width}px`, height: `${width}px` };
  Object.assign(mark.style, place);
  mark.toggleAttribute("data-down", down);
  frame()?.toggleAttribute("data-keys", true);
}

export function hidePen() {
  findDrawing()?.root.querySelector(".digit-pen")?.remove();
  frame()?.toggleAttribute("data-keys", false);
}

function frame() {
  return document.querySelector(`.${CANVAS}`);
}

/**
 * "Draw here", on a sheet with nothing on it.
 * @param {boolean} wanted
 */
export function invite(wanted) {
  frame()?.toggleAttribute("data-blank", wanted);
}

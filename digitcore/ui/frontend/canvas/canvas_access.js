// The drawable canvas, which lives in an open shadow root of its own and promises nobody its parts. A test looks for each,
// by name.

import { shadowRoots } from "../shared/streamlit_access.js";

const CANVAS = "st-key-digit-canvas";

export const PARTS = {
  "the finished strokes": "canvas.lower-canvas.dc-canvas",
  "the stroke being drawn": "canvas.upper-canvas",
  "the button that undoes": 'button[aria-label="Undo"]',
  "the button that clears": 'button[aria-label="Reset canvas & history"]',
  "the toolbar": ".dc-toolbar",
  "the frame that scrolls": ".dc-scroll",
};

const DRESS = `
  .dc-canvas { outline: none; }
  ${PARTS["the toolbar"]} { display: none !important; }
  ${PARTS["the frame that scrolls"]} { overflow: hidden; }
`;

/**
 * @typedef {object} Drawing the canvas's parts
 * @property {ShadowRoot} root
 * @property {HTMLCanvasElement} strokes
 * @property {HTMLCanvasElement} pen
 */

/**
 * Returns the canvas's parts, or null while it is not on the page.
 * @returns {Drawing | null}
 */
export function findDrawing() {
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
  pen.setAttribute("role", "img");
  pen.setAttribute("aria-label", "Canvas to draw a digit on");
}

/**
 * "Draw here", on a sheet with nothing on it.
 * @param {boolean} wanted
 */
export function invite(wanted) {
  document.querySelector(`.${CANVAS}`)?.toggleAttribute("data-blank", wanted);
}

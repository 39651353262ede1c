// The canvas's own controls. Undo and Clear press the drawable canvas's buttons, which it shows on hover only; this takes
// no round trip and keeps its history. The pen's width goes through Python, which gives it to the canvas.

import { Asking } from "../shared/asking.js";
import { mount } from "../shared/mount.js";
import * as canvas from "./canvas_access.js";
import { KeyboardPen } from "./keyboard_pen.js";
import { KeptDrawing } from "./kept_drawing.js";
import { OutsideStrokes } from "./outside_strokes.js";

const DRESS_EVERY = 250; // ms between looks at whether the canvas is there, and whether there is anything to undo

class Tools {
  constructor(parentElement) {
    this.root = parentElement.querySelector(".digit-tools");
    this.pens = this.root.querySelector(".digit-tools__pens");
    this.undo = this.root.querySelector('[data-action="undo"]');
    this.clear = this.root.querySelector('[data-action="clear"]');
    this.undo.onclick = () => this.takeBack();
    this.clear.onclick = () => this.clearAll();
    this.pen = new Asking();
    this.penWidth = 0;
    this.kept = new KeptDrawing(() => this.penWidth);
    this.outside = new OutsideStrokes();
    this.keys = new KeyboardPen(
      () => this.penWidth,
      () => this.takeBack(),
    );
    this.timer = setInterval(() => this.dress(), DRESS_EVERY);
    this.stopped = new AbortController();
    const options = { capture: true, passive: true, signal: this.stopped.signal };
    window.addEventListener("pointerdown", (event) => this.lower(event), options);
    for (const type of ["pointerup", "pointercancel"]) window.addEventListener(type, () => (this.penDown = false), options);
  }

  lower(event) {
    this.penDown = canvas.isOnCanvas(event);
    if (this.penDown) canvas.invite(false);
  }

  takeBack() {
    if (!canvas.canUndo()) return;
    canvas.undo();
    this.kept.undo();
    this.dress();
  }

  clearAll() {
    canvas.clear();
    this.kept.clear();
    this.dress();
  }

  // Gives the canvas our looks, and our buttons its state.
  dress() {
    const drawing = canvas.findDrawing();
    if (!drawing) return;
    canvas.dressUp(drawing);
    this.kept.bringBack(drawing);
    const nothing = !canvas.canUndo();
    // written anew even the same state has Streamlit's tabs look through all that is in them
    if (this.undo.disabled !== nothing) this.undo.disabled = this.clear.disabled = nothing;
    if (!this.penDown) canvas.invite(nothing);
  }

  update({ data: { pens, pen }, setStateValue }) {
    this.pen.answered(pen);
    this.penWidth = pen;
    if (this.pens.childElementCount !== pens.length) this.pens.replaceChildren(...pens.map(makePen));
    for (const button of this.pens.children) {
      const chosen = Number(button.dataset.width) === pen;
      button.setAttribute("aria-checked", chosen);
      button.tabIndex = chosen ? 0 : -1;
      button.onclick = () => {
        if (!chosen || this.pen.wanted !== null) this.pen.ask(Number(button.dataset.width), (width) => setStateValue("pen", width));
      };
      button.onkeydown = (event) => this.step(event, button);
    }
    this.dress();
  }

  stop() {
    clearInterval(this.timer);
    this.pen.stop();
    this.kept.stop();
    this.outside.stop();
    this.keys.stop();
    this.stopped.abort();
  }

  step(event, button) {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const next = by && this.pens.children[[...this.pens.children].indexOf(button) + by];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.click();
  }
}

function makePen({ name, width }) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "digit-tools__pen" });
  button.setAttribute("role", "radio");
  button.setAttribute("aria-label", name);
  button.title = name;
  button.dataset.width = width;
  button.style.setProperty("--dot", `${width}px`);
  return button;
}

export default mount(Tools);

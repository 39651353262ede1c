// A run taken along: a page that draws and reads with no server and no network. It is bundled into one HTML file.

import { Camera } from "../draw/camera.js";
import { Engine } from "../engine/engine.js";
import { PageReader } from "../draw/page_reader.js";
import { ReadingView } from "../draw/reading_view.js";
import { verdict } from "../draw/verdict.js";
import { default as inside } from "../inside/inside.js";
import { default as why } from "../why/why.js";
import { EngineHere } from "./engine_here.js";
import { Sheet } from "./sheet.js";

/** @typedef {import("../engine/reader.js").Reading} Reading */
/** @typedef {import("../draw/page_reader.js").Task} Task */

const HINT = { title: "Draw any digit", text: "From 0 to 9, on the black sheet. The network reads it while you draw." };
const TOO_OLD = { title: "Nothing can be read here", text: "This browser is too old: open the file in a newer one." };

class Page {
  constructor() {
    this.view = new ReadingView(document.body);
    this.camera = new Camera();
    this.sheet = new Sheet(part("#digit-canvas"), (movedAt) => this.plan(movedAt));
    this.reader = new PageReader(
      (reading, task) => this.show(reading, task),
      () => this.look(true),
      () => (hasWorkers() ? new Engine() : new EngineHere()),
    );
    this.undo = /** @type {HTMLButtonElement} */ (part('[data-action="undo"]'));
    this.clear = /** @type {HTMLButtonElement} */ (part('[data-action="clear"]'));
    this.undo.addEventListener("click", () => this.sheet.undo());
    this.clear.addEventListener("click", () => this.sheet.clear());
    this.version = 0; // of the drawing
    this.planned = 0;
    this.hint = HINT;
    this.look(true);
  }

  /** Takes up the network that came in this file. */
  async open() {
    const weights = `data:application/octet-stream;base64,${part("#weights").textContent?.trim()}`;
    place(inside, "#inside", { weights });
    place(why, "#why", {});
    await this.reader.use(weights);
    if (!this.reader.ready) await this.tryHere(weights);
    if (!this.reader.ready) this.view.showEmpty((this.hint = TOO_OLD));
  }

  /**
   * Some browsers have Workers, but start none for a file.
   * @param {string} weights
   */
  async tryHere(weights) {
    this.reader.makeEngine = () => new EngineHere();
    await this.reader.use(null);
    await this.reader.use(weights);
  }

  /** @param {number} movedAt when the pen moved, in ms */
  plan(movedAt) {
    this.movedAt ??= movedAt;
    this.planned ||= requestAnimationFrame(() => this.look());
  }

  /** @param {boolean} [anew] also where nothing has changed */
  look(anew = false) {
    this.planned = 0;
    this.dress();
    if (this.camera.look([this.sheet.canvas]) || anew) this.read();
    else if (!this.sheet.penDown) this.view.speak(this.told);
  }

  read() {
    const movedAt = this.movedAt ?? performance.now();
    this.movedAt = undefined;
    this.version++;
    if (this.camera.blank) this.empty();
    else this.reader.read({ drawing: this.camera.drawing, version: this.version, movedAt, plainly: this.sheet.penDown });
  }

  empty() {
    this.told = null;
    this.reader.clear();
    this.view.showEmpty(this.hint);
    this.view.speak(null);
  }

  /**
   * @param {Reading | null} reading
   * @param {Task} task
   */
  show(reading, { movedAt }) {
    if (this.camera.blank) return; // cleared meanwhile
    this.told = reading && { ...reading, ...verdict(reading) };
    this.view.damaged = this.reader.isDamaged;
    if (this.told) this.view.show(this.told, performance.now() - (movedAt ?? 0));
    else this.view.showEmpty(this.hint);
    if (!this.sheet.penDown) this.view.speak(this.told);
  }

  dress() {
    const { strokes, frame } = this.sheet;
    this.undo.disabled = this.clear.disabled = !strokes.length;
    frame.toggleAttribute("data-blank", !strokes.length);
  }
}

/**
 * Puts one of the app's components into its place.
 * @param {(component: import("../shared/mount.js").Component) => void} component
 * @param {string} selector
 * @param {object} data
 */
function place(component, selector, data) {
  component({ parentElement: part(selector), data, setStateValue: ignore, setTriggerValue: ignore });
}

function hasWorkers() {
  return "Worker" in globalThis;
}

function ignore() {} // there is no server to be told

/**
 * @param {string} selector
 * @returns {HTMLElement}
 */
function part(selector) {
  const found = document.querySelector(selector);
  if (found instanceof HTMLElement) return found;
  throw new Error(`There is no ${selector} on this page.`);
}

if (typeof document !== "undefined" && document.querySelector("#weights")) new Page().open();

export { Page };

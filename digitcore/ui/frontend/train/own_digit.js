// The visitor's own digit, beside the guesses: read in the page, by the network that is being trained as it is at this moment.

import { Engine } from "../engine/engine.js";
import { html, inkOn } from "../shared/elements.js";
import { chance } from "../shared/numbers.js";

/** @typedef {import("../engine/reader.js").Reading} Reading */

/**
 * Who reads: where the weights are, null while there are none, after how many steps they were that, and a sentence that says
 * what is waited for, or who reads.
 * @typedef {{ weights: string | null, step: number, words: string }} Network
 */

const SIDE = 160; // px, as the Draw page takes its pictures
const PEN = 11; // px, as the Draw page's broad pen
const DIGITS = 10;
const CANT_READ = "This browser can't compute a network.";

/** What is drawn on, for as long as the page is open: it outlives every panel that shows it. */
export class Sheet {
  constructor() {
    this.canvas = Object.assign(html("canvas", "own-digit__canvas"), { width: SIDE, height: SIDE });
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", "Canvas to draw your own digit on");
    this.ink = inkOn(this.canvas, { willReadFrequently: true });
    Object.assign(this.ink, { lineWidth: PEN, lineCap: "round", lineJoin: "round", strokeStyle: "#fff" });
    this.blank = true;
    /** @type {{ x: number, y: number } | null} */
    this.last = null; // where the pen is, while it is down
    this.onChange = () => {};
    this.canvas.addEventListener("pointerdown", (event) => this.lower(event));
    this.canvas.addEventListener("pointermove", (event) => this.last && this.draw(event));
    for (const type of ["pointerup", "pointercancel"]) this.canvas.addEventListener(type, () => (this.last = null));
  }

  /** @param {PointerEvent} event */
  lower(event) {
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.last = this.placeOf(event);
    this.blank = false;
    this.draw(event);
  }

  /** @param {PointerEvent} event */
  draw(event) {
    const place = this.placeOf(event);
    this.ink.beginPath();
    this.ink.moveTo(this.last?.x ?? place.x, this.last?.y ?? place.y);
    this.ink.lineTo(place.x, place.y);
    this.ink.stroke();
    this.last = place;
    this.onChange();
  }

  /** @param {PointerEvent} event */
  placeOf({ clientX, clientY }) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return { x: ((clientX - left) / width) * SIDE, y: ((clientY - top) / height) * SIDE };
  }

  clear() {
    this.ink.clearRect(0, 0, SIDE, SIDE);
    this.blank = true;
    this.last = null;
    this.onChange();
  }

  /** @returns {import("../preprocessing/grid.js").Grey} */
  get drawing() {
    const { data } = this.ink.getImageData(0, 0, SIDE, SIDE);
    return { data: Uint8Array.from({ length: SIDE * SIDE }, (_, at) => data[4 * at + 3]), width: SIDE, height: SIDE };
  }
}

/** @type {Sheet | null} */
let kept = null;

export class OwnDigit {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.sheet = kept ??= new Sheet();
    this.part("sheet").prepend(this.sheet.canvas);
    this.sheet.onChange = () => this.change();
    this.part("clear").addEventListener("click", () => this.sheet.clear());
    this.bars = Array.from({ length: DIGITS }, (_, digit) => html("li", "own-digit__bar", digit));
    this.part("bars").replaceChildren(...this.bars);
    /** @type {Network} */
    this.network = { weights: null, step: 0, words: "" };
    /** @type {Network | null} */
    this.loaded = null; // that reads now
    /** @type {Engine | null} */
    this.engine = null;
    this.loading = this.reading = this.changed = this.failed = false;
    this.readings = 0;
    this.showNothing();
  }

  /**
   * @param {string} name
   * @returns {HTMLElement}
   */
  part(name) {
    return /** @type {HTMLElement} */ (this.root.querySelector(`.own-digit__${name}`));
  }

  /** @param {Network} network that there is now; where the line is slow, those in between are left out */
  show(network) {
    this.network = network;
    if (!network.weights) this.loaded = null;
    if (!this.loaded) this.showNothing();
    this.load();
  }

  change() {
    if (this.sheet.blank || !this.loaded) this.showNothing();
    this.load();
    this.read();
  }

  async load() {
    const wanted = this.network;
    const has = this.loaded?.weights === wanted.weights;
    if (this.sheet.blank || !wanted.weights || has || this.loading || this.failed) return;
    this.loading = true;
    try {
      this.engine ??= new Engine();
      await this.engine.load(wanted.weights);
      this.loaded = wanted;
    } catch (error) {
      this.failed = !this.engine; // else they are gone already, and newer ones come
      console.info("These weights could not be had:", error);
    }
    this.loading = false;
    this.read();
  }

  async read() {
    this.changed = true;
    if (this.reading) return;
    this.reading = true;
    while (this.changed && this.loaded && this.engine && !this.sheet.blank) {
      this.changed = false;
      const by = this.loaded;
      const { reading } = await this.engine.read(this.sheet.drawing); // oxlint-disable-line no-await-in-loop -- one at a time is meant
      if (!this.sheet.blank && this.loaded) this.display(reading, by);
    }
    this.reading = false;
  }

  /**
   * @param {Reading | null} reading
   * @param {Network} by
   */
  display(reading, { words, step }) {
    if (!reading) return; // the pen has just touched the sheet
    const { digit, confidence, probabilities } = reading;
    Object.assign(this.root.dataset, { state: "read", digit: digit ?? "", step, frame: ++this.readings });
    this.write(String(digit ?? "?"), digit === null ? "not one digit" : chance(confidence), words);
    this.bars.forEach((bar, place) => {
      bar.style.setProperty("--share", probabilities[place].toFixed(3));
      bar.toggleAttribute("data-top", place === digit);
    });
  }

  showNothing() {
    Object.assign(this.root.dataset, { state: this.sheet.blank ? "blank" : "waiting", digit: "", step: "" });
    this.write("", "", this.sheet.blank ? "" : this.failed ? CANT_READ : this.network.words);
    for (const bar of this.bars) {
      bar.style.setProperty("--share", "0");
      bar.removeAttribute("data-top");
    }
  }

  /**
   * @param {string} digit
   * @param {string} sureness
   * @param {string} words
   */
  write(digit, sureness, words) {
    for (const [name, text] of Object.entries({ digit, sureness, words })) {
      if (this.part(name).textContent !== text) this.part(name).textContent = text;
    }
  }

  stop() {
    this.sheet.onChange = () => {};
    this.loaded = null;
    this.engine?.stop();
  }
}

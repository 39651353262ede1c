// A wide canvas on which several digits are drawn beside one another. The page reads them while the pen moves, and the server
// confirms the number when it rests; where the page can't read, the server's answer is what is shown. Each digit can be chosen, to
// be labelled: then it is shown as what it was.

import { copyBy } from "../shared/clipboard.js";
import { mount } from "../shared/mount.js";
import { examplesNow, onExamples } from "../teach/examples.js";
import { onLabel, setShown } from "../teach/shown.js";
import { LineEngine } from "./line_engine.js";
import { stretchKey } from "./line_reader.js";
import { drawn, NumberView } from "./number_view.js";
import { imageOf } from "./painting.js";
import { StrokesSheet } from "./strokes_sheet.js";

const REST = 250; // ms without a change, after which the server is asked

class NumberPad {
  /** @param {HTMLElement} parentElement */
  constructor(parentElement) {
    this.root = /** @type {HTMLElement} */ (parentElement.querySelector(".digit-number"));
    this.view = new NumberView(this.root, (digit) => this.choose(digit));
    const canvas = /** @type {HTMLCanvasElement} */ (this.root.querySelector("canvas"));
    /** @type {LineEngine | null} */
    this.engine = null;
    this.address = "";
    this.ready = false;
    this.busy = false;
    this.version = 0; // of the strokes
    this.shown = -1; // the version that was read last
    this.movedAt = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.resting = undefined;
    this.send = (/** @type {object} */ _drawing) => {};
    /** @type {import("./line_reader.js").Rules | null} */
    this.rules = null;
    /** @type {string | null} */
    this.chosen = null; // the digit that may be labelled, by its key
    /** @type {Map<string, number>} */
    this.labels = new Map(); // what digits were labelled, by their keys
    /** @type {import("./number_view.js").NamedDigit[]} */
    this.digits = []; // that are shown
    const ends = [onLabel((key, label) => this.labelled(key, label)), onExamples((examples) => this.teach(examples))];
    this.endHearing = () => ends.forEach((end) => end());
    const button = (/** @type {string} */ name) => this.root.querySelector(`[data-action=${name}]`);
    const named = (/** @type {string} */ name) => [name, /** @type {HTMLButtonElement} */ (button(name))];
    this.buttons = Object.fromEntries(["undo", "clear", "copy"].map(named));
    this.sheet = new StrokesSheet(canvas, () => this.changed());
    this.buttons.undo.onclick = () => this.sheet.undo();
    this.buttons.clear.onclick = () => this.sheet.clear();
    this.buttons.copy.onclick = () => copyBy(this.buttons.copy, this.root.dataset.number ?? "");
    this.view.show([], [], 0);
    this.changed();
  }

  changed() {
    const { strokes } = this.sheet;
    this.version++;
    this.movedAt = performance.now();
    this.root.toggleAttribute("data-drawn", strokes.length > 0);
    for (const button of Object.values(this.buttons)) button.disabled = !strokes.length;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.rest(), REST);
    if (!strokes.length) this.show([], [], this.version);
    else this.read(true);
  }

  /** @param {boolean} plainly */
  async read(plainly) {
    if (!this.ready || !this.engine || this.busy) return;
    this.busy = true;
    const { version, movedAt } = this;
    const strokes = this.sheet.strokes.map(({ key, points }) => ({ key, points: [...points] }));
    try {
      const digits = await this.engine.readStrokes(strokes, plainly);
      if (this.sheet.strokes.length) this.show(digits, strokes, version);
      if (plainly) this.root.dataset.roundTripMs = (performance.now() - movedAt).toFixed(1);
    } catch (error) {
      this.giveUp(error);
    } finally {
      this.busy = false;
    }
    if (this.version !== version && this.sheet.strokes.length) this.read(plainly);
  }

  /**
   * @param {import("./line_reader.js").LineDigit[]} digits
   * @param {import("./strokes_sheet.js").Stroke[]} strokes
   * @param {number} version
   */
  show(digits, strokes, version) {
    this.shown = version;
    this.digits = digits.map((each) => this.named(each, strokes));
    if (this.chosen !== null && !this.digits.some(({ key }) => key === this.chosen)) this.choose(null);
    this.view.show(this.digits, strokes, this.sheet.width, this.chosen);
  }

  /**
   * @param {import("./line_reader.js").LineDigit} digit
   * @param {import("./strokes_sheet.js").Stroke[]} strokes
   * @returns {import("./number_view.js").NamedDigit}
   */
  named(digit, strokes) {
    const key = digit.stretches.map(([place, ...ends]) => strokes[place] && stretchKey(strokes[place], ...ends)).join(" ");
    return { ...digit, key, label: this.labels.get(key) ?? null };
  }

  /**
   * Chooses the digit that may be labelled; the one that is chosen already is let go.
   * @param {import("./number_view.js").NamedDigit | null} digit
   */
  choose(digit) {
    this.chosen = digit && digit.key !== this.chosen ? digit.key : null;
    this.view.choose(this.chosen);
    if (!digit || this.chosen === null || !this.rules) {
      setShown(null);
      return;
    }
    const points = drawn(digit, this.sheet.strokes);
    const { pen } = this.sheet;
    const strokes = points.map((each) => ({ pen, points: each }));
    const read = digit.accepted ? digit.digit : null;
    setShown({ key: digit.key, digit: read, confidence: digit.confidence, image: imageOf(points, this.rules), strokes });
  }

  /**
   * @param {string} key
   * @param {number | null} label null: taken back
   */
  labelled(key, label) {
    if (label === null) this.labels.delete(key);
    else this.labels.set(key, label);
    if (this.sheet.strokes.length && this.shown === this.version) this.show(this.digits, this.sheet.strokes, this.version);
  }

  // The pen rests: the digits that are in doubt are read in more views, and the server reads them, too.
  rest() {
    if (this.sheet.isDrawing) return;
    if (this.sheet.strokes.length) this.read(false);
    const strokes = this.sheet.strokes.map(({ points }) => points.map((point) => point.map(Math.round)));
    this.send({ number: this.version, strokes });
  }

  /** @param {import("../shared/mount.js").Component} component */
  update({ data: { weights, rules, answer }, setStateValue }) {
    this.send = (drawing) => setStateValue("drawing", drawing);
    this.rules = rules;
    this.use(weights, rules);
    if (answer && answer.number === this.version) this.confirm(answer);
  }

  /** @param {{ digits: import("./line_reader.js").LineDigit[], trouble: string }} answer */
  confirm({ digits, trouble }) {
    if (!this.ready || this.shown !== this.version) this.show(digits, this.sheet.strokes, this.version);
    this.root.dataset.confirmed = digits.map(({ digit }) => digit).join("");
    const number = this.root.dataset.number ?? "";
    this.view.say(trouble || (number && `The number reads ${[...number].join(" ")}.`));
    if (trouble) this.view.doubt.textContent = trouble;
  }

  /**
   * @param {string | null} address of a run's weights
   * @param {import("./line_reader.js").Rules} rules
   */
  async use(address, rules) {
    if (!address || address === this.address) return;
    this.address = address;
    this.ready = false;
    try {
      this.engine ??= new LineEngine();
      await this.engine.take(address, rules);
      if (address !== this.address) return; // another one was chosen meanwhile
      if (examplesNow()) await this.engine.teach(examplesNow());
      this.ready = true;
      if (this.sheet.strokes.length) this.read(false);
    } catch (error) {
      this.giveUp(error);
    }
  }

  /**
   * Reads on by these examples, too; null: by the network alone.
   * @param {import("../engine/prototypes.js").Examples | null} examples
   */
  async teach(examples) {
    if (!this.ready || !this.engine) return;
    try {
      await this.engine.teach(examples);
      if (this.sheet.strokes.length) this.read(false);
    } catch (error) {
      this.giveUp(error);
    }
  }

  /** @param {unknown} error */
  giveUp(error) {
    if (!this.engine) return;
    console.warn("The server reads the number, since the page can't:", error);
    this.ready = false;
    this.engine.stop();
    this.engine = null;
  }

  stop() {
    clearTimeout(this.resting);
    this.endHearing();
    setShown(null);
    this.sheet.stop();
    const { engine } = this;
    this.engine = null;
    engine?.stop();
  }
}

export default mount(NumberPad);

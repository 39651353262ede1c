// Ten digits in the visitor's own hand, each read in the page by every run: how many are right, beside the test set's figure.

import { Engine } from "../engine/engine.js";
import { html } from "../shared/elements.js";
import { mount } from "../shared/mount.js";
import { Sheet } from "../train/own_digit.js";

/** @typedef {{ title: string, weights: string | null, accuracy: string }} Run */

const DIGITS = 10;
const REST = 250; // ms after a stroke until it is read

/** What is drawn, for as long as the page is open: it outlives every look at something else. @type {Sheet[]} */
const sheets = [];

function kept() {
  while (sheets.length < DIGITS) {
    const sheet = new Sheet();
    sheet.canvas.className = "hand__canvas";
    sheet.canvas.setAttribute("aria-label", `Canvas to draw a ${sheets.length} on`);
    sheets.push(sheet);
  }
  return sheets;
}

/** One run's network, and what it reads in each of the ten; -1 for what it rejects, null where there is nothing. */
class Reader {
  /** @param {string} weights */
  constructor(weights) {
    this.weights = weights;
    this.engine = new Engine();
    this.loaded = this.engine.load(weights);
    /** @type {(number | null)[]} */
    this.read = Array.from({ length: DIGITS }, () => null);
  }

  /** @param {number} digit */
  async look(digit) {
    await this.loaded;
    const sheet = kept()[digit];
    const { reading } = sheet.blank ? { reading: null } : await this.engine.read(sheet.drawing);
    this.read[digit] = reading ? (reading.digit ?? -1) : null;
  }
}

class Hand {
  /** @param {HTMLElement} parentElement */
  constructor(parentElement) {
    this.root = /** @type {HTMLElement} */ (parentElement.querySelector(".hand"));
    /** @type {Run[]} */
    this.runs = [];
    /** @type {Map<string, Reader>} */
    this.readers = new Map();
    /** @type {ReturnType<typeof setTimeout>[]} */
    this.timers = [];
    this.answers = kept().map((sheet, digit) => this.cell(sheet, digit));
    this.part("clear").addEventListener("click", () => kept().forEach((sheet) => sheet.clear()));
  }

  /**
   * @param {string} name
   * @returns {HTMLElement}
   */
  part(name) {
    return /** @type {HTMLElement} */ (this.root.querySelector(`.hand__${name}`));
  }

  /**
   * @param {Sheet} sheet
   * @param {number} digit
   */
  cell(sheet, digit) {
    const item = html("li", "hand__cell");
    const answers = html("span", "hand__answers");
    item.append(html("b", "hand__digit", digit), sheet.canvas, answers);
    this.part("cells").append(item);
    sheet.onChange = () => this.soon(digit);
    return answers;
  }

  /** @param {import("../shared/mount.js").Component} component */
  update({ data }) {
    this.runs = data.runs;
    if (this.part("words").textContent !== data.words) this.part("words").textContent = data.words;
    const wanted = new Set(this.runs.map((run) => run.weights));
    for (const [weights, reader] of this.readers) if (!wanted.has(weights)) this.let(reader);
    for (const { weights } of this.runs) if (weights && !this.readers.has(weights)) this.readers.set(weights, new Reader(weights));
    for (let digit = 0; digit < DIGITS; digit++) this.soon(digit);
  }

  /** @param {Reader} reader */
  let(reader) {
    reader.engine.stop();
    this.readers.delete(reader.weights);
  }

  /** @param {number} digit */
  soon(digit) {
    clearTimeout(this.timers[digit]);
    this.timers[digit] = setTimeout(() => this.look(digit), REST);
  }

  /** @param {number} digit */
  async look(digit) {
    try {
      await Promise.all([...this.readers.values()].map((reader) => reader.look(digit)));
    } catch (error) {
      console.info("These weights could not be had:", error);
    }
    this.show(digit);
  }

  /** @param {number} digit */
  show(digit) {
    const marks = this.runs.flatMap(({ weights }, index) => {
      const said = this.readers.get(weights ?? "")?.read[digit] ?? null;
      return said === null ? [] : [this.mark(said, digit, index)];
    });
    this.answers[digit].replaceChildren(...marks);
    this.tally();
  }

  /**
   * @param {number} said
   * @param {number} digit
   * @param {number} index
   */
  mark(said, digit, index) {
    const mark = html("span", "hand__mark", `${said === digit ? "✓" : "✗"} ${said < 0 ? "none" : said}`);
    mark.dataset.run = String(index);
    return mark;
  }

  tally() {
    const drawn = kept().filter((sheet) => !sheet.blank).length;
    const lines = this.runs.flatMap(({ title, weights, accuracy }, index) => {
      const reader = this.readers.get(weights ?? "");
      if (!reader || !drawn) return [];
      const right = reader.read.filter((said, digit) => said === digit).length;
      const line = html("li", "hand__line");
      line.dataset.run = String(index);
      line.append(html("b", "", title), ` reads ${right} of your ${drawn} right; of the test digits ${accuracy}.`);
      return [line];
    });
    this.part("tally").replaceChildren(...lines);
  }

  stop() {
    this.timers.forEach(clearTimeout);
    for (const sheet of kept()) sheet.onChange = () => {};
    for (const reader of this.readers.values()) reader.engine.stop();
  }
}

export default mount(Hand);

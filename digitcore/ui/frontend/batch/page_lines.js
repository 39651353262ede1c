// A page of numbers: the picture with a box around each digit, and beside it the lines as text. A digit that is wrong is chosen,
// in the picture or in the text, and typed anew; Python is told of it, for the table.

import { copyBy } from "../shared/clipboard.js";
import { html } from "../shared/elements.js";
import { mount } from "../shared/mount.js";
import { chance, named } from "../shared/numbers.js";

/**
 * A digit as it was read; its box as shares of the picture: left, top, width, height.
 * @typedef {{ digit: number, confidence: number, second: number, secondConfidence: number, uncertain: boolean,
 *   box: number[] }} PageDigit
 */

const HINT = "Choose a digit, in the picture or in the text, and type what it is. Backspace takes it out.";
const MARGIN = 0.004; // of the picture, around a digit

class PageLines {
  /** @param {HTMLElement} parentElement */
  constructor(parentElement) {
    this.root = /** @type {HTMLElement} */ (parentElement.querySelector(".page-lines"));
    const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (this.root.querySelector(`.page-lines__${name}`));
    this.image = /** @type {HTMLImageElement} */ (part("image"));
    this.boxes = part("boxes");
    this.lines = part("lines");
    this.summary = part("summary");
    this.pad = part("pad");
    this.hint = part("hint");
    part("copy").onclick = () => copyBy(part("copy"), this.text);
    this.id = "";
    /** @type {{ key: string, read: PageDigit, digit: string, inText: HTMLElement, inPicture: HTMLElement }[]} */
    this.digits = [];
    this.chosen = -1;
    this.tell = (/** @type {object} */ _corrections) => {};
    this.root.onkeydown = (event) => this.type(event);
    this.makePad();
  }

  makePad() {
    const keys = [..."0123456789", ""].map((digit) => {
      const button = html("button", "studio-button", digit || "No digit");
      button.type = "button";
      button.dataset.digit = digit;
      button.onclick = () => this.correct(digit);
      return button;
    });
    this.pad.replaceChildren(...keys);
  }

  /** @param {import("../shared/mount.js").Component} component */
  update({ data: { id, picture, lines, corrections }, setStateValue }) {
    this.tell = (told) => setStateValue("corrections", told);
    if (id === this.id) return; // the corrections are ours, and newer
    this.id = id;
    this.image.src = picture;
    this.chosen = -1;
    this.digits = lines.flatMap((/** @type {PageDigit[]} */ line, /** @type {number} */ row) =>
      line.map((read, place) => this.digit(`${row}.${place}`, read, corrections[`${row}.${place}`] ?? String(read.digit))),
    );
    let at = 0;
    const rows = lines.map((/** @type {PageDigit[]} */ line) => {
      const row = html("li", "page-lines__line");
      row.append(...this.digits.slice(at, (at += line.length)).map(({ inText }) => inText));
      return row;
    });
    this.lines.replaceChildren(...rows);
    this.boxes.replaceChildren(...this.digits.map(({ inPicture }) => inPicture));
    this.show();
  }

  /**
   * @param {string} key
   * @param {PageDigit} read
   * @param {string} digit as it stands now; empty where there is none
   */
  digit(key, read, digit) {
    const inText = html("button", "page-lines__digit");
    const inPicture = html("button", "page-lines__box");
    const [left, top, width, height] = read.box;
    const place = { left: left - MARGIN, top: top - MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN };
    for (const [edge, share] of Object.entries(place)) inPicture.style.setProperty(edge, `${100 * share}%`);
    inPicture.tabIndex = -1; // the text is the way through for a keyboard
    for (const button of [inText, inPicture]) {
      button.type = "button";
      button.onclick = () => this.choose(this.digits.findIndex((each) => each.key === key));
    }
    return { key, read, digit, inText, inPicture };
  }

  /** @param {number} at */
  choose(at) {
    if (!this.digits[at]) return;
    this.chosen = at;
    this.digits[at].inText.focus({ preventScroll: true });
    this.digits[at].inText.scrollIntoView({ block: "nearest" });
    this.show();
  }

  /** @param {KeyboardEvent} event */
  type(event) {
    const { key } = event;
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
    if (event.ctrlKey || event.metaKey || event.altKey || this.chosen < 0) return;
    if (step) this.choose(this.chosen + step);
    else if (/^\d$/.test(key)) this.correct(key);
    else if (key === "Backspace" || key === "Delete") this.correct("");
    else return;
    event.preventDefault();
  }

  /** @param {string} digit */
  correct(digit) {
    const chosen = this.digits[this.chosen];
    if (!chosen) return;
    chosen.digit = digit;
    this.choose(Math.min(this.chosen + 1, this.digits.length - 1));
    this.show();
    const changed = this.digits.filter((each) => each.digit !== String(each.read.digit));
    this.tell({ id: this.id, digits: Object.fromEntries(changed.map((each) => [each.key, each.digit])) });
  }

  get text() {
    const rows = [...this.lines.children].map(() => "");
    for (const { key, digit } of this.digits) rows[Number(key.split(".")[0])] += digit;
    return rows.filter(Boolean).join("\n");
  }

  show() {
    this.digits.forEach((each, at) => {
      const { read, digit, inText, inPicture } = each;
      const corrected = digit !== String(read.digit);
      inText.textContent = digit || "·";
      inText.setAttribute("aria-label", digit ? named(Number(digit)) : "no digit");
      inPicture.setAttribute("aria-label", `Box of ${digit ? named(Number(digit)) : "no digit"}`);
      for (const button of [inText, inPicture]) {
        button.toggleAttribute("data-uncertain", read.uncertain && !corrected);
        button.toggleAttribute("data-corrected", corrected);
        button.toggleAttribute("data-chosen", at === this.chosen);
        button.title = `${read.digit}: ${chance(read.confidence)}, or ${read.second}: ${chance(read.secondConfidence)}`;
      }
    });
    this.root.dataset.text = this.text;
    this.sayWhatIsChosen();
  }

  sayWhatIsChosen() {
    const { length } = this.digits;
    const rows = this.lines.children.length;
    const doubtful = this.digits.filter(({ read }) => read.uncertain).length;
    const uncertain = doubtful ? `${doubtful} uncertain, underlined.` : "each read surely.";
    this.summary.textContent = `${counted(length, "digit")} in ${counted(rows, "line")}, ${uncertain}`;
    const chosen = this.digits[this.chosen];
    this.pad.hidden = !chosen;
    if (!chosen) return void (this.hint.textContent = HINT);
    const { read, digit } = chosen;
    for (const key of this.pad.querySelectorAll("button")) key.setAttribute("aria-pressed", String(key.dataset.digit === digit));
    const second = `the second guess is ${read.second}, with ${chance(read.secondConfidence)}`;
    this.hint.textContent = `Read as ${read.digit} with ${chance(read.confidence)}; ${second}.`;
  }

  stop() {
    // nothing is held outside
  }
}

/**
 * @param {number} count
 * @param {string} what
 */
function counted(count, what) {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

export default mount(PageLines);

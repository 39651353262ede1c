// A page of numbers: the picture with a box around each digit, and beside it the lines as text. A digit that is wrong is chosen,
// in the picture or in the text, and typed anew; one that was missed is put in beside another. Python is told of it, to show the
// same again; text and table are made here, where each correction is known at once.

import { BoxDrawing } from "./box_drawing.js";
import { copyBy, saveText } from "../shared/clipboard.js";
import { html } from "../shared/elements.js";
import { mount } from "../shared/mount.js";
import { chance, named } from "../shared/numbers.js";

/**
 * A digit as it was read; its box as shares of the picture: left, top, width, height; its cells of the table, by `columns`.
 * @typedef {{ digit: number, confidence: number, second: number, secondConfidence: number, uncertain: boolean,
 *   box: number[], cells: string }} PageDigit
 */

/**
 * What was read in a box that was drawn by hand: `box` is empty where it was taken back, `row` the line that was read without help
 * and goes on there, or null; `trouble` why nothing was read.
 * @typedef {{ box: number[], line: PageDigit[], row: number | null, trouble: string }} OwnLine
 */

/**
 * A digit as it stands: what was read there, or null where it was put in by hand after the read digit at `place`, -1 before the
 * first. `digit` is empty where there is none, or none yet. `line` is where it is shown, by the row that began the line.
 * @typedef {{ row: number, line: number, place: number, read: PageDigit | null, digit: string, inText: HTMLButtonElement,
 *   inPicture: HTMLButtonElement }} Standing
 */

const HINT = "Choose a digit, in the picture or in the text, and type what it is. Backspace takes it out. If one is missing, choose the one beside it.";
const PUT_IN = "Type the digit that is missing here. Backspace leaves it out.";
const DRAWING = "Drag a box around what was missed. Or move it with the arrow keys, size it with Shift and the arrow keys, and press Enter.";
const READING = "Reading what is in the box …";
const MOST_OWN = 40; // boxes by hand; Python takes no more
const MOST_PUT_IN = 20; // at one place; Python takes no more
const SLIM = 0.3; // of a digit's width, where between two there is less room for one that was put in
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
    part("save").onclick = () => saveText("page.csv", this.table, "text/csv");
    this.id = "";
    this.columns = "";
    /** @type {Standing[]} */
    this.digits = [];
    this.chosen = -1;
    this.rows = 0; // that were read without help
    /** @type {number[]} */
    this.order = []; // of the lines
    /** @type {number[][]} */
    this.drawn = []; // boxes by hand, empty where one was taken back
    this.settled = 0; // of these
    this.says = "";
    this.add = part("add");
    this.undo = part("undo");
    this.drawing = new BoxDrawing(part("drawing"), part("frame"), (box) => this.box(box), () => this.show());
    this.add.onclick = () => this.toggleDrawing();
    this.undo.onclick = () => this.takeBack();
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
    const beside = ["before", "after"].map((side, shift) => {
      const button = html("button", "studio-button page-lines__insert", `Insert ${side}`);
      button.type = "button";
      button.onclick = () => this.insert(shift);
      return button;
    });
    this.pad.replaceChildren(...keys, ...beside);
  }

  /** @param {import("../shared/mount.js").Component} component */
  update({ data: { id, picture, lines, own, columns, corrections }, setStateValue }) {
    this.tell = (told) => setStateValue("corrections", told);
    if (id !== this.id) this.takeUp(id, picture, lines, columns, corrections); // else the corrections are ours, and newer
    if (this.settled === 0) this.drawn = this.drawn.length ? this.drawn : own.map((/** @type {OwnLine} */ { box }) => box);
    this.settle(own, corrections);
  }

  /**
   * Shows another page.
   * @param {string} id
   * @param {string} picture
   * @param {PageDigit[][]} lines
   * @param {string} columns
   * @param {Record<string, string>} corrections
   */
  takeUp(id, picture, lines, columns, corrections) {
    this.id = id;
    this.image.src = picture;
    this.columns = columns;
    this.chosen = -1;
    this.rows = lines.length;
    this.order = [...lines.keys()];
    [this.drawn, this.settled, this.says] = [[], 0, ""];
    this.drawing.close();
    this.digits = lines.flatMap((line, row) => this.standings(line, row, row, corrections));
    this.layOut();
  }

  /**
   * @param {PageDigit[]} read
   * @param {number} row
   * @param {number} line
   * @param {Record<string, string>} corrections
   */
  standings(read, row, line, corrections) {
    const digits = read.flatMap((each, place) => {
      const digit = corrections[`${row}.${place}`] ?? String(each.digit);
      return [this.standing(row, place, each, digit, line), ...this.putIn(row, place, corrections, line)];
    });
    return [...this.putIn(row, -1, corrections, line), ...digits];
  }

  toggleDrawing() {
    if (this.drawing.isOn) return this.drawing.close();
    [this.chosen, this.says] = [-1, ""];
    this.drawing.open();
    this.show();
  }

  /** @param {number[]} box drawn by hand, as shares of the picture */
  box(box) {
    if (this.drawn.length >= MOST_OWN) this.says = "No more boxes fit on this page.";
    else {
      this.drawn.push(box);
      this.says = READING;
      this.report();
    }
    this.show();
    this.add.focus({ preventScroll: true });
  }

  /**
   * Takes in what was read in boxes that were drawn.
   * @param {OwnLine[]} own
   * @param {Record<string, string>} corrections
   */
  settle(own, corrections) {
    for (; this.settled < Math.min(own.length, this.drawn.length); this.settled++) {
      const { line, row, trouble } = own[this.settled];
      const isAwaited = this.says === READING && this.chosen < 0;
      this.says = isAwaited ? trouble : "";
      if (trouble) this.drawn[this.settled] = [];
      else if (this.drawn[this.settled].length) {
        const found = this.takeIn(line, this.rows + this.settled, row, corrections);
        if (isAwaited) this.choose(this.digits.indexOf(found[0]));
      }
      this.show();
    }
  }

  /**
   * @param {PageDigit[]} read
   * @param {number} row
   * @param {number | null} goesOn the row that it belongs to
   * @param {Record<string, string>} corrections
   */
  takeIn(read, row, goesOn, corrections) {
    const found = this.standings(read, row, goesOn ?? row, corrections);
    if (goesOn === null) this.order.splice(this.lineAbove(read), 0, row);
    const [left] = read[0].box;
    const next = this.digits.findIndex((each) => each.line === goesOn && each.read && each.read.box[0] > left);
    const chosen = this.digits[this.chosen];
    this.digits.splice(next < 0 ? this.digits.length : next, 0, ...found);
    this.layOut();
    this.chosen = this.digits.indexOf(chosen);
    return found;
  }

  /**
   * How many lines stand above some digits.
   * @param {PageDigit[]} read
   */
  lineAbove(read) {
    const middle = middleOf(read);
    const below = this.order.findIndex((line) => middleOf(this.digits.flatMap((each) => (each.line === line && each.read) || [])) > middle);
    return below < 0 ? this.order.length : below;
  }

  /** Takes the last box back, with all that was read in it. */
  takeBack() {
    const last = this.drawn.findLastIndex((box) => box.length);
    if (last < 0) return;
    this.drawn[last] = [];
    this.digits = this.digits.filter(({ row }) => row !== this.rows + last);
    this.order = this.order.filter((line) => line !== this.rows + last);
    [this.chosen, this.says] = [-1, ""];
    this.layOut();
    this.report();
    this.add.focus({ preventScroll: true });
  }

  report() {
    this.tell({ id: this.id, digits: this.corrections, boxes: this.drawn });
  }

  /**
   * @param {number} row
   * @param {number} place
   * @param {Record<string, string>} corrections
   * @param {number} line
   */
  putIn(row, place, corrections, line) {
    const found = [];
    for (let digit; (digit = corrections[`${row}.${place}+${found.length + 1}`]); ) found.push(this.standing(row, place, null, digit, line));
    return found;
  }

  layOut() {
    const lines = new Map(this.order.map((line) => [line, html("li", "page-lines__line")]));
    this.digits = this.order.flatMap((line) => this.digits.filter((each) => each.line === line));
    for (const { line, inText } of this.digits) lines.get(line)?.append(inText);
    this.lines.replaceChildren(...lines.values());
    this.digits.forEach((each, at) => this.frame(each.inPicture, each.read?.box ?? this.boxBeside(at)));
    this.boxes.replaceChildren(...this.digits.map(({ inPicture }) => inPicture));
    this.show();
  }

  /**
   * Returns where a digit that was put in may stand: between its neighbours.
   * @param {number} at
   */
  boxBeside(at) {
    const { row } = this.digits[at];
    const before = this.digits.slice(0, at).findLast((each) => each.row === row && each.read)?.read?.box;
    const after = this.digits.slice(at).find((each) => each.row === row && each.read)?.read?.box;
    const near = /** @type {number[]} */ (before ?? after);
    const [left, top, width, height] = near;
    if (before && after) {
      const room = Math.min(Math.max(after[0] - left - width, SLIM * width), width);
      return [(left + width + after[0] - room) / 2, top, room, height];
    }
    return [left + (before ? width : -width), top, width, height];
  }

  /**
   * @param {HTMLElement} button
   * @param {number[]} box
   */
  frame(button, [left, top, width, height]) {
    const place = { left: left - MARGIN, top: top - MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN };
    for (const [edge, share] of Object.entries(place)) button.style.setProperty(edge, `${100 * share}%`);
  }

  /**
   * @param {number} row
   * @param {number} place
   * @param {PageDigit | null} read
   * @param {string} digit
   * @param {number} line
   * @returns {Standing}
   */
  standing(row, place, read, digit, line) {
    const inText = /** @type {HTMLButtonElement} */ (html("button", "page-lines__digit"));
    const inPicture = /** @type {HTMLButtonElement} */ (html("button", "page-lines__box"));
    inPicture.tabIndex = -1; // the text is the way through for a keyboard
    const found = { row, line, place, read, digit, inText, inPicture };
    for (const button of [inText, inPicture]) {
      button.type = "button";
      button.onclick = () => this.choose(this.digits.indexOf(found));
    }
    return found;
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
    else if (key === "+") this.insert(1);
    else return;
    event.preventDefault();
  }

  /**
   * Makes room for a digit that was missed, beside the chosen one.
   * @param {number} shift 0 before it, 1 after it
   */
  insert(shift) {
    const chosen = this.digits[this.chosen];
    const { row, line, place } = chosen;
    const at = shift || !chosen.read ? place : place - 1;
    if (this.digits.filter((each) => !each.read && each.row === row && each.place === at).length >= MOST_PUT_IN) return;
    this.digits.splice(this.chosen + shift, 0, this.standing(row, at, null, "", line));
    const next = this.chosen + shift;
    this.layOut();
    this.choose(next);
  }

  /** @param {string} digit */
  correct(digit) {
    const chosen = this.digits[this.chosen];
    if (!chosen) return;
    chosen.digit = digit;
    const next = Math.min(this.chosen + 1, this.digits.length - 1);
    if (!digit && !chosen.read) this.leaveOut(this.chosen);
    else this.choose(next);
    this.report();
  }

  /** @param {number} at the place of one that was put in */
  leaveOut(at) {
    this.digits.splice(at, 1);
    this.layOut();
    this.choose(Math.max(0, at - 1));
  }

  get corrections() {
    /** @type {Record<string, string>} */
    const found = {};
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const { row, place, read, digit } of this.digits) {
      const key = `${row}.${place}`;
      const count = (counts.get(key) ?? 0) + 1;
      if (read && digit !== String(read.digit)) found[key] = digit;
      else if (!read && digit) {
        counts.set(key, count);
        found[`${key}+${count}`] = digit;
      }
    }
    return found;
  }

  get text() {
    const lines = this.order.map((line) => this.digits.filter((each) => each.line === line).map(({ digit }) => digit).join(""));
    return lines.filter(Boolean).join("\n");
  }

  /** A row a digit: where it stands, what it is after the corrections, and what was read there; nothing where it was put in. */
  get table() {
    const unread = this.columns.replaceAll(/[^,]/g, "");
    const lines = this.order.map((line) => this.digits.filter((each) => each.line === line && (each.read || each.digit)));
    const cells = lines.flatMap((line, at) =>
      line.map(({ read, digit }, place) => [at + 1, place + 1, digit, read?.cells ?? unread].join(",")),
    );
    return [`line,position,digit,${this.columns}`, ...cells, ""].join("\n");
  }

  show() {
    this.digits.forEach((each, at) => this.dress(each, at === this.chosen));
    this.root.dataset.text = this.text;
    this.sayWhatIsChosen();
  }

  /**
   * @param {Standing} standing
   * @param {boolean} isChosen
   */
  dress({ read, digit, inText, inPicture }, isChosen) {
    const corrected = !read || digit !== String(read.digit);
    const name = digit ? named(Number(digit)) : read ? "no digit" : "a missing digit";
    inText.textContent = digit || (read ? "·" : "?");
    inText.setAttribute("aria-label", name);
    inPicture.setAttribute("aria-label", `Box of ${name}`);
    for (const button of [inText, inPicture]) {
      button.toggleAttribute("data-uncertain", Boolean(read?.uncertain) && !corrected);
      button.toggleAttribute("data-corrected", corrected);
      button.toggleAttribute("data-chosen", isChosen);
      button.title = read ? `${read.digit}: ${chance(read.confidence)}, or ${read.second}: ${chance(read.secondConfidence)}` : "Put in by hand";
    }
  }

  sayWhatIsChosen() {
    const found = this.digits.filter(({ read }) => read);
    const doubtful = found.filter(({ read }) => read?.uncertain).length;
    const uncertain = doubtful ? `${doubtful} uncertain, underlined` : "each read surely";
    const added = this.digits.length - found.length;
    const putIn = added ? `; ${added} put in by hand` : "";
    this.add.textContent = this.drawing.isOn ? "Leave the box" : "Box a missed line";
    this.add.setAttribute("aria-pressed", String(this.drawing.isOn));
    this.undo.hidden = this.drawing.isOn || !this.drawn.some((box) => box.length);
    const isEmpty = !this.digits.length;
    this.summary.textContent = isEmpty ? "Nothing is read on this page yet." : `${counted(found.length, "digit")} in ${counted(this.order.length, "line")}, ${uncertain}${putIn}.`;
    const chosen = this.digits[this.chosen];
    this.pad.hidden = !chosen;
    if (!chosen) return void (this.hint.textContent = this.drawing.isOn ? DRAWING : this.says || (isEmpty ? "" : HINT));
    for (const key of this.pad.querySelectorAll("button")) key.setAttribute("aria-pressed", String(key.dataset.digit === chosen.digit));
    this.hint.textContent = chosen.read ? howRead(chosen.read) : PUT_IN;
  }

  stop() {
    // nothing is held outside
  }
}

/**
 * How far down a line stands, as a share of the picture.
 * @param {PageDigit[]} line
 */
function middleOf(line) {
  return line.reduce((sum, { box: [, top, , height] }) => sum + top + height / 2, 0) / line.length;
}

/** @param {PageDigit} read */
function howRead({ digit, confidence, second, secondConfidence }) {
  return `Read as ${digit} with ${chance(confidence)}; the second guess is ${second}, with ${chance(secondConfidence)}.`;
}

/**
 * @param {number} count
 * @param {string} what
 */
function counted(count, what) {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

export default mount(PageLines);

// A page of numbers: the picture with a box around each digit, and beside it the lines as text. A digit that is wrong is chosen,
// in the picture or in the text, and typed anew; one that was missed is put in beside another. Python is told of it, to show the
// same again; text and table are made here, where each correction is known at once.

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
 * A digit as it stands: what was read there, or null where it was put in by hand after the read digit at `place`, -1 before the
 * first. `digit` is empty where there is none, or none yet.
 * @typedef {{ row: number, place: number, read: PageDigit | null, digit: string, inText: HTMLButtonElement,
 *   inPicture: HTMLButtonElement }} Standing
 */

const HINT = "Choose a digit, in the picture or in the text, and type what it is. Backspace takes it out. If one is missing, choose the one beside it.";
const PUT_IN = "Type the digit that is missing here. Backspace leaves it out.";
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
    this.rows = 0;
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
  update({ data: { id, picture, lines, columns, corrections }, setStateValue }) {
    this.tell = (told) => setStateValue("corrections", told);
    if (id === this.id) return; // the corrections are ours, and newer
    this.id = id;
    this.image.src = picture;
    this.columns = columns;
    this.chosen = -1;
    this.rows = lines.length;
    this.digits = lines.flatMap((/** @type {PageDigit[]} */ line, /** @type {number} */ row) => [
      ...this.putIn(row, -1, corrections),
      ...line.flatMap((read, place) => {
        const digit = corrections[`${row}.${place}`] ?? String(read.digit);
        return [this.standing(row, place, read, digit), ...this.putIn(row, place, corrections)];
      }),
    ]);
    this.layOut();
  }

  /**
   * @param {number} row
   * @param {number} place
   * @param {Record<string, string>} corrections
   */
  putIn(row, place, corrections) {
    const found = [];
    for (let digit; (digit = corrections[`${row}.${place}+${found.length + 1}`]); ) found.push(this.standing(row, place, null, digit));
    return found;
  }

  layOut() {
    const rows = Array.from({ length: this.rows }, () => html("li", "page-lines__line"));
    for (const { row, inText } of this.digits) rows[row].append(inText);
    this.lines.replaceChildren(...rows);
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
   * @returns {Standing}
   */
  standing(row, place, read, digit) {
    const inText = /** @type {HTMLButtonElement} */ (html("button", "page-lines__digit"));
    const inPicture = /** @type {HTMLButtonElement} */ (html("button", "page-lines__box"));
    inPicture.tabIndex = -1; // the text is the way through for a keyboard
    const found = { row, place, read, digit, inText, inPicture };
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
    const { row, place } = chosen;
    const at = shift || !chosen.read ? place : place - 1;
    if (this.digits.filter((each) => !each.read && each.row === row && each.place === at).length >= MOST_PUT_IN) return;
    this.digits.splice(this.chosen + shift, 0, this.standing(row, at, null, ""));
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
    this.tell({ id: this.id, digits: this.corrections });
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
    let before = "";
    let count = 0;
    for (const { row, place, read, digit } of this.digits) {
      const key = `${row}.${place}`;
      count = key === before ? count : 0;
      before = key;
      if (read && digit !== String(read.digit)) found[key] = digit;
      else if (!read && digit) found[`${key}+${++count}`] = digit;
    }
    return found;
  }

  get text() {
    const rows = Array.from({ length: this.rows }, () => "");
    for (const { row, digit } of this.digits) rows[row] += digit;
    return rows.filter(Boolean).join("\n");
  }

  /** A row a digit: where it stands, what it is after the corrections, and what was read there; nothing where it was put in. */
  get table() {
    const unread = this.columns.replaceAll(/[^,]/g, "");
    const positions = Array.from({ length: this.rows }, () => 0);
    const rows = this.digits.filter(({ read, digit }) => read || digit);
    const cells = rows.map(({ row, read, digit }) => [row + 1, ++positions[row], digit, read?.cells ?? unread].join(","));
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
    this.summary.textContent = `${counted(found.length, "digit")} in ${counted(this.rows, "line")}, ${uncertain}${putIn}.`;
    const chosen = this.digits[this.chosen];
    this.pad.hidden = !chosen;
    if (!chosen) return void (this.hint.textContent = HINT);
    for (const key of this.pad.querySelectorAll("button")) key.setAttribute("aria-pressed", String(key.dataset.digit === chosen.digit));
    this.hint.textContent = chosen.read ? howRead(chosen.read) : PUT_IN;
  }

  stop() {
    // nothing is held outside
  }
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

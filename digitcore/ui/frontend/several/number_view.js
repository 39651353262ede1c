// What the page shows of a number: a box around each digit, what was read under it, and the number itself.

import { html } from "../shared/elements.js";
import { chance } from "../shared/numbers.js";
import { edgesOf } from "./painting.js";

/** @typedef {import("./line_reader.js").LineDigit} LineDigit */
/** @typedef {import("./strokes_sheet.js").Stroke} Stroke */

const SURE = 0.9; // confidence, in [0, 1]: a digit read with less is marked
const RIVAL = 0.05; // the least probability at which the second guess is worth a word
const MARGIN = 9; // px around a digit
const CLOSE = 60; // px: digits with less from middle to middle get small print
const ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

export class NumberView {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (root.querySelector(`.digit-number__${name}`));
    this.boxes = part("boxes");
    this.digits = part("digits");
    this.value = part("value");
    this.title = part("title");
    this.doubt = part("doubt");
    this.spoken = part("spoken");
    this.frames = 0;
  }

  /**
   * @param {LineDigit[]} digits
   * @param {Stroke[]} strokes
   * @param {number} width of the sheet, px
   */
  show(digits, strokes, width) {
    const number = digits.map(({ digit }) => digit).join("");
    const places = digits.map((each) => edgesOf(each.strokes.flatMap((place) => strokes[place]?.points ?? [])));
    this.boxes.replaceChildren(...digits.map((each, at) => box(each, places[at])));
    this.label(digits, places.map(({ left, right }) => (left + right) / 2), width);
    this.value.replaceChildren(...digits.map(figure));
    this.tell(digits);
    const confidence = digits.length ? digits.reduce((product, each) => product * each.confidence, 1).toFixed(4) : "";
    const frame = digits.length ? ++this.frames : this.frames;
    Object.assign(this.root.dataset, { number, confidence, frame, state: digits.length ? "read" : "empty" });
  }

  /**
   * @param {LineDigit[]} digits
   * @param {number[]} middles
   * @param {number} width
   */
  label(digits, middles, width) {
    const close = middles.some((middle, at) => at > 0 && middle - middles[at - 1] < CLOSE);
    this.digits.toggleAttribute("data-close", close);
    const room = close ? 42 : 70; // px
    let reached = -Infinity;
    const labels = digits.map((each, at) => {
      reached = Math.max(reached + room, Math.min(Math.max(middles[at], room / 2), width - room / 2));
      return label(each, reached);
    });
    this.digits.replaceChildren(...labels);
  }

  /** @param {LineDigit[]} digits */
  tell(digits) {
    const doubtful = digits.map((each, place) => ({ each, place })).filter(({ each }) => isUncertain(each));
    put(this.title, titleOf(digits, doubtful.length));
    put(this.doubt, doubtful.slice(0, 2).map(({ each, place }) => why(each, place, digits.length)).join(" "));
  }

  /** @param {string} words for who can't see the number */
  say(words) {
    put(this.spoken, words);
  }
}

/** @param {LineDigit} digit */
export function isUncertain({ confidence, accepted }) {
  return confidence < SURE || !accepted;
}

/**
 * @param {LineDigit[]} digits
 * @param {number} doubtful
 */
function titleOf(digits, doubtful) {
  if (!digits.length) return "What number is it?";
  if (doubtful) return doubtful === 1 ? "One digit is uncertain" : `${doubtful} digits are uncertain`;
  return digits.length === 1 ? "One digit, read surely" : `${digits.length} digits, each read surely`;
}

/**
 * @param {LineDigit} digit
 * @param {number} place
 * @param {number} count
 */
function why({ digit, second, secondConfidence, accepted }, place, count) {
  const which = count === 1 ? "It" : `The ${ORDINALS[place] ?? `${place + 1}th`}`;
  if (!accepted) return `${which} hardly looks like a digit.`;
  return secondConfidence >= RIVAL ? `${which} could be a ${second} as well as a ${digit}.` : `${which} may not be a ${digit}.`;
}

/**
 * @param {LineDigit} digit
 * @param {import("./painting.js").Edges} edges
 */
function box(digit, { left, top, right, bottom }) {
  const element = html("div", "digit-number__box");
  const place = { left: left - MARGIN, top: top - MARGIN, width: right - left + 2 * MARGIN, height: bottom - top + 2 * MARGIN };
  for (const [edge, value] of Object.entries(place)) element.style.setProperty(edge, `${value}px`);
  element.toggleAttribute("data-uncertain", isUncertain(digit));
  return element;
}

/**
 * @param {LineDigit} digit
 * @param {number} middle px
 */
function label(digit, middle) {
  const item = html("li", "digit-number__digit");
  const second = html("span", "", `or ${digit.second}`);
  second.append(html("span", "digit-number__share", `: ${chance(digit.secondConfidence)}`));
  const sure = html("span", "", chance(digit.confidence));
  item.append(html("strong", "", digit.digit), sure, html("br", ""), second);
  item.style.left = `${middle}px`;
  item.toggleAttribute("data-uncertain", isUncertain(digit));
  return item;
}

/** @param {LineDigit} digit */
function figure(digit) {
  const element = html("span", "", digit.digit);
  element.toggleAttribute("data-uncertain", isUncertain(digit));
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

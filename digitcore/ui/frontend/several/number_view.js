// What the page shows of a number: a box around each digit, what was read under it, and the number itself.

import { html } from "../shared/elements.js";
import { chance, named } from "../shared/numbers.js";
import { edgesOf } from "./painting.js";

/** @typedef {import("./line_reader.js").LineDigit} LineDigit */
/** @typedef {import("./strokes_sheet.js").Stroke} Stroke */
/** @typedef {LineDigit & { key: string, label: number | null }} NamedDigit by its strokes, and what somebody said that it was */

const SURE = 0.9; // confidence, in [0, 1]: a digit read with less is marked
const RIVAL = 0.05; // the least probability at which the second guess is worth a word
const MARGIN = 9; // px around a digit
const CLOSE = 60; // px: digits with less from middle to middle get small print
const HINT = "If one is wrong, tap it below its box and say what it was.";
const ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

export class NumberView {
  /**
   * @param {HTMLElement} root
   * @param {(digit: NamedDigit) => void} onChoose
   */
  constructor(root, onChoose) {
    this.root = root;
    this.onChoose = onChoose;
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
   * @param {NamedDigit[]} digits
   * @param {Stroke[]} strokes
   * @param {number} width of the sheet, px
   * @param {string | null} [chosen] the key of one
   */
  show(digits, strokes, width, chosen = null) {
    const number = digits.map(meant).join("");
    const places = digits.map((each) => edgesOf(drawn(each, strokes).flat()));
    this.boxes.replaceChildren(...digits.map((each, at) => box(each, places[at])));
    this.label(digits, places.map(({ left, right }) => (left + right) / 2), width);
    this.value.replaceChildren(...digits.map(figure));
    this.choose(chosen);
    this.tell(digits);
    const confidence = digits.length ? digits.reduce((product, each) => product * each.confidence, 1).toFixed(4) : "";
    const frame = digits.length ? ++this.frames : this.frames;
    Object.assign(this.root.dataset, { number, confidence, frame, state: digits.length ? "read" : "empty" });
  }

  /**
   * Marks a digit as chosen.
   * @param {string | null} key
   */
  choose(key) {
    for (const part of this.root.querySelectorAll("[data-key]")) {
      const isChosen = /** @type {HTMLElement} */ (part).dataset.key === key;
      part.toggleAttribute("data-chosen", isChosen);
      if (part instanceof HTMLButtonElement) part.setAttribute("aria-pressed", String(isChosen));
    }
  }

  /**
   * @param {NamedDigit[]} digits
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
      return choiceOf(each, reached, at, () => this.onChoose(each));
    });
    const focused = this.digits.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.key : null;
    this.digits.replaceChildren(...labels);
    if (focused) this.buttons.find(({ dataset }) => dataset.key === focused)?.focus();
  }

  get buttons() {
    return [...this.digits.querySelectorAll("button")];
  }

  /** @param {NamedDigit[]} digits */
  tell(digits) {
    const doubtful = digits.map((each, place) => ({ each, place })).filter(({ each }) => isUncertain(each));
    put(this.title, titleOf(digits, doubtful.length));
    const doubts = doubtful.slice(0, 2).map(({ each, place }) => why(each, place, digits.length)).join(" ");
    const own = digits.flatMap((each, place) => (isOwn(each) ? [byExamples(each, place, digits.length)] : []));
    put(this.doubt, doubts || own[0] || (digits.length ? HINT : ""));
  }

  /** @param {string} words for who can't see the number */
  say(words) {
    put(this.spoken, words);
  }
}

/**
 * What a digit was drawn with.
 * @param {LineDigit} digit
 * @param {Stroke[]} strokes
 */
export function drawn({ stretches }, strokes) {
  return stretches.map(([place, begin, end]) => strokes[place]?.points.slice(begin, end) ?? []);
}

/** @param {NamedDigit} digit */
export function isUncertain({ confidence, accepted, label }) {
  return label === null && (confidence < SURE || !accepted);
}

/** @param {NamedDigit} digit */
function isOwn({ alone, label }) {
  return alone !== null && label === null;
}

/** @param {NamedDigit} digit */
function meant({ digit, label }) {
  return label ?? digit;
}

/**
 * @param {NamedDigit[]} digits
 * @param {number} doubtful
 */
function titleOf(digits, doubtful) {
  if (!digits.length) return "What number is it?";
  if (doubtful) return doubtful === 1 ? "One digit is uncertain" : `${doubtful} digits are uncertain`;
  const said = digits.filter(({ label }) => label !== null).length;
  if (said) return `${digits.length === 1 ? "One digit" : `${digits.length} digits`}, ${said === 1 ? "one" : said} as you said`;
  return digits.length === 1 ? "One digit, read surely" : `${digits.length} digits, each read surely`;
}

/**
 * @param {LineDigit} digit
 * @param {number} place
 * @param {number} count
 */
function why({ digit, second, secondConfidence, accepted }, place, count) {
  const which = nameOf(place, count);
  if (!accepted) return `${which} hardly looks like a digit.`;
  return secondConfidence >= RIVAL ? `${which} could be a ${second} as well as a ${digit}.` : `${which} may not be a ${digit}.`;
}

/**
 * @param {number} place
 * @param {number} count
 */
function nameOf(place, count) {
  return count === 1 ? "It" : `The ${ORDINALS[place] ?? `${place + 1}th`}`;
}

/**
 * What is said of a digit that examples made of something else.
 * @param {NamedDigit} digit
 * @param {number} place
 * @param {number} count
 */
function byExamples({ alone }, place, count) {
  const itself = alone?.digit === null ? "sees no digit" : `reads ${named(Number(alone?.digit))}`;
  return `${nameOf(place, count)} is read by your own examples; by itself, the network ${itself}.`;
}

/**
 * @param {NamedDigit} digit
 * @param {import("./painting.js").Edges} edges
 */
function box(digit, { left, top, right, bottom }) {
  const element = html("div", "digit-number__box");
  const place = { left: left - MARGIN, top: top - MARGIN, width: right - left + 2 * MARGIN, height: bottom - top + 2 * MARGIN };
  for (const [edge, value] of Object.entries(place)) element.style.setProperty(edge, `${value}px`);
  element.toggleAttribute("data-uncertain", isUncertain(digit));
  element.dataset.key = digit.key;
  return element;
}

/**
 * @param {NamedDigit} digit
 * @param {number} middle px
 * @param {number} place
 * @param {() => void} choose
 */
function choiceOf(digit, middle, place, choose) {
  const item = html("li", "digit-number__digit");
  const button = /** @type {HTMLButtonElement} */ (html("button", "digit-number__choice"));
  button.type = "button";
  button.dataset.key = digit.key;
  button.onclick = choose;
  const which = html("span", "digit-number__spoken", `The ${ORDINALS[place] ?? `${place + 1}th`} digit:`);
  button.append(which, ...(digit.label === null ? asRead(digit) : asSaid(digit)));
  item.append(button);
  item.style.left = `${middle}px`;
  item.toggleAttribute("data-uncertain", isUncertain(digit));
  return item;
}

/** @param {NamedDigit} digit */
function asRead(digit) {
  if (isOwn(digit)) return [html("strong", "", digit.digit), html("span", "digit-number__own", "by your own examples")];
  const second = html("span", "", `or ${digit.second}`);
  second.append(html("span", "digit-number__share", `: ${chance(digit.secondConfidence)}`));
  const sure = html("span", "", chance(digit.confidence));
  return [html("strong", "", digit.digit), sure, html("br", ""), second];
}

/** @param {NamedDigit} digit */
function asSaid({ digit, label, alone }) {
  const before = alone ? alone.digit : digit; // its label is an example now, by which it is read itself
  const correction = before === null ? "the network saw none" : `not ${named(before)}`;
  return [html("strong", "", label ?? digit), html("span", "", label === before ? "right" : correction)];
}

/** @param {NamedDigit} digit */
function figure(digit) {
  const element = html("span", "", meant(digit));
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

// Reads the digits that strokes are, as they are being drawn: `digitcore/segmentation/strokes.py` told in JavaScript. What was
// read of some strokes, or parts of them, is kept for the next time, so that a new stroke costs only what it may belong to.

import { softmax } from "../engine/reader.js";
import { bestGrouping, likelyGroups } from "./grouping.js";
import { imageOf } from "./painting.js";
import { bridges } from "./joins.js";
import { around, inOrder, lineHeight, middleTwice, partsOf, placed, touching } from "./pieces.js";
import { score } from "./score.js";

/** @typedef {import("./painting.js").Point} Point */
/** @typedef {import("./pieces.js").Piece} Piece */

/**
 * Points that a pen drew. The key changes with them; what stands before its colon, where there is one, stays while others follow.
 * @typedef {{ key: string, points: Point[] }} Stroke
 */

/** @typedef {[place: number, begin: number, end: number]} Stretch a stroke's place, and from which of its points to before which */

/**
 * The numbers of the rule, from `digitcore/segmentation/rules.py`, which says what they are.
 * @typedef {{ height: number, pen: number, near: number, parting: number, side: number, brush: number, tall: number,
 *   usual: number, widest: number, highest: number, far: number, mostDrawn: number, mostGroups: number, mostStrokes: number,
 *   states: number, dot: number, dotCost: number, weights: number[], unknown: number, likely: number, accepted: number,
 *   close: number, mostCut: number, good: number, long: number, mostParts: number, joinStraight: number, joinStep: number, joinTall: number, joinOverlap: number,
 *   joinShortest: number, joinBack: number }} Rules
 */

/**
 * A digit of the line: which strokes it is, or parts of them, and what was read. `accepted` is whether it would be taken for a
 * digit on its own; `alone` what the network reads by itself, null for no digit, where somebody's examples made another answer of it.
 * @typedef {{ stretches: Stretch[], digit: number, confidence: number, second: number, secondConfidence: number,
 *   accepted: boolean, alone: { digit: number | null } | null }} LineDigit
 */

/** @typedef {import("../engine/augmentation.js").Readout} Readout */

/**
 * What was read of some strokes, plainly and perhaps in more views, and the features of their picture.
 * @typedef {{ image: Float32Array, plain: Readout, better: Readout | null, features: Float32Array }} Known
 */

const MOST_KNOWN = 400; // groups whose readings are kept: 2 MB

export class LineReader {
  /**
   * @param {import("../engine/reader.js").Reader} reader
   * @param {Rules} rules
   */
  constructor(reader, rules) {
    this.reader = reader;
    this.rules = rules;
    /** @type {Map<string, Known>} */
    this.known = new Map();
  }

  /**
   * @param {Stroke[]} strokes in the order in which they were drawn
   * @param {boolean} [plainly] without test-time augmentation
   * @returns {LineDigit[]} from left to right
   */
  read(strokes, plainly = false) {
    const there = strokes.flatMap(({ points }, place) => (points.length ? [place] : []));
    if (!there.length || there.length > this.rules.mostDrawn) return [];
    const drawn = there.map((place) => strokes[place]);
    const chosen = this.grouped(drawn);
    return chosen.map(({ known, stretches }) => this.digit(known, stretches.map(([at, ...ends]) => [there[at], ...ends]), plainly));
  }

  /** @param {Stroke[]} strokes none of them empty */
  grouped(strokes) {
    const { rules } = this;
    const { pieces: drawn, unit } = placed(strokes.map(({ points }) => points), rules);
    const whole = inOrder(drawn);
    const height = lineHeight(whole, rules);
    const first = this.examined(whole, strokes, height);
    const pieces = this.cut(whole, first, height, unit);
    const candidates = pieces.length > whole.length ? this.examined(pieces, strokes, height) : first;
    for (const key of [...this.known.keys()].slice(0, -MOST_KNOWN)) this.known.delete(key);
    return bestGrouping(candidates, pieces, height, rules).toSorted((one, other) => one.middle - other.middle);
  }

  /**
   * The strokes, cut where one may be several digits.
   * @param {Piece[]} whole
   * @param {{ group: number[], score: number }[]} candidates
   * @param {number} height
   * @param {number} unit
   */
  cut(whole, candidates, height, unit) {
    const { rules } = this;
    const sure = new Set(candidates.filter((each) => each.score > rules.good).flatMap(({ group }) => group));
    const parts = whole.flatMap((stroke, at) => {
      if (sure.has(at) && stroke.edges.right - stroke.edges.left <= rules.long * height) return [stroke];
      const others = whole.filter((each) => each !== stroke).map(({ edges }) => edges);
      return partsOf(stroke, bridges(stroke.points, height, others, rules, unit), rules);
    });
    return inOrder(parts);
  }

  /**
   * All groups of pieces that may be a digit, as they read.
   * @param {Piece[]} pieces
   * @param {Stroke[]} strokes
   * @param {number} height
   */
  examined(pieces, strokes, height) {
    const { rules } = this;
    const touches = touching(pieces, rules);
    const likely = likelyGroups(pieces, height, rules).filter((group) => hasFewParts(group.map((each) => pieces[each]), rules));
    return likely.map((group) => {
      const members = group.map((each) => pieces[each]);
      const stretches = stretchesOf(members);
      const known = this.look(stretches, strokes);
      const read = { probabilities: softmax(known.plain.logits, this.reader.temperature), logOdds: known.plain.logOdds };
      const places = stretches.map(([order]) => around(members.filter((each) => each.order === order).map(({ edges }) => edges)));
      const middle = middleTwice(around(members.map(({ edges }) => edges)));
      return { group, known, stretches, middle, score: score(read, group, places, height, touches, rules) };
    });
  }

  /**
   * @param {Stretch[]} stretches
   * @param {Stroke[]} strokes
   */
  look(stretches, strokes) {
    const key = stretches.map(([place, begin, end]) => stretchKey(strokes[place], begin, end)).join(" ");
    let known = this.known.get(key);
    this.known.delete(key); // the newest come last
    if (!known) {
      const image = imageOf(stretches.map(([place, begin, end]) => strokes[place].points.slice(begin, end)), this.rules);
      const plain = this.reader.readPlainly(image);
      known = { image, plain, better: null, features: Float32Array.from(this.reader.network.features) };
    }
    this.known.set(key, known);
    return known;
  }

  /**
   * @param {Known} known
   * @param {Stretch[]} stretches
   * @param {boolean} plainly
   * @returns {LineDigit}
   */
  digit(known, stretches, plainly) {
    if (!plainly) known.better ??= this.reader.augmented(known.image, known.plain);
    const alone = this.reader.told(known.image, known.better ?? known.plain);
    const told = this.reader.prototypes?.improve(alone, known.features) ?? alone;
    const { probabilities } = told;
    const [digit, second] = [...probabilities.keys()].toSorted((one, other) => probabilities[other] - probabilities[one]);
    const shares = { confidence: probabilities[digit], secondConfidence: probabilities[second] };
    const drawn = stretches.toSorted(([one], [other]) => one - other);
    return { stretches: drawn, digit, second, ...shares, accepted: told.reason === null, alone: told.alone ?? null };
  }
}

/**
 * A key for a part of a stroke, which stays while the pen draws on.
 * @param {Stroke} stroke
 * @param {number} begin
 * @param {number} end
 */
export function stretchKey({ key, points }, begin, end) {
  if (end < points.length) return `${key.split(":")[0]}[${begin}-${end}]`;
  return begin ? `${key}[${begin}-]` : key;
}

/**
 * @param {Piece[]} pieces
 * @param {Rules} rules
 */
function hasFewParts(pieces, { mostParts }) {
  return pieces.every(({ order }) => pieces.filter((each) => each.order === order).length <= mostParts);
}

/**
 * The strokes by the parts of them that belong to one digit; what leads from part to part is in it again.
 * @param {Piece[]} pieces
 * @returns {Stretch[]}
 */
function stretchesOf(pieces) {
  /** @type {Map<number, Stretch>} */
  const found = new Map();
  for (const { order, begin, end } of pieces) {
    const [, first, last] = found.get(order) ?? [order, begin, end];
    found.set(order, [order, Math.min(first, begin), Math.max(last, end)]);
  }
  return [...found.values()];
}

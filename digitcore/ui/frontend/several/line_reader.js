// Reads the digits that strokes are, as they are being drawn: `digitcore/segmentation/strokes.py` told in JavaScript. What was
// read of a group of strokes is kept for the next time, so that a new stroke costs only what it may belong to.

import { softmax } from "../engine/reader.js";
import { asLikeness } from "../engine/rejection.js";
import { bestGrouping, likelyGroups } from "./grouping.js";
import { imageOf } from "./painting.js";
import { around, lineHeight, middleTwice, placed, touching } from "./pieces.js";
import { score } from "./score.js";

/** @typedef {import("./painting.js").Point} Point */
/** @typedef {{ key: string, points: Point[] }} Stroke the key changes with the points */

/**
 * The numbers of the rule, from `digitcore/segmentation/rules.py`, which says what they are.
 * @typedef {{ height: number, pen: number, near: number, parting: number, side: number, brush: number, tall: number,
 *   usual: number, widest: number, highest: number, far: number, mostDrawn: number, mostGroups: number, mostStrokes: number,
 *   states: number, dot: number, dotCost: number, weights: number[], unknown: number, likely: number, accepted: number,
 *   close: number, mostCut: number }} Rules
 */

/**
 * A digit of the line: which strokes it is, by their places in the list, and what was read. `accepted` is whether it would be
 * taken for a digit on its own.
 * @typedef {{ strokes: number[], digit: number, confidence: number, second: number, secondConfidence: number,
 *   accepted: boolean }} LineDigit
 */

/** @typedef {import("../engine/augmentation.js").Readout} Readout */
/** @typedef {{ image: Float32Array, plain: Readout, better: Readout | null }} Known what was read of some strokes */

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
    const pieces = placed(there.map((place) => strokes[place].points), this.rules);
    const places = pieces.map(({ order }) => there[order]);
    const chosen = this.grouped(strokes, pieces, places);
    return chosen.map(({ group, known }) => this.digit(known, group.map((each) => places[each]), plainly));
  }

  /**
   * @param {Stroke[]} strokes
   * @param {import("./pieces.js").Piece[]} pieces
   * @param {number[]} places of the pieces' strokes
   */
  grouped(strokes, pieces, places) {
    const { rules } = this;
    const height = lineHeight(pieces, rules);
    const touches = touching(pieces, rules);
    const before = this.known;
    this.known = new Map();
    const candidates = likelyGroups(pieces, height, rules).map((group) => {
      const known = this.look(group.map((each) => strokes[places[each]]), before);
      const read = { probabilities: softmax(known.plain.logits, this.reader.temperature), logOdds: known.plain.logOdds };
      return { group, known, score: score(read, group, pieces, height, touches, rules) };
    });
    const middle = (/** @type {{ group: number[] }} */ { group }) => middleTwice(around(group.map((each) => pieces[each].edges)));
    return bestGrouping(candidates, pieces, height, rules).toSorted((one, other) => middle(one) - middle(other));
  }

  /**
   * @param {Stroke[]} strokes
   * @param {Map<string, Known>} before
   */
  look(strokes, before) {
    const key = strokes.map((stroke) => stroke.key).join(" ");
    let known = before.get(key);
    if (!known) {
      const image = imageOf(strokes.map(({ points }) => points), this.rules);
      known = { image, plain: this.reader.readPlainly(image), better: null };
    }
    this.known.set(key, known);
    return known;
  }

  /**
   * @param {Known} known
   * @param {number[]} strokes
   * @param {boolean} plainly
   * @returns {LineDigit}
   */
  digit(known, strokes, plainly) {
    if (!plainly) known.better ??= this.reader.augmented(known.image, known.plain);
    const { logits, logOdds } = known.better ?? known.plain;
    const probabilities = softmax(logits, this.reader.temperature);
    const [digit, second] = [...probabilities.keys()].toSorted((one, other) => probabilities[other] - probabilities[one]);
    const accepted = logOdds === null || !this.reader.rejection?.whyRejected(asLikeness(logOdds));
    const shares = { confidence: probabilities[digit], secondConfidence: probabilities[second] };
    return { strokes: strokes.toSorted((one, other) => one - other), digit, second, ...shares, accepted };
  }
}

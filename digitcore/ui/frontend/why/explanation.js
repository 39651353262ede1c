// Why a picture was read as it was: which spots of it matter, and which small change would make it another digit.

import { logOddsOf, Occlusion } from "../engine/occlusion.js";
import { drawn, smallestChange } from "../engine/smallest_change.js";

/** @typedef {import("../engine/reader.js").Reader} Reader */
/** @typedef {import("../engine/smallest_change.js").Change} Change */
/** @typedef {import("../engine/smallest_change.js").Judge} Judge */

/** @typedef {{ image: Float32Array, probabilities: number[] }} Frame the picture on its way, and how it is read */

/**
 * @typedef {object} Found
 * @property {boolean} erases whether ink is rubbed out, or added
 * @property {number} pixels that differ
 * @property {number} digit that it is read as then
 * @property {number} confidence
 * @property {Frame[]} frames from the picture as it is to the changed one
 */

/**
 * What is told while it is found out: first how much the spots matter, roughly and then better, and what is left of the answer's
 * probability in the worst case; then how far the search is; and in the end what was found.
 * @typedef {object} Told
 * @property {number} digit the answer
 * @property {number} runnerUp
 * @property {Float32Array} [effects] of each pixel, in nats
 * @property {number} [least]
 * @property {number} [share] of the search, in [0, 1]
 * @property {Found | null} [found] null where no change that was tried does it
 */

const BLENDS = 4; // frames to each dab

/**
 * Tells what it knows after each look at a picture.
 * @param {Reader} reader
 * @param {Float32Array} image
 * @yields {Told | null} null where there is nothing new
 * @returns {Generator<Told | null, void, void>}
 */
export function* explain(reader, image) {
  const { probabilities } = reader.readPrepared(image);
  const [digit, runnerUp] = [...probabilities.keys()].toSorted((one, other) => probabilities[other] - probabilities[one]);
  const answer = { digit, runnerUp };
  yield* spots(reader, image, answer);
  yield { ...answer, share: 0 };
  const found =
    (yield* search(image, answer, wanting(reader, runnerUp))) ?? (yield* search(image, answer, leaving(reader, digit)));
  yield { ...answer, found: found && shown(reader, image, found) };
}

/**
 * @param {Reader} reader
 * @param {Float32Array} image
 * @param {{ digit: number, runnerUp: number }} answer
 * @yields {Told | null}
 */
function* spots(reader, image, answer) {
  const score = (/** @type {Float32Array} */ each) => {
    const { logits } = reader.network.forward(each);
    return logOddsOf(logits.map((logit) => logit / reader.temperature), answer.digit);
  };
  const occlusion = new Occlusion(image, score);
  const told = () => ({ ...answer, effects: occlusion.effects, least: 1 / (1 + Math.exp(-occlusion.least)) });
  for (let wasRough = false; occlusion.share < 1; ) {
    occlusion.step();
    yield !wasRough && occlusion.isRoughlyDone ? told() : null;
    wasRough = occlusion.isRoughlyDone;
  }
  yield told();
}

/**
 * @param {Float32Array} image
 * @param {{ digit: number, runnerUp: number }} answer
 * @param {Judge} judge
 * @yields {Told}
 * @returns {Generator<Told | null, Change | null, void>}
 */
function* search(image, answer, judge) {
  const steps = smallestChange(image, judge);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    yield { ...answer, share: step.value };
  }
}

/**
 * Wants one digit, told apart from no digit as the run does it.
 * @param {Reader} reader
 * @param {number} digit
 * @returns {Judge}
 */
function wanting(reader, digit) {
  return {
    margin: (image) => ahead(reader, image, digit),
    accepts: (image) => reader.readPrepared(image).digit === digit,
  };
}

/**
 * Wants any digit but one.
 * @param {Reader} reader
 * @param {number} digit
 * @returns {Judge}
 */
function leaving(reader, digit) {
  return {
    margin: (image) => -ahead(reader, image, digit),
    accepts: (image) => ![digit, null].includes(reader.readPrepared(image).digit),
  };
}

/**
 * How far a digit's logit is ahead of all others', by one quick look.
 * @param {Reader} reader
 * @param {Float32Array} image
 * @param {number} digit
 */
function ahead(reader, image, digit) {
  const { logits } = reader.network.forward(image);
  return logits[digit] - Math.max(...logits.filter((_, index) => index !== digit));
}

/**
 * @param {Reader} reader
 * @param {Float32Array} image
 * @param {Change} change
 * @returns {Found}
 */
function shown(reader, image, { erases, dabs, image: changed, pixels }) {
  const { digit, confidence } = reader.readPrepared(changed);
  const stops = [image, ...dabs.map((_, index) => drawn(image, { erases, dabs: dabs.slice(0, index + 1) }).image)];
  const images = stops.flatMap((stop, index) => (index ? blended(stops[index - 1], stop) : [stop]));
  const frames = images.map((each) => ({ image: each, probabilities: reader.readPrepared(each).probabilities }));
  return { erases, pixels, digit: digit ?? -1, confidence, frames };
}

/**
 * @param {Float32Array} from
 * @param {Float32Array} to
 * @returns {Float32Array[]} on the way from one picture to the other, which comes last
 */
function blended(from, to) {
  return Array.from({ length: BLENDS }, (_, step) => {
    const share = (step + 1) / BLENDS;
    return from.map((ink, at) => ink + share * (to[at] - ink));
  });
}

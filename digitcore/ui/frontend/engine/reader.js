// A run that reads digits, as `DigitClassifier` does in Python.

import { prepare } from "../preprocessing/pipeline.js";
import { Augmentation } from "./augmentation.js";
import { Network } from "./network.js";
import { asLikeness, Rejection } from "./rejection.js";

/** @typedef {import("./weights.js").RunWeights} RunWeights */
/** @typedef {import("./augmentation.js").Readout} Readout */
/** @typedef {import("../preprocessing/grid.js").Grey} Grey */

/**
 * What the network read in one picture, as Python's `Reading`.
 * @typedef {object} Reading
 * @property {number | null} digit null if the picture was rejected
 * @property {number} confidence the probability of the likeliest digit
 * @property {number[]} probabilities of the digits 0 to 9
 * @property {Float32Array} image what the network saw: 28 times 28 numbers in [0, 1]
 * @property {string | null} reason why it was rejected, as a sentence
 * @property {number | null} likeness how much it looks like a digit, in [0, 1]; null if the run has no score for that
 * @property {boolean} doubtful whether other views, which have not been read, may change it
 * @property {import("../preprocessing/flaws.js").Flaws} [flaws] of a drawing
 * @property {{ digit: number | null }} [alone] what the network reads by itself, where somebody's examples made another answer of it
 * @property {string} [examples] the version of the examples that were asked
 */

export class Reader {
  /** @param {RunWeights} weights */
  constructor({ run, temperature, layers, augmentation, rejection }) {
    this.run = run;
    this.temperature = temperature;
    this.network = new Network(layers);
    this.rejection = rejection && new Rejection(rejection);
    // on a twin, so that the layers of `network` stay those of the picture as it is
    this.augmentation = augmentation && new Augmentation(augmentation, this.network.twin(), this.rejection);
    /** @type {import("./prototypes.js").Prototypes | null} */
    this.prototypes = null;
  }

  /**
   * Reads a drawing; null where there is no ink.
   * @param {Grey} alpha of the canvas
   * @param {boolean} [plainly] without test-time augmentation, which takes five times as long where there is doubt
   * @returns {Reading | null}
   */
  read(alpha, plainly = false) {
    const prepared = prepare(alpha);
    return prepared && { ...this.readPrepared(prepared.image, prepared.reason, plainly), flaws: prepared.flaws };
  }

  /**
   * @param {Float32Array} image 28 times 28 numbers in [0, 1]
   * @param {string | null} [reason] why it can't be a digit, where that is known already
   * @param {boolean} [plainly] without test-time augmentation
   * @returns {Reading}
   */
  readPrepared(image, reason = null, plainly = false) {
    const plain = this.readPlainly(image);
    const doubtful = plainly && this.augmentation !== null && this.augmentation.doubts(plain);
    const reading = { ...this.told(image, plainly ? plain : this.augmented(image, plain), reason), doubtful };
    return this.prototypes ? this.withExamples(reading, this.prototypes) : reading;
  }

  /**
   * What the network's outputs say about a picture.
   * @param {Float32Array} image
   * @param {Readout} outputs
   * @param {string | null} [reason] why it can't be a digit, where that is known already
   * @returns {Reading}
   */
  told(image, { logits, logOdds }, reason = null) {
    const probabilities = softmax(logits, this.temperature);
    const likeness = logOdds === null ? null : asLikeness(logOdds);
    const why = reason ?? (likeness === null || !this.rejection ? null : this.rejection.whyRejected(likeness));
    const confidence = Math.max(...probabilities);
    const digit = probabilities.indexOf(confidence);
    return { digit: why === null ? digit : null, confidence, probabilities, image, reason: why, likeness, doubtful: false };
  }

  /**
   * @param {Reading} reading of the picture that the network has just seen
   * @param {import("./prototypes.js").Prototypes} prototypes
   * @returns {Reading}
   */
  withExamples(reading, prototypes) {
    return { ...prototypes.improve(reading, this.network.features), examples: prototypes.version };
  }

  /**
   * The network's raw outputs, after test-time augmentation where the run has it.
   * @param {Float32Array} image
   * @returns {Readout}
   */
  readOut(image) {
    return this.augmented(image, this.readPlainly(image));
  }

  /**
   * @param {Float32Array} image
   * @returns {Readout}
   */
  readPlainly(image) {
    const outputs = this.network.forward(image);
    return { logits: Float64Array.from(outputs.logits), logOdds: this.rejection?.logOdds(outputs) ?? null };
  }

  /**
   * @param {Float32Array} image
   * @param {Readout} plain
   * @returns {Readout}
   */
  augmented(image, plain) {
    return this.augmentation?.doubts(plain) ? this.augmentation.improve(image, plain) : plain;
  }
}

/**
 * @param {Float64Array} logits
 * @param {number} temperature above 1 it makes them less certain
 * @returns {number[]} probabilities
 */
export function softmax(logits, temperature) {
  const largest = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp((logit - largest) / temperature));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

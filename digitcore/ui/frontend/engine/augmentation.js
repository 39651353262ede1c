// Test-time augmentation: a digit that the network is unsure of is read again in other views. The rules come with the run's
// weights, from `digitcore/inference/test_time_augmentation.py`.

import { warped } from "../preprocessing/warping.js";

/** @typedef {import("./weights.js").AugmentationRules} Rules */
/** @typedef {import("./network.js").Network} Network */
/** @typedef {import("./rejection.js").Rejection} Rejection */

/** @typedef {{ logits: Float64Array, logOdds: number | null }} Readout what is made of a picture; no log-odds without a rejection */

const SIDE = 28;

export class Augmentation {
  /**
   * @param {Rules} rules
   * @param {Network} network on which the other views are read
   * @param {Rejection | null} rejection
   */
  constructor(rules, network, rejection) {
    this.rules = rules;
    this.network = network;
    this.rejection = rejection;
  }

  /**
   * Whether other views could change what was read.
   * @param {Readout} plain
   */
  doubts(plain) {
    return this.isUnsure(plain) || this.isUnlikely(plain);
  }

  /** @param {Readout} plain */
  isUnsure({ logits }) {
    const [first, second] = logits.toSorted((one, other) => other - one);
    return first - second < this.rules.sure;
  }

  /** @param {Readout} plain */
  isUnlikely({ logOdds }) {
    return logOdds !== null && logOdds < this.rules.likely;
  }

  /**
   * The readout once the other views have been read as well.
   * @param {Float32Array} image
   * @param {Readout} plain of which there is doubt
   * @returns {Readout}
   */
  improve(image, plain) {
    const { logits, logOdds } = plain;
    const views = this.rules.views.map((view) => this.read(image, view));
    const count = 1 + views.length;
    return {
      logits: this.isUnsure(plain)
        ? logits.map((logit, digit) => views.reduce((sum, view) => sum + view.logits[digit], logit) / count)
        : logits,
      logOdds: this.isUnlikely(plain) ? views.reduce((sum, view) => sum + (view.logOdds ?? 0), logOdds ?? 0) / count : logOdds,
    };
  }

  /**
   * @param {Float32Array} image
   * @param {number[]} view
   * @returns {Readout}
   */
  read(image, view) {
    const outputs = this.network.forward(warped({ data: image, width: SIDE, height: SIDE }, view, SIDE));
    return { logits: Float64Array.from(outputs.logits), logOdds: this.rejection?.logOdds(outputs) ?? null };
  }
}

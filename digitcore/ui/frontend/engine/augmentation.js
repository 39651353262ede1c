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
   * The readout once the other views have been read, where there is doubt.
   * @param {Float32Array} image
   * @param {Readout} plain
   * @returns {Readout}
   */
  improve(image, { logits, logOdds }) {
    const [first, second] = logits.toSorted((one, other) => other - one);
    const unsure = first - second < this.rules.sure;
    const unlikely = logOdds !== null && logOdds < this.rules.likely;
    if (!unsure && !unlikely) return { logits, logOdds };
    const views = this.rules.views.map((view) => this.read(image, view));
    const count = 1 + views.length;
    return {
      logits: unsure ? logits.map((logit, digit) => views.reduce((sum, view) => sum + view.logits[digit], logit) / count) : logits,
      logOdds: unlikely ? views.reduce((sum, view) => sum + (view.logOdds ?? 0), logOdds) / count : logOdds,
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

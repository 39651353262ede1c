// Whether a picture looks like a digit, judged by the network's features and logits: `digitcore/inference/rejection.py`.

/** @typedef {import("./weights.js").RejectionWeights} RejectionWeights */
/** @typedef {import("./network.js").Outputs} Outputs */

export class Rejection {
  /** @param {RejectionWeights} weights */
  constructor(weights) {
    this.weights = weights;
  }

  /**
   * How much more a picture is like a digit than like none, in nats.
   * @param {Outputs} outputs
   */
  logOdds(outputs) {
    const { centre, spread, hidden, hidden_bias: hiddenBias, output, output_bias: outputBias, farthest } = this.weights;
    const sums = Float64Array.from(hiddenBias);
    inputsOf(outputs).forEach((value, input) => {
      const standard = Math.min(Math.max((value - centre[input]) / spread[input], -farthest), farthest);
      for (let neuron = 0; neuron < sums.length; neuron++) sums[neuron] += standard * hidden[input * sums.length + neuron];
    });
    return sums.reduce((sum, value, neuron) => sum + Math.max(value, 0) * output[neuron], outputBias[0]);
  }

  /**
   * @param {number} likeness
   * @returns {string | null} why a picture of this likeness is rejected, or null if it is not
   */
  whyRejected(likeness) {
    return likeness < this.weights.threshold ? this.weights.reason : null;
  }
}

/**
 * The features, the logits in descending order, their log-sum-exp and the entropy of their softmax, in nats.
 * @param {Outputs} outputs
 * @returns {number[]}
 */
function inputsOf({ logits, features }) {
  const ordered = logits.toSorted((one, other) => other - one);
  const powers = Array.from(ordered, (logit) => Math.exp(logit - ordered[0]));
  const total = powers.reduce((sum, power) => sum + power, 0);
  const energy = ordered[0] + Math.log(total);
  const mean = powers.reduce((sum, power, index) => sum + power * ordered[index], 0) / total;
  return [...features, ...ordered, energy, energy - mean];
}

/**
 * A likeness in [0, 1] of its log-odds.
 * @param {number} logOdds
 */
export function asLikeness(logOdds) {
  return 0.5 + 0.5 * Math.tanh(0.5 * logOdds);
}

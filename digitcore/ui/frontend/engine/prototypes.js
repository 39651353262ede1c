// Reading by examples: a picture that lies near one that somebody has labelled is read as that. Python has the same rule, in
// `digitcore/handwriting/prototypes.py`, and says what it means; a test holds the two together.

/** @typedef {import("./reader.js").Reading} Reading */

/**
 * Examples as one network sees them, and the rule's numbers.
 * @typedef {object} Examples
 * @property {string} version another wherever the examples are others
 * @property {string} address of the weights of the network that saw them
 * @property {number} decides the share from which on examples outweigh that a picture was rejected
 * @property {number} cell px of a square whose mean ink is compared
 * @property {number[]} labels
 * @property {Float32Array} features of length 1 each, one example after the other
 * @property {Float32Array} ink likewise
 * @property {Float32Array} reaches of each, in the sum of the two cosine distances
 */

const SIDE = 28;
const DIGITS = 10;

export class Prototypes {
  /** @param {Examples} examples */
  constructor(examples) {
    this.examples = examples;
  }

  get version() {
    return this.examples.version;
  }

  /**
   * The reading with the examples; where none is near, as it was.
   * @param {Reading} plain
   * @param {ArrayLike<number>} features that go into the network's last layer
   * @returns {Reading}
   */
  improve(plain, features) {
    const shares = this.shares(features, plain.image);
    const part = Math.max(...shares);
    if (part === 0) return plain;
    const probabilities = mixed(plain.probabilities, shares, part);
    const confidence = Math.max(...probabilities);
    const reason = part >= this.examples.decides ? null : plain.reason;
    const digit = reason === null ? probabilities.indexOf(confidence) : null;
    const alone = digit === plain.digit ? undefined : { digit: plain.digit };
    return { ...plain, digit, confidence, probabilities, reason, alone };
  }

  /**
   * What part of the answer each digit gets: that of its nearest example, 1 for the same picture and 0 for one out of reach.
   * @param {ArrayLike<number>} features
   * @param {Float32Array} image
   * @returns {number[]}
   */
  shares(features, image) {
    const { labels, reaches, cell } = this.examples;
    const [seen, drawn] = [unit(features), unit(ink(image, cell))];
    const shares = Array.from({ length: DIGITS }, () => 0);
    labels.forEach((label, example) => {
      const away = 2 - product(seen, this.examples.features, example) - product(drawn, this.examples.ink, example);
      const near = Math.min(Math.max(1 - away / reaches[example], 0), 1);
      shares[label] = Math.max(shares[label], near * near * (3 - 2 * near));
    });
    return shares;
  }
}

/**
 * @param {number[]} plain
 * @param {number[]} shares
 * @param {number} part of the nearest example
 */
function mixed(plain, shares, part) {
  const total = shares.reduce((sum, share) => sum + share, 0);
  return plain.map((probability, digit) => (1 - part) * probability + (part * shares[digit]) / total);
}

/**
 * The mean ink of squares, row by row.
 * @param {Float32Array} image
 * @param {number} cell
 */
function ink(image, cell) {
  const across = SIDE / cell;
  const means = new Float64Array(across * across);
  image.forEach((value, at) => {
    const [row, column] = [Math.floor(at / SIDE / cell), Math.floor((at % SIDE) / cell)];
    means[row * across + column] += value / (cell * cell);
  });
  return means;
}

/** @param {ArrayLike<number>} row */
function unit(row) {
  const values = Float64Array.from(row);
  const length = Math.hypot(...values);
  return length > 0 ? values.map((value) => value / length) : values;
}

/**
 * @param {Float64Array} values
 * @param {Float32Array} rows
 * @param {number} row
 */
function product(values, rows, row) {
  const start = row * values.length;
  return values.reduce((sum, value, at) => sum + value * rows[start + at], 0);
}

// How much each spot of a picture matters: a patch of it is blanked out, at every place, and the network asked again (Zeiler and
// Fergus, "Visualizing and Understanding Convolutional Networks", 2014).

const SIDE = 28; // px
export const PATCH = 7; // px
const PLACES = SIDE - PATCH + 1; // along one side

/** @typedef {(image: Float32Array) => number} Score of a picture, as the log-odds of what it was read as */

export class Occlusion {
  /**
   * @param {Float32Array} image 28 times 28 numbers in [0, 1]
   * @param {Score} score
   */
  constructor(image, score) {
    this.image = image;
    this.score = score;
    this.whole = score(image);
    this.least = this.whole; // the score that is left where it suffers most
    this.sums = new Float64Array(SIDE * SIDE);
    this.counts = new Int32Array(SIDE * SIDE);
    this.waiting = placesInOrder();
    this.total = this.waiting.length;
  }

  /** How much is done, in [0, 1]. */
  get share() {
    return 1 - this.waiting.length / this.total;
  }

  /** Whether every second place is done, so that there is something to see. */
  get isRoughlyDone() {
    return this.share >= 0.25;
  }

  /** Blanks out the patch at the next place. */
  step() {
    const place = this.waiting.shift();
    if (!place) return;
    const covered = this.image.slice();
    let ink = 0;
    forEachPixel(place, (at) => {
      ink += covered[at];
      covered[at] = 0;
    });
    const left = ink > 0 ? this.score(covered) : this.whole;
    this.least = Math.min(this.least, left);
    forEachPixel(place, (at) => {
      this.sums[at] += this.whole - left;
      this.counts[at]++;
    });
  }

  /** For each pixel, by how much blanking out the patches with it in them lowers the score, in the mean. */
  get effects() {
    return Float32Array.from(this.sums, (sum, at) => (this.counts[at] ? sum / this.counts[at] : 0));
  }
}

/** @returns {{ x: number, y: number }[]} the corners of all patches, those at every second place first */
function placesInOrder() {
  const all = Array.from({ length: PLACES * PLACES }, (_, at) => ({ x: at % PLACES, y: Math.floor(at / PLACES) }));
  const first = all.filter(({ x, y }) => x % 2 === 0 && y % 2 === 0);
  return [...first, ...all.filter(({ x, y }) => x % 2 || y % 2)];
}

/**
 * @param {{ x: number, y: number }} place
 * @param {(at: number) => void} act
 */
function forEachPixel({ x, y }, act) {
  for (let row = y; row < y + PATCH; row++) for (let column = x; column < x + PATCH; column++) act(row * SIDE + column);
}

/**
 * How much more likely a digit is than all others together, in nats.
 * @param {ArrayLike<number>} logits
 * @param {number} digit
 */
export function logOddsOf(logits, digit) {
  const others = Array.from(logits).filter((_, index) => index !== digit);
  const largest = Math.max(...others);
  const total = others.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  return logits[digit] - largest - Math.log(total);
}

// The smallest piece of ink, drawn or rubbed out in one go, that turns a picture into another digit. It is searched for among
// strokes such as a pen or a rubber makes, so that what is found could be drawn: a few pixels anywhere would do as well, and show
// nothing to people.

const SIDE = 28; // px
const PEN = 1.3; // px: half the width of MNIST's pen
const RUBBER = 2; // px: it takes a whole line away
const EDGE = 2; // px on each side that stay free, as MNIST's do
const APART = 2; // px between the places where a stroke may begin
const STEP = 1.5; // px by which a stroke grows
const LONGEST = 12; // dabs of a stroke: about the height of a digit
const KEPT = 5; // strokes of each kind that are drawn on
const SEEN = 0.1; // of full ink: a pixel that changes by less looks the same
const LEAST = 3; // px: what changes fewer is no stroke

/** @typedef {{ x: number, y: number }} Dab the middle of a dab of ink, in px */
/** @typedef {{ erases: boolean, dabs: Dab[] }} Stroke */
/** @typedef {Stroke & { image: Float32Array, pixels: number }} Change what becomes of the picture, and how many pixels differ */
/** @typedef {Change & { margin: number }} Tried */

/**
 * @typedef {object} Judge
 * @property {(image: Float32Array) => number} margin how far the wanted digit is ahead of all others, quickly told
 * @property {(image: Float32Array) => boolean} accepts whether the picture is read as the wanted digit; asked where it is ahead
 */

/**
 * Searches for the change. Each step takes as long as one look at a picture.
 * @param {Float32Array} image 28 times 28 numbers in [0, 1]
 * @param {Judge} judge
 * @yields {number} how much is done, in [0, 1]
 * @returns {Generator<number, Change | null, void>} null where no stroke that was tried does it
 */
export function* smallestChange(image, judge) {
  /** @type {Stroke[]} */
  let next = beginnings();
  for (let length = 1; length <= LONGEST; length++) {
    /** @type {Tried[]} */
    const tried = [];
    /** @type {Change | null} */
    let found = null;
    for (const [index, stroke] of next.entries()) {
      const change = drawn(image, stroke);
      if (change.pixels < LEAST || (found && change.pixels >= found.pixels)) continue;
      const margin = judge.margin(change.image);
      if (margin > 0 && judge.accepts(change.image)) found = change;
      tried.push({ ...change, margin });
      yield (length - 1 + (index + 1) / next.length) / LONGEST;
    }
    if (found) return shortened(image, found, judge);
    next = [true, false].flatMap((erases) => best(tried.filter((each) => each.erases === erases))).flatMap(longer);
  }
  return null;
}

/** @returns {Stroke[]} a dab everywhere, of ink and of the rubber */
function beginnings() {
  const dabs = [];
  for (let y = EDGE; y < SIDE - EDGE; y += APART) for (let x = EDGE; x < SIDE - EDGE; x += APART) dabs.push({ x, y });
  return dabs.flatMap((dab) => [
    { erases: false, dabs: [dab] },
    { erases: true, dabs: [dab] },
  ]);
}

/**
 * @param {Tried[]} tried
 * @returns {Tried[]} the most promising, no two of which begin next to one another
 */
function best(tried) {
  /** @type {Tried[]} */
  const kept = [];
  for (const each of tried.toSorted((one, other) => other.margin - one.margin)) {
    if (kept.length < KEPT && kept.every((other) => away(first(other), first(each)) > APART)) kept.push(each);
  }
  return kept;
}

/** @param {Stroke} stroke */
function first({ dabs }) {
  return dabs[0];
}

/**
 * @param {Stroke} stroke
 * @returns {Stroke[]} the stroke led on, in every direction but back
 */
function longer({ erases, dabs }) {
  const end = dabs[dabs.length - 1];
  const before = dabs[dabs.length - 2];
  const ends = Array.from({ length: 8 }, (_, turn) => (turn * Math.PI) / 4)
    .map((angle) => ({ x: end.x + STEP * Math.cos(angle), y: end.y + STEP * Math.sin(angle) }))
    .filter(({ x, y }) => Math.min(x, y) >= EDGE && Math.max(x, y) < SIDE - EDGE)
    .filter((dab) => !before || away(before, dab) > STEP);
  return ends.map((dab) => ({ erases, dabs: [...dabs, dab] }));
}

/**
 * The change without what of its ends it can do without.
 * @param {Float32Array} image
 * @param {Change} change
 * @param {Judge} judge
 * @returns {Change}
 */
function shortened(image, change, judge) {
  if (change.dabs.length === 1) return change;
  for (const dabs of [change.dabs.slice(1), change.dabs.slice(0, -1)]) {
    const shorter = drawn(image, { ...change, dabs });
    if (shorter.pixels >= LEAST && judge.margin(shorter.image) > 0 && judge.accepts(shorter.image)) {
      return shortened(image, shorter, judge);
    }
  }
  return change;
}

/**
 * The picture with a stroke drawn on it, or rubbed out of it.
 * @param {Float32Array} image
 * @param {Stroke} stroke
 * @returns {Change}
 */
export function drawn(image, { erases, dabs }) {
  const changed = image.slice();
  const reach = erases ? RUBBER : PEN;
  for (const dab of dabs) {
    for (let y = Math.floor(dab.y - reach - 1); y <= dab.y + reach + 1; y++) {
      for (let x = Math.floor(dab.x - reach - 1); x <= dab.x + reach + 1; x++) {
        if (Math.min(x, y) < 0 || Math.max(x, y) >= SIDE) continue;
        const ink = Math.min(Math.max(reach + 0.5 - away(dab, { x, y }), 0), 1);
        const at = y * SIDE + x;
        changed[at] = erases ? Math.min(changed[at], 1 - ink) : Math.max(changed[at], ink);
      }
    }
  }
  return { erases, dabs, image: changed, pixels: differing(image, changed) };
}

/**
 * @param {Float32Array} one
 * @param {Float32Array} other
 */
function differing(one, other) {
  return one.reduce((count, ink, at) => count + (Math.abs(ink - other[at]) > SEEN ? 1 : 0), 0);
}

/**
 * @param {Dab} one
 * @param {Dab} other
 */
function away(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

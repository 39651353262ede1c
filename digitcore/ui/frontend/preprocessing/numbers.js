// Order statistics and rounding, to the bit as NumPy has them.

/**
 * The nearest whole number; halfway, the even one.
 * @param {number} value
 */
export function rint(value) {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/**
 * @param {number} value
 * @param {number} least
 * @param {number} most
 */
export function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}

/**
 * The value below which a share of them lies, linear between two neighbours, in the precision of `round`.
 * @param {Float32Array | Uint8Array} values at least one
 * @param {number} percent
 * @param {(value: number) => number} round `Math.fround` for what NumPy has as float32, else nothing
 */
export function percentile(values, percent, round = (value) => value) {
  const sorted = values.toSorted();
  return between((place) => sorted[place], sorted.length, percent, round);
}

/**
 * The same for whole numbers, of which `counts` says how often each is there.
 * @param {Int32Array} counts of 0, 1, 2 …
 * @param {number} percent
 */
export function percentileOfCounts(counts, percent) {
  const all = counts.reduce((sum, count) => sum + count, 0);
  return between((place) => valueAt(counts, place), all, percent, (value) => value);
}

/**
 * @param {Int32Array} counts
 * @param {number} place in ascending order
 */
function valueAt(counts, place) {
  let value = 0;
  for (let left = place; left >= counts[value]; value++) left -= counts[value];
  return value;
}

/**
 * @param {(place: number) => number} sorted
 * @param {number} count
 * @param {number} percent
 * @param {(value: number) => number} round
 */
function between(sorted, count, percent, round) {
  const position = round((count - 1) * round(percent / 100));
  const below = Math.floor(position);
  const [low, high] = [sorted(below), sorted(Math.min(below + 1, count - 1))];
  const share = round(position - below);
  const gap = round(high - low);
  return share < 0.5 ? round(low + round(gap * share)) : round(high - round(gap * round(1 - share)));
}

/**
 * @param {Float32Array | Uint8Array} values at least one
 */
export function median(values) {
  const sorted = values.toSorted();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : Math.fround(sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * @param {Float32Array | Uint8Array} values at least one
 */
export function largest(values) {
  let most = values[0];
  for (let at = 1; at < values.length; at++) if (values[at] > most) most = values[at];
  return most;
}

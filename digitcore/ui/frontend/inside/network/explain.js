// How one number of the network came about: what it saw, times its weights, added up, and what the column's other layers made of
// the sum. All is computed anew from what the column before holds, so that it can be checked against what the network said.

/** @typedef {import("./columns.js").Column} Column */
/** @typedef {import("../../engine/weights.js").LayerWeights} LayerWeights */

/** @typedef {{ unit: number, y: number, x: number }} Place a pixel of a map; 0, 0 where a unit has one number only */

/**
 * A patch times a kernel. Both are laid out alike: row by row, channels side by side.
 * @typedef {object} Weighed
 * @property {number} height of the patch
 * @property {number} width of the patch
 * @property {number} channels of what comes in
 * @property {number} top of the patch in the column before; negative where zeros are padded
 * @property {number} left of the patch in the column before
 * @property {Float32Array} patch
 * @property {Float32Array} kernel
 * @property {number[]} parts what each channel contributes
 * @property {number} bias
 * @property {number} sum of all parts and the bias
 */

/**
 * What one layer made of a number. Of a maximum, `candidates` are the four that it chose from; of a normalisation, `factor` and
 * `offset`.
 * @typedef {object} Step
 * @property {string} kind
 * @property {number} from
 * @property {number} value
 * @property {number[]} [candidates]
 * @property {number} [factor]
 * @property {number} [offset]
 */

/** @typedef {{ weighed: Weighed, steps: Step[], value: number }} Explanation */

/**
 * @param {Column} column with weights
 * @param {Float32Array} input what the column before holds
 * @param {Place} place
 * @returns {Explanation}
 */
export function explain(column, input, place) {
  return trace(column, input, place, column.layers.length - 1);
}

/**
 * @param {Column} column
 * @param {Float32Array} input
 * @param {Place} place
 * @param {number} index of the layer within the column whose output is asked for
 * @returns {Explanation}
 */
function trace(column, input, place, index) {
  if (index === 0) {
    const weighed = weigh(column, input, place);
    return { weighed, steps: [], value: weighed.sum };
  }
  const layer = column.layers[index];
  if (layer.kind === "max_pool") return largest(column, input, place, index);
  const before = trace(column, input, place, index - 1);
  return followed(before, made(layer, before.value, place.unit));
}

/**
 * @param {Explanation} before
 * @param {Step} step
 * @returns {Explanation}
 */
function followed(before, step) {
  return { ...before, steps: [...before.steps, step], value: step.value };
}

/**
 * @param {LayerWeights} layer
 * @param {number} from
 * @param {number} unit
 * @returns {Step}
 */
function made({ kind, weights }, from, unit) {
  if (kind === "relu") return { kind, from, value: Math.max(from, 0) };
  const [factor, offset] = weights.map(({ values }) => values[unit]);
  return { kind, from, factor, offset, value: from * factor + offset };
}

/**
 * @param {Column} column
 * @param {Float32Array} input
 * @param {Place} place
 * @param {number} index
 * @returns {Explanation}
 */
function largest(column, input, { unit, y, x }, index) {
  const four = [0, 1, 2, 3].map((corner) =>
    trace(column, input, { unit, y: 2 * y + (corner >> 1), x: 2 * x + (corner & 1) }, index - 1),
  );
  const candidates = four.map(({ value }) => value);
  const value = Math.max(...candidates);
  return followed(four[candidates.indexOf(value)], { kind: "max_pool", from: value, candidates, value });
}

/**
 * @param {Column} column
 * @param {Float32Array} input
 * @param {Place} place
 * @returns {Weighed}
 */
function weigh({ layers, before }, input, { unit, y, x }) {
  const [kernels, biases] = layers[0].weights;
  const size = kernels.values.length / biases.values.length;
  const kernel = kernels.values.subarray(unit * size, (unit + 1) * size);
  const bias = biases.values[unit];
  const seen = layers[0].kind === "conv" ? cut(layers[0], input, before, y, x) : whole(input, before);
  const parts = Array.from({ length: seen.channels }, () => 0);
  for (let at = 0; at < size; at++) parts[at % seen.channels] += seen.patch[at] * kernel[at];
  const sum = parts.reduce((total, part) => total + part, bias);
  return { ...seen, kernel, parts, bias, sum };
}

/**
 * @param {Float32Array} input
 * @param {number[]} shape
 */
function whole(input, [height, width, channels]) {
  return { height, width, channels, top: 0, left: 0, patch: input };
}

/**
 * @param {LayerWeights} layer
 * @param {Float32Array} input
 * @param {number[]} shape of the input
 * @param {number} y
 * @param {number} x
 */
function cut({ weights, same, stride }, input, [height, width, channels], y, x) {
  const side = weights[0].shape[1];
  const margin = same ? (side - 1) >> 1 : 0;
  const [top, left] = [stride * y - margin, stride * x - margin];
  const patch = new Float32Array(side * side * channels);
  for (let row = Math.max(top, 0); row < Math.min(top + side, height); row++) {
    for (let column = Math.max(left, 0); column < Math.min(left + side, width); column++) {
      const from = (row * width + column) * channels;
      patch.set(input.subarray(from, from + channels), ((row - top) * side + column - left) * channels);
    }
  }
  return { height: side, width: side, channels, top, left, patch };
}

/**
 * One channel of what lies channels side by side.
 * @param {Float32Array} values
 * @param {number} channels
 * @param {number} channel
 * @returns {Float32Array}
 */
export function channelOf(values, channels, channel) {
  return Float32Array.from({ length: values.length / channels }, (_, at) => values[at * channels + channel]);
}

/**
 * Where a unit is strongest.
 * @param {Column} column
 * @param {Float32Array} values of the column
 * @param {number} unit
 * @returns {Place}
 */
export function strongestPixel({ shape: [, width, units] }, values, unit) {
  let best = unit;
  for (let at = unit; at < values.length; at += units) if (values[at] > values[best]) best = at;
  const pixel = (best - unit) / units;
  return { unit, y: Math.floor(pixel / width), x: pixel % width };
}

/**
 * The unit with the largest number of all.
 * @param {Column} column
 * @param {Float32Array} values of the column
 */
export function strongestUnit({ shape: [, , units] }, values) {
  let best = 0;
  for (let at = 0; at < values.length; at++) if (values[at] > values[best]) best = at;
  return best % units;
}

// A run's file, as `digitcore/inference/weights.py` writes it: a header that says what there is, and all numbers in one piece.

/** @typedef {{ shape: number[], at: number }} Place where an array lies, counted in floats */
/** @typedef {{ shape: number[], values: Float32Array }} Weights one array of a run's numbers */

/**
 * One layer; `parameters` counts those that were trained, batch normalisation included, where the run says so.
 * @typedef {{ name: string, kind: string, same: boolean, stride: number, weights: Weights[], parameters?: number }} LayerWeights
 */

/** @typedef {{ sure: number, likely: number, views: number[][] }} AugmentationRules */

/**
 * @typedef {object} RejectionWeights
 * @property {number} threshold
 * @property {number} farthest
 * @property {string} reason
 * @property {Float32Array} centre
 * @property {Float32Array} spread
 * @property {Float32Array} hidden by input, then by neuron
 * @property {Float32Array} hidden_bias
 * @property {Float32Array} output
 * @property {Float32Array} output_bias of one number
 */

/**
 * @typedef {object} RunWeights
 * @property {{ id: string, name: string, network: string }} run
 * @property {number} temperature
 * @property {LayerWeights[]} layers
 * @property {AugmentationRules | null} augmentation
 * @property {RejectionWeights | null} rejection
 */

const VERSION = 2;
const LENGTH_BYTES = 4;

/**
 * @param {ArrayBuffer} file
 * @returns {RunWeights} whose arrays are views of the file
 */
export function readWeights(file) {
  const start = LENGTH_BYTES + new DataView(file).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, LENGTH_BYTES, start - LENGTH_BYTES)));
  if (header.version !== VERSION) throw new Error(`This page can't read weights of version ${header.version}.`);
  const weights = (/** @type {Place} */ { shape, at }) => ({ shape, values: floats(file, start, shape, at) });
  const layers = header.layers.map(({ arrays, ...layer }) => ({ ...layer, weights: arrays.map(weights) }));
  return { ...header, layers, rejection: header.rejection && scoreOf(header.rejection, weights) };
}

/**
 * @param {ArrayBuffer} file
 * @param {number} start
 * @param {number[]} shape
 * @param {number} at
 */
function floats(file, start, shape, at) {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return new Float32Array(file, start + at * Float32Array.BYTES_PER_ELEMENT, size);
}

/**
 * @param {Record<string, any>} score
 * @param {(place: Place) => Weights} weights
 * @returns {RejectionWeights}
 */
function scoreOf({ threshold, farthest, reason, ...places }, weights) {
  const arrays = Object.entries(places).map(([name, place]) => [name, weights(place).values]);
  return { threshold, farthest, reason, ...Object.fromEntries(arrays) };
}

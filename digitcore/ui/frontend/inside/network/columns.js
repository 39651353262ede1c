// A network as it is shown: from the picture to the ten sums in columns. A convolution and what follows it without weights of
// its own (pooling, normalisation, ReLU) are one column; what only lays numbers out anew is none.

import { Network } from "../../engine/network.js";

/** @typedef {import("../../engine/weights.js").LayerWeights} LayerWeights */

/**
 * One column. Its units are maps, neurons, averages or digits; what it holds for a picture lies in the network's order, row by
 * row, the maps of a pixel side by side.
 * @typedef {object} Column
 * @property {"picture" | "maps" | "neurons" | "averages" | "sums"} kind
 * @property {string} name of its first layer, such as `conv_2`
 * @property {number} number among the columns of its kind, from 1
 * @property {LayerWeights[]} layers that belong to it, in their order
 * @property {number} last where the layer whose output is shown stands in the network's list; -1 for the picture
 * @property {[number, number, number]} shape height and width of a map, and how many units there are
 * @property {[number, number, number]} before the shape of what comes in
 * @property {number} parameters
 * @property {number} sees pixels a side of the picture that one pixel of a map depends on, at most
 */

/** @typedef {{ top: number, left: number, bottom: number, right: number }} Box pixels, all four within it */

const SIDE = 28; // px
const STARTS = new Set(["conv", "dense", "average_pool"]);

/** @type {Column} */
const PICTURE = {
  kind: "picture",
  name: "picture",
  number: 1,
  layers: [],
  last: -1,
  shape: [SIDE, SIDE, 1],
  before: [SIDE, SIDE, 1],
  parameters: 0,
  sees: 1,
};

/**
 * @param {LayerWeights[]} layers of a network
 * @returns {Column[]} the picture first, the ten sums last
 */
export function columnsOf(layers) {
  const shapes = new Network(layers).layers.map(({ shape }) => shape);
  const columns = [{ ...PICTURE }];
  layers.forEach((layer, index) => {
    if (STARTS.has(layer.kind)) columns.push(begin(layer, columns));
    const column = columns[columns.length - 1];
    if (layer.kind === "flatten") return; // the same numbers in the same order
    column.layers.push(layer);
    column.last = index;
    column.shape = threefold(shapes[index]);
  });
  columns[columns.length - 1].kind = "sums";
  columns.forEach((column, index) => complete(column, columns, index));
  return columns;
}

/**
 * @param {LayerWeights} layer
 * @param {Column[]} before
 * @returns {Column}
 */
function begin({ name, kind }, before) {
  const named = /** @type {const} */ ({ conv: "maps", average_pool: "averages" });
  const previous = before[before.length - 1];
  return { ...PICTURE, kind: named[kind] ?? "neurons", name, layers: [], before: previous.shape };
}

/**
 * @param {Column} column
 * @param {Column[]} columns
 * @param {number} index
 */
function complete(column, columns, index) {
  column.number = columns.slice(0, index + 1).filter(({ kind }) => kind === column.kind).length;
  column.parameters = column.layers.reduce((sum, layer) => sum + parametersOf(layer), 0);
  const middle = column.shape[0] >> 1;
  const box = fieldOf(columns, index, { top: middle, left: middle, bottom: middle, right: middle }, false);
  column.sees = Math.min(box.bottom - box.top + 1, SIDE);
}

/** @param {LayerWeights} layer */
function parametersOf({ parameters, weights }) {
  return parameters ?? weights.reduce((sum, { values }) => sum + values.length, 0);
}

/**
 * @param {number[]} shape
 * @returns {[number, number, number]}
 */
function threefold(shape) {
  return shape.length === 3 ? [shape[0], shape[1], shape[2]] : [1, 1, shape[0]];
}

/**
 * The pixels that a box of a column's pixels depends on, in the column before or, by `fieldOf`, in the picture.
 * @param {Column} column
 * @param {Box} box
 * @returns {Box} which may stick out where the layer pads with zeros
 */
export function boxBefore(column, box) {
  return column.layers.toReversed().reduce((seen, layer) => seenBy(layer, seen, column.before), box);
}

/**
 * @param {Column[]} columns
 * @param {number} index
 * @param {Box} box
 * @param {boolean} [cropped] whether to leave out what sticks out of a map
 * @returns {Box}
 */
export function fieldOf(columns, index, box, cropped = true) {
  let seen = box;
  for (let at = index; at > 0; at--) {
    seen = boxBefore(columns[at], seen);
    if (cropped) seen = crop(seen, columns[at].before);
  }
  return seen;
}

/**
 * @param {LayerWeights} layer
 * @param {Box} box
 * @param {number[]} before
 * @returns {Box}
 */
function seenBy({ kind, same, stride, weights }, { top, left, bottom, right }, [height, width]) {
  if (kind === "max_pool") return { top: 2 * top, left: 2 * left, bottom: 2 * bottom + 1, right: 2 * right + 1 };
  if (kind === "dense" || kind === "average_pool") return { top: 0, left: 0, bottom: height - 1, right: width - 1 };
  if (kind !== "conv") return { top, left, bottom, right };
  const more = weights[0].shape[1] - 1;
  const margin = same ? more >> 1 : 0;
  const [first, last] = [-margin, more - margin];
  return { top: stride * top + first, left: stride * left + first, bottom: stride * bottom + last, right: stride * right + last };
}

/**
 * @param {Box} box
 * @param {number[]} shape
 * @returns {Box}
 */
function crop({ top, left, bottom, right }, [height, width]) {
  return {
    top: Math.max(top, 0),
    left: Math.max(left, 0),
    bottom: Math.min(bottom, height - 1),
    right: Math.min(right, width - 1),
  };
}

/**
 * What each column holds for a picture.
 * @param {Column[]} columns
 * @param {Float32Array} image
 * @param {Float32Array[]} outputs of all layers
 * @returns {Float32Array[]}
 */
export function valuesOf(columns, image, outputs) {
  return columns.map(({ last }) => (last < 0 ? image : outputs[last]));
}

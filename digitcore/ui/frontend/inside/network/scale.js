// How bright a number is shown. The scale of a column is fixed: its brightest colour is what the column reaches at most where the
// network reads a few plain digits, which are drawn here. So a map can be compared with itself a moment ago, with its neighbours,
// and with what it was in another drawing; what goes beyond is shown as bright as can be.

import { Network } from "../../engine/network.js";
import { valuesOf } from "./columns.js";

/** @typedef {import("./columns.js").Column} Column */

const SIDE = 28; // px
const PEN = 1.1; // px: half the pen's width

// corners of strokes, in px of the 28x28
const DIGITS = [
  [[14, 5, 9, 8, 8, 14, 9, 20, 14, 23, 19, 20, 20, 14, 19, 8, 14, 5]],
  [[9, 9, 12, 5, 17, 5, 19, 9, 17, 14, 8, 23, 20, 23]],
  [[9, 5, 8, 14, 20, 14], [19, 5, 18, 23]],
  [[8, 6, 20, 6, 13, 23]],
  [[14, 14, 9, 10, 11, 5, 17, 5, 19, 9, 14, 14, 9, 18, 11, 23, 17, 23, 19, 18, 14, 14]],
];

/**
 * @param {number[][]} strokes
 * @returns {Float32Array} 28 times 28 numbers in [0, 1]
 */
function drawn(strokes) {
  return Float32Array.from({ length: SIDE * SIDE }, (_, at) => {
    const distance = Math.min(...strokes.map((stroke) => distanceTo(stroke, at % SIDE, Math.floor(at / SIDE))));
    return Math.min(Math.max(PEN + 0.5 - distance, 0), 1);
  });
}

/**
 * @param {number[]} stroke
 * @param {number} x
 * @param {number} y
 */
function distanceTo(stroke, x, y) {
  let nearest = Infinity;
  for (let at = 0; at + 3 < stroke.length; at += 2) {
    const [x0, y0, x1, y1] = stroke.slice(at, at + 4);
    const along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / ((x1 - x0) ** 2 + (y1 - y0) ** 2);
    const share = Math.min(Math.max(along, 0), 1);
    nearest = Math.min(nearest, Math.hypot(x - x0 - share * (x1 - x0), y - y0 - share * (y1 - y0)));
  }
  return nearest;
}

export class Scale {
  /**
   * @param {Column[]} columns
   * @param {import("../../engine/weights.js").LayerWeights[]} layers
   */
  constructor(columns, layers) {
    this.columns = columns;
    this.network = new Network(layers);
    this.waiting = [...DIGITS];
    /** @type {Float32Array | null} */
    this.image = null; // the digit that is read now
    /** @type {Float32Array[]} */
    this.outputs = []; // of the layers that have taken it in
    /** @type {number[]} */
    this.full = columns.map(() => 1e-6);
  }

  /**
   * Reads a little further, one layer of one digit, so that nothing waits for long.
   * @returns {boolean} whether there is more to read
   */
  learn() {
    const { waiting, outputs, network } = this;
    if (waiting.length === 0) return false;
    this.image ??= drawn(waiting[0]);
    const layer = network.layers[outputs.length];
    layer.forward(outputs.at(-1) ?? this.image);
    outputs.push(layer.output);
    if (outputs.length === network.layers.length) this.take(this.image);
    return waiting.length > 0;
  }

  /** @param {Float32Array} image that all layers have read */
  take(image) {
    const farthests = valuesOf(this.columns, image, this.outputs).map(farthest);
    this.full = this.full.map((full, index) => Math.max(full, farthests[index]));
    this.waiting.shift();
    this.image = null;
    this.outputs = [];
  }
}

/** @param {Float32Array} values */
function farthest(values) {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

// The kinds of layer, as LiteRT computes them. Each keeps what it made of the last picture in `output`, in Python's order:
// row by row, and the channels of a pixel side by side.

import { Patch } from "./convolution.js";
import { vectorKernels } from "./simd.js";

/** @typedef {import("./weights.js").LayerWeights} LayerWeights */
/** @typedef {number[]} Shape height, width and channels; or the number of units */

/**
 * @typedef {object} Layer
 * @property {string} name
 * @property {string} kind
 * @property {Shape} shape of its output
 * @property {Float32Array} output
 * @property {import("./weights.js").Weights[]} weights
 * @property {(input: Float32Array) => void} forward fills `output`
 */

/** @param {Shape} shape */
export function sizeOf(shape) {
  return shape.reduce((product, extent) => product * extent, 1);
}

class Base {
  /**
   * @param {LayerWeights} weights
   * @param {Shape} shape
   */
  constructor({ name, kind, weights }, shape) {
    this.name = name;
    this.kind = kind;
    this.weights = weights;
    this.shape = shape;
    this.output = new Float32Array(sizeOf(shape));
  }
}

/** A convolution with a square kernel, which moves on by `stride` pixels. */
class Conv extends Base {
  /**
   * @param {LayerWeights} layer
   * @param {Shape} input
   */
  constructor(layer, [height, width, channels]) {
    const [filters, kernel] = layer.weights[0].shape;
    const lost = layer.same ? 0 : kernel - 1;
    const steps = [height, width].map((extent) => Math.floor((extent - lost - 1) / layer.stride) + 1);
    super(layer, [...steps, filters]);
    this.kernel = kernel;
    this.stride = layer.stride;
    this.channels = channels;
    this.margin = layer.same ? (kernel - 1) >> 1 : 0; // zeros above and left of the picture; TensorFlow's rule where odd
    this.row = (width - lost + kernel - 1) * channels; // of the pixels that the kernel sees
    this.framed = layer.same ? new Float32Array((height + kernel - 1) * this.row) : null;
    this.inputRow = width * channels;
    this.patch = new Patch(kernel * kernel * channels);
    this.vectors = vectorKernels(layer.weights[0].values, layer.weights[1].values); // where this browser has them
  }

  /** @param {Float32Array} input */
  forward(input) {
    const pixels = this.framed ? this.frame(input, this.framed) : input;
    if (this.vectors) this.vectors.convolve(pixels, this);
    else this.convolve(pixels);
  }

  /** @param {Float32Array} pixels */
  convolve(pixels) {
    const [height, width, filters] = this.shape;
    const [kernels, bias] = this.weights;
    for (let y = 0, at = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at += filters) {
        this.cut(pixels, y * this.stride, x * this.stride);
        this.patch.times(kernels.values, bias.values, this.output, at);
      }
    }
  }

  /**
   * The picture in its frame of zeros.
   * @param {Float32Array} input
   * @param {Float32Array} framed
   */
  frame(input, framed) {
    const left = this.margin * this.channels;
    for (let from = 0, y = this.margin; from < input.length; from += this.inputRow, y++) {
      framed.set(input.subarray(from, from + this.inputRow), y * this.row + left);
    }
    return framed;
  }

  /**
   * Takes the patch whose upper left corner is that pixel.
   * @param {Float32Array} pixels
   * @param {number} y
   * @param {number} x
   */
  cut(pixels, y, x) {
    const length = this.kernel * this.channels;
    this.patch.clear();
    for (let line = 0; line < this.kernel; line++) {
      this.patch.add(pixels, (y + line) * this.row + x * this.channels, length, line * length);
    }
  }
}

/** A batch normalisation that no convolution could take: a factor and an offset a channel. */
class BatchNorm extends Base {
  /** @param {Float32Array} input */
  forward(input) {
    const [factor, offset] = this.weights.map(({ values }) => values);
    for (let at = 0, channel = 0; at < input.length; at++, channel = channel + 1 === factor.length ? 0 : channel + 1) {
      this.output[at] = input[at] * factor[channel] + offset[channel];
    }
  }
}

class Relu extends Base {
  /** @param {Float32Array} input */
  forward(input) {
    for (let at = 0; at < input.length; at++) this.output[at] = input[at] > 0 ? input[at] : 0;
  }
}

/** The largest of each 2x2 block; an odd last row or column is dropped. */
class MaxPool extends Base {
  /**
   * @param {LayerWeights} layer
   * @param {Shape} input
   */
  constructor(layer, [height, width, channels]) {
    super(layer, [height >> 1, width >> 1, channels]);
    this.inputRow = width * channels;
  }

  /** @param {Float32Array} input */
  forward(input) {
    const [height, width, channels] = this.shape;
    for (let y = 0, at = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const corner = 2 * y * this.inputRow + 2 * x * channels;
        for (let channel = corner; channel < corner + channels; channel++, at++) {
          const upper = Math.max(input[channel], input[channel + channels]);
          const below = channel + this.inputRow;
          this.output[at] = Math.max(upper, input[below], input[below + channels]);
        }
      }
    }
  }
}

/** The mean of each channel over height and width. */
class AveragePool extends Base {
  /**
   * @param {LayerWeights} layer
   * @param {Shape} input
   */
  constructor(layer, [height, width, channels]) {
    super(layer, [channels]);
    this.pixels = height * width;
  }

  /** @param {Float32Array} input */
  forward(input) {
    const channels = this.output.length;
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      for (let at = channel; at < input.length; at += channels) sum += input[at];
      this.output[channel] = sum / this.pixels;
    }
  }
}

/** Lays all numbers out in one row. */
class Flatten extends Base {
  /** @param {Float32Array} input */
  forward(input) {
    this.output.set(input);
  }
}

/** Fully connected. */
class Dense extends Base {
  /** @param {LayerWeights} layer */
  constructor(layer) {
    const [units, inputs] = layer.weights[0].shape;
    super(layer, [units]);
    this.patch = new Patch(inputs);
  }

  /** @param {Float32Array} input */
  forward(input) {
    const [kernels, bias] = this.weights;
    this.patch.clear();
    this.patch.add(input, 0, input.length, 0);
    this.patch.times(kernels.values, bias.values, this.output, 0);
  }
}

/** @type {Record<string, (layer: LayerWeights, input: Shape) => Layer>} */
const MAKERS = {
  conv: (layer, input) => new Conv(layer, input),
  batch_norm: (layer, input) => new BatchNorm(layer, input),
  relu: (layer, input) => new Relu(layer, input),
  max_pool: (layer, input) => new MaxPool(layer, input),
  average_pool: (layer, input) => new AveragePool(layer, input),
  flatten: (layer, input) => new Flatten(layer, [sizeOf(input)]),
  dense: (layer) => new Dense(layer),
};

/**
 * @param {LayerWeights} layer
 * @param {Shape} input the shape of what it gets
 * @returns {Layer}
 */
export function makeLayer(layer, input) {
  const make = MAKERS[layer.kind];
  if (!make) throw new Error(`This page knows no layer of kind ${layer.kind}.`);
  return make(layer, input);
}

// A network: its layers one after the other, each keeping what it made of the last picture.

import { makeLayer } from "./layers.js";

/** @typedef {import("./weights.js").LayerWeights} LayerWeights */
/** @typedef {import("./layers.js").Layer} Layer */
/** @typedef {{ logits: Float32Array, features: Float32Array }} Outputs what a network made of a picture; `features` goes into its last dense layer */

const IMAGE_SHAPE = [28, 28, 1];

export class Network {
  /** @param {LayerWeights[]} weights */
  constructor(weights) {
    this.weights = weights;
    /** @type {Layer[]} */
    this.layers = [];
    /** @type {Float32Array} */
    this.features = new Float32Array(0); // of the last picture, as `Outputs` has them
    let shape = IMAGE_SHAPE;
    for (const each of weights) {
      const layer = makeLayer(each, shape);
      this.layers.push(layer);
      shape = layer.shape;
    }
  }

  /** The same network, with places of its own for what it makes of pictures. */
  twin() {
    return new Network(this.weights);
  }

  /**
   * @param {Float32Array} image 28 times 28 numbers in [0, 1]
   * @returns {Outputs} which the next picture will overwrite, as it will every layer's output
   */
  forward(image) {
    let values = image;
    let features = image;
    for (const layer of this.layers) {
      if (layer.kind === "dense") features = values;
      layer.forward(values);
      values = layer.output;
    }
    this.features = features;
    return { logits: values, features };
  }
}

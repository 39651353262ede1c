// A network with something broken in it, to see what the rest makes of that: a copy, which nothing ever saves.

/** @typedef {import("./weights.js").LayerWeights} LayerWeights */
/** @typedef {import("./weights.js").Weights} Weights */

/**
 * What is broken: a unit, as a map or a neuron, of the layer of that name, or all of them. Switched off, they are 0 whatever
 * comes in; as noise, they weigh what comes in at random.
 * @typedef {{ layer: string, unit: number | null, how: "off" | "noise" }} Damage
 */

const FOLLOWERS = new Set(["relu", "max_pool", "batch_norm"]); // have the same units as the layer before them

/**
 * @param {LayerWeights[]} layers
 * @param {Damage[]} damages
 * @returns {LayerWeights[]} a copy where something is broken; the others as they are
 */
export function damagedLayers(layers, damages) {
  return damages.reduce((sound, damage) => broken(sound, damage), layers);
}

/**
 * @param {LayerWeights[]} layers
 * @param {Damage} damage
 */
function broken(layers, { layer: name, unit, how }) {
  const copy = [...layers];
  const start = copy.findIndex((layer) => layer.name === name);
  for (let at = start; at >= 0 && at < copy.length && (at === start || FOLLOWERS.has(copy[at].kind)); at++) {
    if (how === "off") copy[at] = changed(copy[at], unit, () => silent);
    else if (at === start) copy[at] = changed(copy[at], unit, noiseLike);
  }
  return copy;
}

/**
 * @param {LayerWeights} layer
 * @param {number | null} unit
 * @param {(weights: Weights, index: number) => (values: Float32Array, unit: number) => void} way to change a unit's numbers
 * @returns {LayerWeights}
 */
function changed(layer, unit, way) {
  return { ...layer, weights: layer.weights.map((weights, index) => withUnits(weights, unit, way(weights, index))) };
}

/**
 * @param {Weights} weights
 * @param {number | null} unit
 * @param {(values: Float32Array, unit: number) => void} change
 * @returns {Weights}
 */
function withUnits({ shape, values }, unit, change) {
  const copy = values.slice();
  const size = copy.length / shape[0];
  const units = unit === null ? Array.from({ length: shape[0] }, (_, each) => each) : [unit];
  for (const each of units) change(copy.subarray(each * size, (each + 1) * size), each);
  return { shape, values: copy };
}

/** @param {Float32Array} values */
function silent(values) {
  values.fill(0);
}

/**
 * Noise as strong as the layer's own weights, the same whenever it is made; biases stay.
 * @param {Weights} weights
 * @param {number} index
 */
function noiseLike({ values }, index) {
  const spread = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  return (/** @type {Float32Array} */ own, /** @type {number} */ unit) => {
    if (index > 0) return;
    const random = randomFrom(unit + 1);
    for (let at = 0; at < own.length; at++) own[at] = spread * Math.sqrt(3) * (2 * random() - 1);
  };
}

/**
 * Random numbers in [0, 1): mulberry32.
 * @param {number} seed
 */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

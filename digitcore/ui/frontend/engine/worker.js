// What runs in a Worker: it fetches a run's weights and reads what it is sent, one picture after the other.

import { damagedLayers } from "./damage.js";
import { Prototypes } from "./prototypes.js";
import { Reader } from "./reader.js";
import { readWeights } from "./weights.js";

/** @typedef {import("../preprocessing/grid.js").Grey} Grey */
/** @typedef {import("./damage.js").Damage} Damage */
/** @typedef {import("./prototypes.js").Examples} Examples */

/**
 * What a page asks: to load the weights at `address`; to read from now on with this `damage` done to them; by these `examples`, too,
 * or by none (null); to read a `drawing`, or an `image` that is 28x28 already, `plainly` without test-time augmentation, and where it `wantsLayers`, to hand over what each
 * layer made of it.
 * @typedef {object} Question
 * @property {number} number
 * @property {string} [address]
 * @property {Damage[]} [damage]
 * @property {Examples | null} [examples]
 * @property {Grey} [drawing]
 * @property {Float32Array} [image]
 * @property {boolean} [plainly]
 * @property {boolean} [wantsLayers]
 */

/**
 * The answer to the question of the same number; `failure` says in a sentence what went wrong.
 * @typedef {{ number: number, reading?: import("./reader.js").Reading | null, layers?: Float32Array[], failure?: string }} Answer
 */

/** @type {import("./weights.js").RunWeights | null} */
let sound = null; // the weights as they were loaded
let newest = ""; // address that was asked for; an older one may arrive later

/** @type {Damage[]} */
let damages = [];
/** @type {Examples | null} */
let known = null;

/** @type {Reader | null} */
let reader = null;

/**
 * @param {Question} question
 * @returns {Promise<Answer>}
 */
export async function answer({ number, address, damage, examples, drawing, image, plainly = false, wantsLayers = false }) {
  try {
    if (address) await load(address);
    if (address || damage) damages = damage ?? [];
    if (sound && (address || damage)) reader = new Reader({ ...sound, layers: damagedLayers(sound.layers, damages) });
    if (examples !== undefined) known = examples;
    if (reader) reader.prototypes = fitting();
    const reading = reader && read(reader, { drawing, image, plainly });
    const layers = reading && reader && wantsLayers ? reader.network.layers.map(({ output }) => output.slice()) : [];
    return { number, reading, layers };
  } catch (error) {
    return { number, failure: String(error) };
  }
}

/** Examples as a sound network sees them say nothing to another, or to a damaged one. */
function fitting() {
  return known && known.address === newest && damages.length === 0 && known.labels.length > 0 ? new Prototypes(known) : null;
}

/**
 * @param {Reader} by
 * @param {Pick<Question, "drawing" | "image" | "plainly">} what
 */
function read(by, { drawing, image, plainly }) {
  if (drawing) return by.read(drawing, plainly);
  return image ? by.readPrepared(image, null, plainly) : null;
}

/** @param {string} address */
async function load(address) {
  newest = address;
  const weights = readWeights(await fetched(address));
  if (address === newest) sound = weights;
}

/** @param {string} address */
async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status} for ${address}`);
  return response.arrayBuffer();
}

if (typeof document === "undefined") {
  self.addEventListener("message", async ({ data }) => {
    const answered = await answer(data);
    postMessage(answered, { transfer: (answered.layers ?? []).map(({ buffer }) => buffer) });
  });
}

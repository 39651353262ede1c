// What runs in a Worker: it takes a run's weights and reads what it is sent, one picture after the other.

import { damagedLayers } from "./damage.js";
import { Prototypes } from "./prototypes.js";
import { Reader } from "./reader.js";
import { readWeights } from "./weights.js";

/** @typedef {import("../preprocessing/grid.js").Grey} Grey */
/** @typedef {import("./damage.js").Damage} Damage */
/** @typedef {import("./prototypes.js").Examples} Examples */

/**
 * What a page asks: to take up a run's `file`, which has this `address`; to read from now on with this `damage` done to them; by these `examples`, too,
 * or by none (null); to read a `drawing`, or an `image` that is 28x28 already, `plainly` without test-time augmentation, and where it `wantsLayers`, to hand over what each
 * layer made of it.
 * @typedef {object} Question
 * @property {number} number
 * @property {ArrayBuffer} [file]
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

const WARM_UPS = 3; // readings
const SIDE = 160; // px of a drawing
const PEN = 11; // px
const INK = 255;

/** @type {import("./weights.js").RunWeights | null} */
let sound = null; // the weights as they were loaded

let newest = ""; // their address
/** @type {Damage[]} */
let damages = [];
/** @type {Examples | null} */
let known = null;

/** @type {Reader | null} */
let reader = null;
let isWarm = false; // something has been read

/**
 * @param {Question} question
 * @returns {Answer}
 */
export function answer({ number, file, address = "", damage, examples, drawing, image, plainly = false, wantsLayers = false }) {
  try {
    if (file) [sound, newest] = [readWeights(file), address];
    if (file || damage) damages = damage ?? [];
    if (sound && (file || damage)) reader = new Reader({ ...sound, layers: damagedLayers(sound.layers, damages) });
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

/**
 * The first readings take ten times as long as those that follow: let them be of a stroke that nobody drew, one at a time, lest a
 * real one has to wait.
 * @param {number} times
 */
function warmUp(times) {
  if (isWarm || !reader) return;
  isWarm = times === 1;
  const data = Uint8Array.from({ length: SIDE * SIDE }, (_, at) => (Math.abs((at % SIDE) - SIDE / 2) < PEN / 2 ? INK : 0));
  reader.read({ data, width: SIDE, height: SIDE }, true);
  setTimeout(() => warmUp(times - 1));
}

if (typeof document === "undefined") {
  self.addEventListener("message", ({ data }) => {
    const answered = answer(data);
    if (data.file) setTimeout(() => warmUp(WARM_UPS));
    else isWarm ||= Boolean(data.drawing ?? data.image);
    postMessage(answered, { transfer: (answered.layers ?? []).map(({ buffer }) => buffer) });
  });
}

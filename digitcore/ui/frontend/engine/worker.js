// What runs in a Worker: it fetches a run's weights and reads what it is sent, one picture after the other.

import { Reader } from "./reader.js";
import { readWeights } from "./weights.js";

/** @typedef {import("../preprocessing/grid.js").Grey} Grey */

/**
 * What a page asks: to load the weights at `address`, or to read a `drawing` with those that were loaded last, `plainly`
 * without test-time augmentation, and where it `wantsLayers`, to hand over what each layer made of it.
 * @typedef {{ number: number, address?: string, drawing?: Grey, plainly?: boolean, wantsLayers?: boolean }} Question
 */

/**
 * The answer to the question of the same number; `failure` says in a sentence what went wrong.
 * @typedef {{ number: number, reading?: import("./reader.js").Reading | null, layers?: Float32Array[], failure?: string }} Answer
 */

/** @type {Reader | null} */
let reader = null;

/**
 * @param {Question} question
 * @returns {Promise<Answer>}
 */
export async function answer({ number, address, drawing, plainly = false, wantsLayers = false }) {
  try {
    if (address) reader = new Reader(readWeights(await fetched(address)));
    const reading = drawing && reader ? reader.read(drawing, plainly) : null;
    const layers = reading && reader && wantsLayers ? reader.network.layers.map(({ output }) => output.slice()) : [];
    return { number, reading, layers };
  } catch (error) {
    return { number, failure: String(error) };
  }
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

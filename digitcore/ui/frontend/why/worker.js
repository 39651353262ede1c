// What runs in a Worker of its own: it finds out why pictures were read as they were, the newest only.

import { Reader } from "../engine/reader.js";
import { readWeights } from "../engine/weights.js";
import { explain } from "./explanation.js";

/** @typedef {{ number: number, address: string, image: Float32Array }} Question */
/** @typedef {import("./explanation.js").Told & { number: number }} Answer */

const AT_ONCE = 40; // ms after which a newer question is looked for

let latest = 0; // the number of the newest question
let loaded = "";
/** @type {Reader | null} */
let reader = null;

/**
 * @param {Question} question
 * @param {(answer: Answer) => void} send
 */
export async function answer({ number, address, image }, send) {
  latest = number;
  if (address !== loaded || !reader) {
    reader = new Reader(readWeights(await (await fetch(address)).arrayBuffer()));
    loaded = address;
  }
  let rested = performance.now();
  for (const told of explain(reader, image)) {
    const isDue = performance.now() - rested > AT_ONCE;
    if (told && (isDue || told.share === undefined)) send({ number, ...told });
    if (!isDue) continue;
    await pause(); // oxlint-disable-line no-await-in-loop -- a newer question may be waiting
    if (latest !== number) return;
    rested = performance.now();
  }
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve));
}

if (typeof document === "undefined") {
  self.addEventListener("message", ({ data }) => answer(data, (told) => postMessage(told)));
}

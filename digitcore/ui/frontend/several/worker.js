// What runs in a Worker while a number is drawn: it fetches a run's weights and reads the strokes it is sent.

import { Prototypes } from "../engine/prototypes.js";
import { Reader } from "../engine/reader.js";
import { readWeights } from "../engine/weights.js";
import { LineReader } from "./line_reader.js";

/** @type {LineReader | null} */
let reader = null;
let newest = ""; // address that was asked for; an older one may arrive later
/** @type {import("../engine/prototypes.js").Examples | null} */
let examplesKnown = null;

/** @typedef {import("./line_reader.js").Stroke} Stroke */

/**
 * What a page asks: to take up the run at an `address` and follow these `rules`; to read by these `examples`, too, or by none (null);
 * to read `strokes`.
 * @typedef {{ number: number, address?: string, rules?: any, examples?: import("../engine/prototypes.js").Examples | null,
 *   strokes?: Stroke[], plainly?: boolean }} Question
 */

/** @param {Question} question */
export async function answer({ number, address, rules, examples, strokes, plainly }) {
  try {
    if (address) await load(address, rules);
    if (examples !== undefined) examplesKnown = examples;
    if (reader) reader.reader.prototypes = fitting();
    return { number, digits: (strokes && reader?.read(strokes, plainly)) ?? null };
  } catch (error) {
    return { number, failure: String(error) };
  }
}

/** Examples as one network sees them say nothing to another. */
function fitting() {
  return examplesKnown && examplesKnown.address === newest && examplesKnown.labels.length > 0 ? new Prototypes(examplesKnown) : null;
}

/**
 * @param {string} address
 * @param {import("./line_reader.js").Rules} rules
 */
async function load(address, rules) {
  newest = address;
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status} for ${address}`);
  const weights = readWeights(await response.arrayBuffer());
  if (address === newest) reader = new LineReader(new Reader(weights), rules);
}

if (typeof document === "undefined") self.addEventListener("message", async ({ data }) => postMessage(await answer(data)));

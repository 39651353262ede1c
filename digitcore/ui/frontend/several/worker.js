// What runs in a Worker while a number is drawn: it fetches a run's weights and reads the strokes it is sent.

import { Reader } from "../engine/reader.js";
import { readWeights } from "../engine/weights.js";
import { LineReader } from "./line_reader.js";

/** @type {LineReader | null} */
let reader = null;
let newest = ""; // address that was asked for; an older one may arrive later

/** @typedef {import("./line_reader.js").Stroke} Stroke */

/** @param {{ number: number, address?: string, rules?: any, strokes?: Stroke[], plainly?: boolean }} question */
export async function answer({ number, address, rules, strokes, plainly }) {
  try {
    if (address) await load(address, rules);
    return { number, digits: (strokes && reader?.read(strokes, plainly)) ?? null };
  } catch (error) {
    return { number, failure: String(error) };
  }
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

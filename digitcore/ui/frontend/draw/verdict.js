// What the panel says about a reading, in words. Python has the same rules, in digitcore/ui/draw/verdict.py; a test holds the two
// together.

import { chance, named } from "../shared/numbers.js";

/** @typedef {import("../engine/reader.js").Reading} Reading */

const SURE = 0.98; // confidence, in [0, 1]
const FAIRLY_SURE = 0.8;
const RIVAL = 0.1; // the least probability at which the second digit is worth a name
const CUT_OFF = "Your drawing is cut off at the edge: keep inside the canvas.";
const TINY = "Your drawing is very small: try it larger.";
const CLOGGED = "Your lines run together: try a thinner pen.";
const UNLIKE = "This doesn't look like a digit: draw one from 0 to 9, on its own."; // the title says the first half already

/**
 * A few large words and a sentence below them.
 * @param {Pick<Reading, "digit" | "reason" | "confidence" | "probabilities" | "flaws" | "alone">} reading
 * @returns {{ title: string, text: string }}
 */
export function verdict({ digit, reason, confidence, probabilities, flaws, alone }) {
  const hint = flaws ? hintOn(flaws) : "";
  if (alone && digit !== null) return { title: chance(confidence), text: `Read by your own examples. ${byItself(alone.digit)}` };
  if (digit === null) {
    const text = reason === UNLIKE ? hint || "Draw one from 0 to 9, on its own." : (reason ?? "");
    return { title: "Doesn't look like a digit", text };
  }
  const told = flaws?.cutOff || confidence < SURE ? hint : "";
  return { title: chance(confidence), text: `${sureness(confidence, probabilities)} ${told}`.trim() };
}

/** @param {number | null} digit */
function byItself(digit) {
  return digit === null ? "By itself, the network sees no digit." : `By itself, the network reads ${named(digit)}.`;
}

/** @param {import("../preprocessing/flaws.js").Flaws} flaws */
function hintOn({ cutOff, tiny, clogged }) {
  if (cutOff) return CUT_OFF;
  if (tiny) return TINY;
  return clogged ? CLOGGED : "";
}

/**
 * @param {number} confidence
 * @param {number[]} probabilities
 */
function sureness(confidence, probabilities) {
  if (confidence >= SURE) return "The network is sure.";
  const order = [...probabilities.keys()].toSorted((one, other) => probabilities[other] - probabilities[one]);
  const second = order[1];
  if (confidence >= FAIRLY_SURE) return `Fairly sure, but it could be ${named(second)}.`;
  return probabilities[second] >= RIVAL ? `Torn: it could also be ${named(second)}.` : "Only a guess.";
}

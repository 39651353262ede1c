// All that the inside says.

import { chance } from "../shared/numbers.js";
import { counted, plain, signed } from "./numbers.js";

/** @typedef {import("./network/columns.js").Column} Column */
/** @typedef {import("./network/explain.js").Step} Step */
/** @typedef {import("../engine/damage.js").Damage} Damage */

export const TITLE = "Inside the network";
export const EMPTY = "Draw, and watch it travel through the layers.";
export const INVITATION = "Point at anything to see where it comes from.";
export const SCALE = "Bright is much, black is nothing; the scale stays as it is while you draw.";
export const NO_NETWORK = "This browser can't compute the network itself, so its inside can't be shown.";
export const PIXEL_HINT = "Point at one of its pixels.";
export const RESET = "Reset";
export const CLOSE = "Close";
export const OFF = "Switch off";
export const ON = "Switch on";
export const NOISE = "Make it noise";
export const LAYER_OFF = "Switch the layer off";
export const LAYER_ON = "Switch the layer on";
export const PREVIOUS = "Previous";
export const NEXT = "Next";
export const FOR = "Spoke for it";
export const AGAINST = "Spoke against it";
export const NOBODY = "Nothing";

/** @param {Column} column */
export function title({ kind, number }) {
  const titles = {
    picture: "Picture",
    maps: `Convolution ${number}`,
    neurons: number > 1 ? `Neurons ${number}` : "Neurons",
    averages: "Averages",
    sums: "Ten sums",
  };
  return titles[kind];
}

/** @param {Column} column */
export function extent({ kind, shape: [height, width, units] }) {
  if (kind === "picture") return `${height}×${width} pixels`;
  if (kind === "maps") return `${units} maps, ${height}×${width}`;
  return kind === "averages" ? `${units} numbers` : kind === "sums" ? "evidence" : `${units} of them`;
}

/** @param {Column} column */
export function parameters({ parameters: count }) {
  return count > 0 ? `${counted(count)} parameters` : "";
}

/**
 * What that kind of layer does, in a sentence or two.
 * @param {Column} column
 */
export function sentence(column) {
  const { kind, before, number } = column;
  if (kind === "picture") return "Your drawing, made 28×28 as in MNIST: all that the network gets.";
  if (kind === "averages") return "How much of each map is lit. Where it was lit no longer counts.";
  if (kind === "sums") return `Evidence for each digit: all ${counted(numbersIn(before))} numbers before, each times its weight.`;
  if (kind === "neurons") return `Each neuron weighs ${what(before)} in its own way, adds up, and lights up above zero.`;
  return `${number === 1 ? "Each map looks for one small pattern, such as an edge." : seen(column)}${pooled(column)}`;
}

/** @param {Column} column */
function seen({ before: [, , maps], sees }) {
  const part = sees >= 28 ? "all of the picture" : `${sees}×${sees} of the picture`;
  return `Patterns of patterns, found in the ${maps} maps before. A pixel now depends on ${part}.`;
}

/** @param {Column} column */
function pooled({ layers }) {
  return layers.some(({ kind }) => kind === "max_pool") ? " Of every 2×2 the largest stays." : "";
}

/** @param {Column["shape"]} before */
function what([height, width, maps]) {
  if (maps === 1) return `all ${height * width} pixels`;
  return height * width > 1 ? `all that the ${maps} maps hold` : `all ${maps} numbers before`;
}

/** @param {Column["shape"]} shape */
function numbersIn([height, width, maps]) {
  return height * width * maps;
}

/**
 * The same in a few words, for below the column.
 * @param {Column} column
 */
export function line({ kind, number, sees }) {
  if (kind === "picture") return "All that the network gets";
  if (kind === "averages") return "How much of each map is lit";
  if (kind === "sums") return "Evidence for each digit, then chances that add up to 100%";
  if (kind === "neurons") return "Each weighs everything before in its own way";
  if (number === 1) return "Small patterns, such as edges";
  return sees >= 28 ? "Whole shapes: sees all of the picture" : `Patterns of patterns: sees ${sees}×${sees}`;
}

export const SOFTMAX = "Softmax";

/** @param {number} degree */
export function temperature(degree) {
  return `T = ${plain(degree)}`;
}

/** @param {number} degree the temperature */
export function softmax(degree) {
  const effect = degree < 1 ? "surer" : "less sure";
  const first = `First it divides them by the temperature, ${plain(degree)}, which makes them ${effect}`;
  return `Softmax makes them chances that add up to 100%. ${first}: a chance of 90% is to be right 9 times in 10.`;
}

/**
 * @param {Column} column
 * @param {number} unit
 */
export function unitName(column, unit) {
  const names = {
    picture: "Picture",
    maps: `${title(column)}, map ${unit + 1}`,
    neurons: `Neuron ${unit + 1}`,
    averages: `Average of map ${unit + 1}`,
    sums: `Sum for ${unit}`,
  };
  return names[column.kind];
}

/**
 * A unit as one of those that went into another.
 * @param {Column} column
 * @param {number} unit
 */
export function shortName({ kind }, unit) {
  return kind === "neurons" ? `Neuron ${unit + 1}` : kind === "averages" ? `Average ${unit + 1}` : `Map ${unit + 1}`;
}

/**
 * @param {number} y
 * @param {number} x
 * @param {number} value
 */
export function pixel(y, x, value) {
  return `Row ${y + 1}, column ${x + 1}: ${plain(value)}`;
}

/** @param {import("./network/columns.js").Box} box */
export function dependsOn({ top, left, bottom, right }) {
  const [height, width] = [bottom - top + 1, right - left + 1];
  return height === 28 && width === 28 ? "depends on all of the picture" : `depends on ${height}×${width} of the picture`;
}

/**
 * @param {Column} before
 * @param {number} channel
 */
export function patchTitle(before, channel) {
  return before.kind === "picture" ? "the picture there" : `${shortName(before, channel).toLowerCase()} there`;
}

/** @param {Step} step */
export function stepName({ kind }) {
  return { relu: "ReLU", max_pool: "Largest of 2×2", batch_norm: "Normalised" }[kind] ?? kind;
}

/** @param {Step} step */
export function stepText({ kind, from, candidates = [], factor = 1, offset = 0 }) {
  if (kind === "relu") return from > 0 ? "above zero: stays" : "not above zero: 0";
  if (kind === "max_pool") return `of ${candidates.map(plain).join(", ")}`;
  return `× ${plain(factor)}, then ${signed(offset)}`;
}

/** @param {number} count */
export function others(count) {
  return count === 1 ? "1 other" : `${count} others`;
}

/**
 * What the detail shows, in a sentence.
 * @param {Column} column
 * @param {Column} before
 * @param {number} unit
 */
export function detail(column, before, unit) {
  const { kind, layers, before: shape } = column;
  if (kind === "picture") return "784 numbers from 0, black, to 1, white. How your drawing became this is shown below.";
  const pixelCount = shape[0] * shape[1];
  if (kind === "averages") return `The ${pixelCount} pixels of map ${unit + 1}, added up and divided by ${pixelCount}.`;
  if (kind === "sums") return `What spoke for the ${unit} and against it, the largest first: ${each(before)} times its weight.`;
  const kernel = layers[0].weights[0].shape;
  if (kind === "neurons") return `${capital(each(before))} times this neuron's weight for it, added up.`;
  const slides = shape[2] > 1 ? "for each map before slides over them" : "slides over the picture";
  const then = "What lies under it times the weights, added up, is one pixel.";
  return `A kernel of ${kernel[1]}×${kernel[2]} weights ${slides}. ${then}`;
}

/** @param {Column} before */
function each({ kind, shape: [height, width, units] }) {
  if (kind === "picture") return "every pixel";
  return height * width * units > units ? "every pixel of every map" : kind === "averages" ? "every average" : "every neuron";
}

/** @param {string} text */
function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}

/**
 * @param {Damage[]} damages
 * @param {Column[]} columns
 */
export function damaged(damages, columns) {
  if (damages.length > 2) return `Network damaged in ${damages.length} places.`;
  return `Network damaged: ${damages.map((damage) => damageName(damage, columns)).join("; ")}.`;
}

/**
 * @param {Damage} damage
 * @param {Column[]} columns
 */
function damageName({ layer, unit, how }, columns) {
  const column = columns.find(({ name }) => name === layer);
  if (!column) return layer;
  const name = unit === null ? title(column) : unitName(column, unit);
  return `${name} is ${how === "off" ? "off" : "noise"}`;
}

/**
 * What a screen reader hears once the pen rests.
 * @param {string[]} strongest the strongest unit of each column
 * @param {{ digit: number | null, confidence: number }} reading
 */
export function spoken(strongest, { digit, confidence }) {
  const result = digit === null ? "Doesn't look like a digit" : `Read as ${digit}, ${chance(confidence)}`;
  return `Strongest: ${strongest.join("; ")}. ${result}.`;
}

/** @param {number} views */
export function alsoRead(views) {
  return `The network was unsure, so the bars at the top also count ${views} other views of the picture.`;
}

export const KERNEL = "weights";
export const BIAS = "Bias";
export const ALL = "All of these";
export const SUM = "Sum";
export const ADDED_UP = "Added up";
export const AVERAGE = "Average";
export const STRONGEST_FIRST = "What each map adds, the strongest first";

/** @param {number} count */
export function pixels(count) {
  return `${count} pixels`;
}

/**
 * @param {number} total
 * @param {number} count
 */
export function divided(total, count) {
  return `${plain(total)} ÷ ${count}`;
}

/** @param {number} total */
export function products(total) {
  return `products: ${plain(total)}`;
}

/**
 * @param {Column} column
 * @param {number} unit
 */
export function mapLabel(column, unit) {
  return `${unitName(column, unit)}: its pixels, by arrow keys`;
}

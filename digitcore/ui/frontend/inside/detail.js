// How one unit came about, below the columns: its map grown, and for one pixel of it the whole calculation.

import { linesOf, paintChannel } from "./arithmetic.js";
import { fieldOf } from "./network/columns.js";
import { channelOf, explain, strongestPixel } from "./network/explain.js";
import { DetailParts } from "./detail_parts.js";
import { pixelAt, within } from "./frame.js";
import { paintUnit } from "./lens.js";
import { addingUp, plain } from "./numbers.js";
import * as words from "./words.js";

/** @typedef {import("./network/columns.js").Column} Column */
/** @typedef {import("./network/columns.js").Box} Box */
/** @typedef {import("./network/explain.js").Place} Place */
/** @typedef {import("./network/explain.js").Weighed} Weighed */
/** @typedef {import("./arithmetic.js").Part} Part */
/** @typedef {import("../engine/damage.js").Damage} Damage */

/**
 * What is shown now, by column: what each holds, and the number that is brightest in it.
 * @typedef {{ columns: Column[], values: Float32Array[], full: number[] }} Shown
 */

/**
 * @typedef {object} Listener
 * @property {() => void} onClose
 * @property {(unit: number) => void} onStep to another unit
 * @property {(damage: Damage) => void} onDamage that was put or taken away
 * @property {(box: Box | null) => void} onField which pixels of the picture what is shown depends on
 */

const MOST_PARTS = 6;
const MOST_REASONS = 8;
const STEPS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

export class Detail {
  /** @param {Listener} listener */
  constructor(listener) {
    this.listener = listener;
    this.index = -1;
    this.unit = 0;
    /** @type {Place | null} */
    this.pinned = null;
    /** @type {Place | null} */
    this.pointed = null;
    /** @type {number | null} */
    this.channel = null;
    /** @type {Shown | null} */
    this.shown = null;
    this.parts = new DetailParts((channel) => this.chooseChannel(channel));
    this.root = this.parts.root;
    this.listenToTools();
    this.listenToMap();
  }

  listenToTools() {
    const { off, noise, layerOff, back, on, close } = this.parts;
    off.addEventListener("click", () => this.damage("off", this.unit));
    noise.addEventListener("click", () => this.damage("noise", this.unit));
    layerOff.addEventListener("click", () => this.damage("off", null));
    back.addEventListener("click", () => this.step(-1));
    on.addEventListener("click", () => this.step(1));
    close.addEventListener("click", () => this.listener.onClose());
    this.root.addEventListener("keydown", ({ key }) => key === "Escape" && this.listener.onClose());
  }

  listenToMap() {
    const { map } = this.parts;
    map.addEventListener("pointermove", (event) => this.point(this.placeAt(event)));
    map.addEventListener("pointerleave", () => this.point(null));
    map.addEventListener("click", (event) => {
      this.pinned = this.placeAt(event);
      this.render();
    });
    map.addEventListener("keydown", (event) => this.movePixel(event));
  }

  /** @param {MouseEvent} event */
  placeAt(event) {
    return { unit: this.unit, ...pixelAt(event, this.parts.map, this.mapColumn().shape) };
  }

  /** @param {KeyboardEvent} event */
  movePixel(event) {
    const by = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
    if (!by) return;
    event.preventDefault();
    const [height, width] = this.mapColumn().shape;
    const { y, x } = this.place();
    this.pinned = { unit: this.unit, y: within(y + by[0], height), x: within(x + by[1], width) };
    this.render();
  }

  /** @param {Place | null} place */
  point(place) {
    this.pointed = place;
    this.render();
  }

  /**
   * @param {number} index of the column
   * @param {number} unit
   */
  open(index, unit) {
    this.index = index;
    this.unit = unit;
    this.pinned = this.pointed = this.channel = null;
    this.root.hidden = false;
    this.render();
  }

  close() {
    this.index = -1;
    this.root.hidden = true;
    this.listener.onField(null);
  }

  get isOpen() {
    return this.index >= 0;
  }

  /** @param {number} by */
  step(by) {
    const count = this.column().shape[2];
    this.listener.onStep((this.unit + by + count) % count);
  }

  /**
   * @param {"off" | "noise"} how
   * @param {number | null} unit
   */
  damage(how, unit) {
    const { kind } = this.column();
    const target = kind === "averages" ? this.shown?.columns[this.index - 1] : this.column(); // its map is what can be broken
    if (target) this.listener.onDamage({ layer: target.name, unit, how });
  }

  /** @param {Damage[]} damages */
  wound(damages) {
    if (!this.isOpen || !this.shown) return;
    const { kind } = this.column();
    const target = this.shown.columns[kind === "averages" ? this.index - 1 : this.index];
    const has = (/** @type {number | null} */ unit, /** @type {string} */ how) =>
      damages.some((damage) => damage.layer === target.name && damage.unit === unit && damage.how === how);
    const [off, noise, layer] = [has(this.unit, "off"), has(this.unit, "noise"), has(null, "off")];
    press(this.parts.off, off, off ? words.ON : words.OFF);
    press(this.parts.noise, noise, words.NOISE);
    press(this.parts.layerOff, layer, layer ? words.LAYER_ON : words.LAYER_OFF);
  }

  /** @param {number} channel */
  chooseChannel(channel) {
    this.channel = channel;
    this.render();
  }

  column() {
    if (!this.shown) throw new Error("Nothing is shown yet.");
    return this.shown.columns[this.index];
  }

  // The one whose map is shown: of an average, the column before.
  mapIndex() {
    return this.column().kind === "averages" ? this.index - 1 : this.index;
  }

  mapColumn() {
    this.column();
    return /** @type {Shown} */ (this.shown).columns[this.mapIndex()];
  }

  /** @returns {Place} the pixel that is looked at: pointed at, chosen, or else the strongest */
  place() {
    const shown = /** @type {Shown} */ (this.shown);
    return this.pointed ?? this.pinned ?? strongestPixel(this.mapColumn(), shown.values[this.mapIndex()], this.unit);
  }

  /** @param {Shown} shown */
  show(shown) {
    this.shown = shown;
    if (this.isOpen) this.render();
  }

  render() {
    const { shown } = this;
    if (!shown || !this.isOpen) return;
    const column = this.column();
    const before = shown.columns[Math.max(this.index - 1, 0)];
    this.parts.name.textContent = words.unitName(column, this.unit);
    this.parts.text.textContent = words.detail(column, before, this.unit);
    this.root.dataset.kind = column.kind;
    for (const tool of this.parts.tools) tool.hidden = column.kind === "picture";
    this.parts.noise.hidden ||= column.kind === "averages";
    this.parts.layerOff.hidden ||= column.kind === "averages";
    this.renderMap(shown);
    if (column.kind === "picture") this.renderPicture(shown);
    else if (column.kind === "averages") this.renderAverage(shown);
    else this.renderSum(shown, column, before);
  }

  /** @param {Shown} shown */
  renderMap({ columns, values, full }) {
    const column = this.mapColumn();
    const [height, width, units] = column.shape;
    this.parts.mapPart.hidden = height * width === 1;
    this.parts.sourcePart.hidden = height * width === 1 || column.kind === "picture";
    if (this.parts.mapPart.hidden) {
      this.listener.onField(null);
      return;
    }
    const { y, x } = this.place();
    const index = this.mapIndex();
    paintUnit(this.parts.mapCanvas, column, values[index], this.unit, full[index]);
    this.parts.mapFrame.show({ top: y, left: x, bottom: y, right: x }, column.shape);
    this.parts.pixel.textContent = words.pixel(y, x, values[index][(y * width + x) * units + this.unit]);
    this.parts.map.setAttribute("aria-label", words.mapLabel(column, this.unit));
    const field = fieldOf(columns, index, { top: y, left: x, bottom: y, right: x });
    paintUnit(this.parts.sourceCanvas, columns[0], values[0], 0, full[0]);
    this.parts.sourceFrame.show(field, columns[0].shape);
    this.parts.sourceText.textContent = words.dependsOn(field);
    this.listener.onField(index > 0 ? field : null);
  }

  /** @param {Shown} _shown */
  renderPicture(_shown) {
    this.parts.product.hidden = this.parts.contributions.root.hidden = this.parts.against.root.hidden = true;
    this.parts.chain.show([]);
  }

  /** @param {Shown} shown */
  renderAverage({ columns, values }) {
    this.parts.product.hidden = this.parts.contributions.root.hidden = this.parts.against.root.hidden = true;
    const pixels = channelOf(values[this.index - 1], columns[this.index].shape[2], this.unit);
    const total = pixels.reduce((sum, pixel) => sum + pixel, 0);
    this.parts.chain.show([
      { name: words.ADDED_UP, text: words.pixels(pixels.length), value: total },
      { name: words.AVERAGE, text: words.divided(total, pixels.length), value: total / pixels.length },
    ]);
  }

  /**
   * @param {Shown} shown
   * @param {Column} column
   * @param {Column} before
   */
  renderSum(shown, column, before) {
    const { weighed, steps, value } = explain(column, shown.values[this.index - 1], this.place());
    const rounded = addingUp([...weighed.parts, weighed.bias]);
    const order = strongestFirst(weighed.parts);
    const chosen = this.channel ?? order[0];
    const size = weighed.height * weighed.width;
    this.parts.product.hidden = size === 1;
    if (size > 1) this.renderProduct(shown, weighed, before, chosen, rounded.parts[chosen]);
    this.renderParts(shown, weighed, before, order, rounded.parts, size > 1 ? chosen : null);
    this.parts.chain.show([
      ...bySumAndBias(rounded),
      ...linesOf(steps),
    ]);
    this.root.dataset.value = String(value);
  }

  /**
   * @param {Shown} shown
   * @param {Weighed} weighed
   * @param {Column} before
   * @param {number} channel
   * @param {number} total the products' sum as it is written
   */
  renderProduct({ full }, { patch, kernel, channels, width }, before, channel, total) {
    const [seen, weights] = [patch, kernel].map((values) => channelOf(values, channels, channel));
    const products = Array.from(seen, (value, at) => value * weights[at]);
    const written = addingUp(products, total).parts;
    const [patchGrid, kernelGrid, productGrid] = this.parts.grids;
    patchGrid.show(seen, width, full[this.index - 1], words.patchTitle(before, channel));
    kernelGrid.show(weights, width, largest(kernel), words.KERNEL);
    productGrid.show(products.length > 36 ? products : written, width, largest(products), words.products(total));
  }

  /**
   * @param {Shown} shown
   * @param {Weighed} weighed
   * @param {Column} before
   * @param {number[]} order the strongest channel first
   * @param {number[]} rounded what they contribute, as it is written
   * @param {number | null} chosen
   */
  renderParts(shown, weighed, before, order, rounded, chosen) {
    const named = (/** @type {number} */ channel) => {
      return { name: words.shortName(before, channel), value: rounded[channel], channel, how: factors(weighed, channel) };
    };
    const full = Math.abs(weighed.parts[order[0]]) || 1;
    const picture = (/** @type {HTMLCanvasElement} */ canvas, /** @type {number} */ channel) =>
      paintChannel(canvas, shown.columns, this.index - 1, channel, shown.values, shown.full);
    const isDigit = this.column().kind === "sums";
    this.parts.contributions.root.hidden = weighed.channels === 1;
    this.parts.against.root.hidden = !isDigit || weighed.channels === 1;
    this.parts.contributions.title.textContent = isDigit ? words.FOR : words.STRONGEST_FIRST;
    if (!isDigit) return this.parts.contributions.show(withOthers(order, MOST_PARTS, named, rounded), full, chosen, picture);
    const [pro, contra] = [order.filter((channel) => rounded[channel] > 0), order.filter((channel) => rounded[channel] < 0)];
    this.parts.contributions.show(withOthers(pro, MOST_REASONS, named, rounded), full, chosen, picture);
    return this.parts.against.show(withOthers(contra, MOST_REASONS, named, rounded), full, chosen, picture);
  }
}

/**
 * @param {{ parts: number[], sum: number }} rounded the bias is the last part
 */
function bySumAndBias({ parts, sum }) {
  const bias = parts[parts.length - 1];
  return [
    { name: words.ALL, text: "", value: sum - bias },
    { name: words.BIAS, text: "", value: bias, sign: "+" },
    { name: words.SUM, text: "", value: sum, sign: "=" },
  ];
}

/**
 * @param {number[]} parts
 * @returns {number[]} their positions
 */
function strongestFirst(parts) {
  return [...parts.keys()].toSorted((one, other) => Math.abs(parts[other]) - Math.abs(parts[one]));
}

/**
 * The first few channels, and all the others together.
 * @param {number[]} order
 * @param {number} most
 * @param {(channel: number) => Part} named
 * @param {number[]} rounded
 * @returns {Part[]}
 */
function withOthers(order, most, named, rounded) {
  const shown = order.length <= most + 1 ? order : order.slice(0, most);
  const rest = order.slice(shown.length);
  const parts = shown.map(named);
  const together = rest.reduce((sum, channel) => sum + rounded[channel], 0);
  if (rest.length > 0) parts.push({ name: words.others(rest.length), value: together });
  return parts;
}

/**
 * @param {Weighed} weighed
 * @param {number} channel
 */
function factors({ height, width, patch, kernel }, channel) {
  return height * width === 1 ? `${plain(patch[channel])} × ${plain(kernel[channel])}` : "";
}

/** @param {ArrayLike<number>} values */
function largest(values) {
  return Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
}

/**
 * @param {HTMLButtonElement} tool
 * @param {boolean} isPressed
 * @param {string} text
 */
function press(tool, isPressed, text) {
  tool.setAttribute("aria-pressed", String(isPressed));
  tool.textContent = text;
}

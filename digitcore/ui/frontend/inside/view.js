// The network as it is, from the picture to the ten sums, alive: what a page gives it are a run's weights, and for every reading
// what each layer made of the picture.

import { damagedLayers } from "../engine/damage.js";
import { sizeOf } from "../engine/layers.js";
import { softmax } from "../engine/reader.js";
import { html } from "../shared/elements.js";
import { Paced } from "../shared/paced.js";
import { idleMoment } from "./idle.js";
import { columnsOf, fieldOf, valuesOf } from "./network/columns.js";
import { Detail } from "./detail.js";
import { strongestUnit } from "./network/explain.js";
import { Frame } from "./frame.js";
import { Lens } from "./lens.js";
import { Scale } from "./network/scale.js";
import { Strips } from "./strips.js";
import * as words from "./words.js";

/** @typedef {import("../engine/weights.js").RunWeights} RunWeights */
/** @typedef {import("../engine/reader.js").Reading} Reading */
/** @typedef {import("../engine/damage.js").Damage} Damage */
/** @typedef {import("./network/columns.js").Column} Column */
/** @typedef {import("./strips.js").Pointed} Pointed */

const REST = 700; // ms without a reading, after which what the network made of it is spoken
const FRAME = 16; // ms: a painting that takes longer than one of the screen's frames is one of a slow device
const RESTS = { quick: 1.5, slow: 4 }; // times as long as it took, nothing is painted: there the pen and the bars come first
const DIFFERENT = 0.005; // of probability, from which on the bars at the top visibly count more than this one picture

export class Inside {
  /**
   * @param {HTMLElement} place
   * @param {(damages: Damage[]) => void} onDamage who reads is to read with this damage
   */
  constructor(place, onDamage) {
    this.onDamage = onDamage;
    /** @type {RunWeights | null} */
    this.weights = null;
    /** @type {Damage[]} */
    this.damages = [];
    /** @type {Reading | null} */
    this.reading = null;
    /** @type {Float32Array[]} */
    this.values = [];
    /** @type {Pointed | null} */
    this.pointed = null;
    this.isVisible = true;
    this.painting = new Paced(
      () => this.render(),
      (took) => (took > FRAME ? RESTS.slow : RESTS.quick) * took,
    );
    this.root = html("section", "digit-inside");
    this.hint = html("p", "digit-inside__hint");
    this.alarm = html("div", "digit-inside__alarm");
    this.alarmText = html("span", "digit-inside__alarm-text");
    this.line = html("p", "digit-inside__explanation");
    this.note = html("p", "digit-inside__note");
    this.spoken = html("p", "digit-inside__spoken");
    this.lens = new Lens(this.root);
    this.strips = new Strips({ onPoint: (pointed) => this.point(pointed), onChoose: (index, unit) => this.choose(index, unit) });
    this.detail = new Detail({
      onClose: () => this.close(),
      onStep: (unit) => this.choose(this.detail.index, unit, false),
      onDamage: (damage) => this.damage(toggled(this.damages, damage)),
      onField: (box) => this.frame(box),
    });
    this.assemble(place);
    this.seen = new IntersectionObserver(([{ isIntersecting }]) => this.appear(isIntersecting));
    this.seen.observe(this.root);
    this.mark("waiting");
  }

  /** @param {HTMLElement} place */
  assemble(place) {
    this.root.dataset.testid = "inside";
    this.root.setAttribute("aria-label", words.TITLE);
    this.spoken.setAttribute("aria-live", "polite");
    this.root.append(this.head(), this.strips.root, this.line, this.note, this.detail.root, this.spoken);
    place.replaceChildren(this.root);
  }

  head() {
    const head = html("div", "digit-inside__head");
    this.alarm.setAttribute("role", "status");
    const reset = Object.assign(html("button", "studio-button digit-inside__button", words.RESET), { type: "button" });
    reset.addEventListener("click", () => this.damage([]));
    this.alarm.append(this.alarmText, reset);
    this.alarm.hidden = true;
    head.append(html("h2", "digit-inside__title", words.TITLE), this.hint, this.alarm);
    return head;
  }

  /** @param {"waiting" | "impossible" | "empty" | "read"} state */
  mark(state) {
    const hints = { waiting: "", impossible: words.NO_NETWORK, empty: words.EMPTY, read: words.INVITATION };
    if (this.root.dataset.state === state) return; // a page is laid out anew for any text that is written
    this.root.dataset.state = state;
    this.hint.textContent = hints[state];
  }

  /** Another network comes; what is there is of no use any more. */
  wait() {
    this.columns = undefined;
    this.detail.close();
    this.leave();
    this.mark("waiting");
  }

  /**
   * Shows another network; without one, says that none can be shown.
   * @param {RunWeights | null} weights
   */
  use(weights) {
    this.weights = weights;
    this.damages = [];
    this.pointed = null;
    this.detail.close();
    if (!weights) {
      this.strips.use([], 1);
      this.mark("impossible");
      return;
    }
    this.columns = columnsOf(weights.layers);
    this.scale = new Scale(this.columns, weights.layers);
    this.strips.use(this.columns, weights.temperature);
    this.picture = new Frame(this.strips.strips[0].tiles, "field");
    this.line.dataset.name = "";
    this.line.textContent = words.SCALE;
    this.learn(this.scale);
    this.heal();
    this.show(null, []);
  }

  /**
   * The scale is found between the readings, a ms or two at a time.
   * @param {Scale} scale
   */
  async learn(scale) {
    await idleMoment();
    if (this.scale !== scale) return;
    if (scale.learn()) this.learn(scale);
    else this.render();
  }

  /**
   * @param {Reading | null} reading null where nothing is drawn
   * @param {Float32Array[]} outputs of all layers, in the network's order
   */
  show(reading, outputs) {
    const { columns } = this;
    if (!columns) return;
    this.reading = reading;
    const nothing = () => columns.map(({ shape }) => new Float32Array(sizeOf(shape)));
    this.values = reading ? valuesOf(columns, reading.image, outputs) : nothing();
    this.mark(reading ? "read" : "empty");
    this.painting.ask();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.speak(), REST);
  }

  /** @param {boolean} isVisible */
  appear(isVisible) {
    this.isVisible = isVisible;
    if (isVisible) this.render();
  }

  render() {
    const { columns, scale, weights, values } = this;
    if (!columns || !scale || !weights || !this.isVisible) return;
    const sums = values[values.length - 1];
    const chances = this.reading ? softmax(Float64Array.from(sums), weights.temperature) : [];
    this.strips.paint(values, scale.full, chances);
    this.detail.show({ columns, values, full: scale.full });
    if (this.pointed) this.enlarge(this.pointed);
    const top = chances.length > 0 ? String(chances.indexOf(Math.max(...chances))) : "";
    if (this.root.dataset.top !== top) this.root.dataset.top = top;
    this.say(chances, weights);
  }

  /**
   * Where the bars at the top count other views of the picture too, which is why they differ.
   * @param {number[]} chances
   * @param {RunWeights} weights
   */
  say(chances, { augmentation }) {
    const shown = this.reading?.probabilities ?? [];
    const differs = augmentation && chances.some((chance, digit) => Math.abs(chance - shown[digit]) > DIFFERENT);
    const text = differs ? words.alsoRead(augmentation.views.length) : "";
    if (this.note.textContent !== text) this.note.textContent = text;
  }

  /** @param {Pointed | null} pointed */
  point(pointed) {
    this.pointed = pointed;
    if (pointed) this.enlarge(pointed);
    else this.leave();
  }

  /** @param {Pointed} pointed */
  enlarge(pointed) {
    const { columns, scale } = this;
    if (!columns || !scale) return;
    const { index, y, x } = pointed;
    this.explain(columns[index]);
    this.lens.show(pointed, columns[index], this.values[index], scale.full[index]);
    const isMap = index > 0 && columns[index].kind === "maps";
    this.frame(isMap ? fieldOf(columns, index, { top: y, left: x, bottom: y, right: x }) : null);
  }

  leave() {
    this.lens.hide();
    this.frame(null);
    if (this.detail.isOpen) this.detail.render();
  }

  /** @param {import("./network/columns.js").Box | null} box */
  frame(box) {
    if (box && this.columns) this.picture?.show(box, this.columns[0].shape);
    else this.picture?.hide();
  }

  /** @param {Column} column */
  explain(column) {
    if (this.line.dataset.name === column.name) return;
    this.line.dataset.name = column.name;
    const temperature = this.weights?.temperature ?? 1;
    const more = column.kind === "sums" ? ` ${words.softmax(temperature)}` : "";
    this.line.replaceChildren(html("b", "", words.title(column)), ` ${words.sentence(column)}${more}`);
  }

  /**
   * @param {number} index
   * @param {number} unit
   * @param {boolean} [scrolls] whether what opens is brought into view
   */
  choose(index, unit, scrolls = true) {
    if (!this.columns) return;
    this.lens.hide();
    this.pointed = null;
    this.detail.open(index, unit);
    this.detail.wound(this.damages);
    this.strips.strips.forEach((strip, each) => strip.mark(each === index ? unit : null));
    this.explain(this.columns[index]);
    if (this.strips.isStacked) this.strips.strips[index].root.append(this.detail.root);
    else this.note.after(this.detail.root);
    if (!scrolls) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.detail.root.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  }

  /**
   * What spoke for a digit and against it.
   * @param {number} digit
   */
  chooseDigit(digit) {
    if (this.columns) this.choose(this.columns.length - 1, digit);
  }

  close() {
    const { index, unit } = this.detail;
    this.detail.close();
    this.strips.strips.forEach((strip) => strip.mark(null));
    this.strips.strips[index]?.buttons[unit]?.focus({ preventScroll: true });
    this.lens.hide();
  }

  /** @param {Damage[]} damages all that there is now */
  damage(damages) {
    this.damages = damages;
    this.heal();
    this.onDamage(damages);
  }

  // Shows what is broken, and reckons with it; the readings that come will have it too.
  heal() {
    const { weights, damages } = this;
    if (!weights) return;
    this.columns = columnsOf(damagedLayers(weights.layers, damages));
    for (const strip of this.strips.strips) strip.wound(damages);
    this.detail.wound(damages);
    this.alarm.hidden = damages.length === 0;
    this.alarmText.textContent = damages.length > 0 ? words.damaged(damages, this.columns) : "";
    this.root.toggleAttribute("data-damaged", damages.length > 0);
  }

  speak() {
    const { reading, columns } = this;
    const text = reading && columns ? words.spoken(this.strongest(columns), reading) : "";
    if (this.spoken.textContent !== text) this.spoken.textContent = text;
  }

  /** @param {Column[]} columns */
  strongest(columns) {
    return columns.slice(1).map((column, at) => words.unitName(column, strongestUnit(column, this.values[at + 1])));
  }

  stop() {
    clearTimeout(this.resting);
    this.painting.stop();
    this.scale = undefined;
    this.seen.disconnect();
    this.strips.stop();
  }
}

/**
 * What is broken after one more thing was: the same thing twice is mended.
 * @param {Damage[]} damages
 * @param {Damage} damage
 * @returns {Damage[]}
 */
export function toggled(damages, damage) {
  const same = damages.find(({ layer, unit }) => layer === damage.layer && unit === damage.unit);
  const others = damages.filter((each) => each !== same);
  return same?.how === damage.how ? others : [...others, damage];
}

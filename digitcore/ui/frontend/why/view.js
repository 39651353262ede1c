// Shows why: the spots that matter in two colours, and the drawing on its way to being another digit.

import { html, inkOn } from "../shared/elements.js";
import { chance, named } from "../shared/numbers.js";

/** @typedef {import("./explanation.js").Told} Told */
/** @typedef {import("./explanation.js").Found} Found */
/** @typedef {import("./explanation.js").Frame} Frame */

const WEAKEST = 0.5; // nats: where nothing matters more than this, colours stay faint
const FRAME = 110; // ms for a frame of the animation
const HOLD = 5; // frames during which the drawing is shown as it is

export class WhyView {
  /**
   * @param {HTMLElement} parentElement
   * @param {(isOpen: boolean) => void} onOpen
   */
  constructor(parentElement, onOpen) {
    this.root = part(parentElement, ".digit-why");
    this.button = part(this.root, ".digit-why__open");
    this.body = part(this.root, ".digit-why__body");
    this.again = part(this.root, ".digit-why__again");
    this.words = (name) => part(this.root, `[data-part="${name}"]`);
    this.sheets = [...this.root.querySelectorAll("canvas")].map((canvas) => inkOn(canvas));
    this.bars = Array.from({ length: 10 }, (_, digit) => addBar(part(this.root, ".digit-why__bars"), digit));
    this.timer = 0;
    this.isOpen = false;
    this.button.onclick = () => {
      this.open(!this.isOpen);
      onOpen(this.isOpen);
    };
  }

  /** @param {boolean} wanted */
  open(wanted) {
    this.isOpen = wanted;
    this.button.setAttribute("aria-expanded", String(wanted));
    this.body.hidden = !wanted;
    if (!wanted) this.halt();
  }

  /**
   * Whether there is anything to explain.
   * @param {boolean} wanted
   */
  offer(wanted) {
    this.button.hidden = !wanted;
    this.body.hidden = !wanted || !this.isOpen;
    if (!wanted) this.halt();
  }

  /** What is shown is about a drawing that has changed since. */
  fade() {
    this.halt();
    this.body.toggleAttribute("data-old", true);
  }

  /**
   * Shows a picture of which nothing is known yet.
   * @param {Float32Array} image
   */
  begin(image) {
    this.image = image;
    this.halt();
    this.body.toggleAttribute("data-old", false);
    this.again.hidden = true;
    this.root.dataset.state = "looking";
    this.paintSpots(new Float32Array(image.length));
    this.words("spots").textContent = "Blanking out one patch after the other …";
    this.words("change").textContent = "";
    this.sheets.slice(1).forEach((sheet) => paint(sheet, (at) => grey(image[at])));
    this.setBars(null);
  }

  /** It can't be worked out in this browser. */
  fail() {
    this.words("spots").textContent = "This browser can't work it out.";
  }

  /** @param {Told} told */
  show({ digit, runnerUp, effects, least, share, found }) {
    if (effects && least !== undefined) this.showSpots(effects, least, digit);
    if (share !== undefined) this.words("change").textContent = `Looking for a small change … ${Math.floor(100 * share)}%`;
    if (found !== undefined) this.showChange(found, digit, runnerUp);
  }

  /**
   * @param {Float32Array} effects
   * @param {number} least
   * @param {number} digit
   */
  showSpots(effects, least, digit) {
    this.paintSpots(effects);
    const worst = `Without the one that matters most, ${named(digit)} has a chance of ${chance(least)}.`;
    this.words("spots").textContent = `Each patch of 7×7 pixels was blanked out in turn. ${worst}`;
    const [forIt, against] = this.root.querySelectorAll(".digit-why__legend li");
    forIt.textContent = `without this spot it looks less like ${named(digit)}`;
    against.textContent = `without this spot it looks more like ${named(digit)}`;
    const label = `The drawing, with the spots coloured that speak for ${named(digit)} and against it`;
    this.sheets[0].canvas.setAttribute("aria-label", label);
  }

  /** @param {Float32Array} effects */
  paintSpots(effects) {
    const style = getComputedStyle(this.root);
    const [forIt, against] = ["--for", "--against"].map((name) => channels(style.getPropertyValue(name)));
    const scale = Math.max(WEAKEST, ...effects.map(Math.abs));
    const { image = effects } = this;
    paint(this.sheets[0], (at) => {
      const strength = (Math.abs(effects[at]) / scale) * (0.4 + 0.6 * image[at]);
      return mixed(grey(image[at]), effects[at] > 0 ? forIt : against, strength);
    });
  }

  /**
   * @param {Found | null} found
   * @param {number} digit
   * @param {number} runnerUp
   */
  showChange(found, digit, runnerUp) {
    this.root.dataset.state = found ? "found" : "nothing";
    this.words("change").textContent = found
      ? changeInWords(found, runnerUp)
      : `No stroke that was tried, drawn or rubbed out, makes it another digit: the network is firm about this ${digit}.`;
    if (!found) return;
    const { frames } = found;
    this.again.hidden = isStill();
    this.again.onclick = () => this.play(frames);
    if (isStill()) this.showFrame(frames, frames.length - 1);
    else this.play(frames);
  }

  /** @param {Frame[]} frames */
  play(frames) {
    this.halt();
    let at = -HOLD;
    const next = () => {
      this.showFrame(frames, Math.max(at, 0));
      if (++at < frames.length) this.timer = setTimeout(next, FRAME);
    };
    next();
  }

  /**
   * @param {Frame[]} frames
   * @param {number} at
   */
  showFrame(frames, at) {
    const before = frames[0].image;
    const { image, probabilities } = frames[at];
    const changed = channels(getComputedStyle(this.root).getPropertyValue("--changed"));
    paint(this.sheets[2], (pixel) => {
      const added = image[pixel] - before[pixel];
      return mixed(grey(image[pixel]), changed, added > 0 ? added : -0.5 * added);
    });
    this.setBars(probabilities);
  }

  /** @param {number[] | null} probabilities */
  setBars(probabilities) {
    const most = Math.max(...(probabilities ?? []));
    this.bars.forEach((bar, digit) => {
      bar.style.setProperty("--share", String(probabilities?.[digit] ?? 0));
      bar.toggleAttribute("data-top", probabilities?.[digit] === most);
    });
  }

  halt() {
    clearTimeout(this.timer);
  }
}

/**
 * @param {Found} found
 * @param {number} runnerUp
 */
function changeInWords({ erases, pixels, digit, confidence }, runnerUp) {
  const act = erases ? "Rubbing out" : "Drawing";
  const how = `${act} the ${pixels} yellow pixels makes it ${named(digit)} (${chance(confidence)}).`;
  return digit === runnerUp ? how : `No stroke that was tried makes it ${named(runnerUp)}, the runner-up. But: ${how}`;
}

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
function part(root, selector) {
  return /** @type {HTMLElement} */ (root.querySelector(selector));
}

/**
 * @param {HTMLElement} list
 * @param {number} digit
 */
function addBar(list, digit) {
  const bar = document.createElement("li");
  bar.append(document.createElement("span"), html("b", "", digit));
  list.append(bar);
  return bar;
}

function isStill() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/**
 * @param {CanvasRenderingContext2D} sheet
 * @param {(at: number) => number[]} colourOf red, green and blue of a pixel, 0 to 255
 */
function paint(sheet, colourOf) {
  const pixels = sheet.createImageData(28, 28);
  for (let at = 0; at < 28 * 28; at++) pixels.data.set([...colourOf(at), 255], 4 * at);
  sheet.putImageData(pixels, 0, 0);
}

/** @param {number} ink in [0, 1] */
function grey(ink) {
  return [255 * ink, 255 * ink, 255 * ink];
}

/**
 * @param {number[]} colour
 * @param {number[]} other
 * @param {number} share of the other, in [0, 1]
 */
function mixed(colour, other, share) {
  return colour.map((value, channel) => value + share * (other[channel] - value));
}

/** @param {string} colour "#rrggbb" */
function channels(colour) {
  const digits = colour.trim().slice(1);
  return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16));
}

// Shows a reading: the digit, how sure the network is, a bar for each digit, and the 28x28 that it saw.

import { inkOn } from "../shared/elements.js";
import { chance } from "../shared/numbers.js";
import { Suggestion } from "./suggestion.js";

export class ReadingView {
  constructor(parentElement) {
    this.root = parentElement.querySelector(".digit-panel");
    this.part = (name) => this.root.querySelector(`.digit-panel__${name}`);
    this.seen = inkOn(this.part("seen").querySelector("canvas"));
    this.bars = Array.from({ length: 10 }, (_, digit) => this.addBar(digit));
    this.shown = 0;
    this.suggestion = new Suggestion(this.part("next"));
    this.isDrawn = false; // what is shown; else it is a picture
  }

  addBar(digit) {
    const bar = document.createElement("li");
    bar.className = "digit-panel__bar";
    bar.innerHTML =
      `<span class="digit-panel__label">${digit}</span>` +
      '<span class="digit-panel__track"><span class="digit-panel__fill"></span></span>' +
      '<span class="digit-panel__value"></span>';
    this.part("bars").append(bar);
    return bar;
  }

  showEmpty(hint) {
    this.mark("empty", "", "");
    this.write("0–9", hint.title, hint.text);
    this.setBars(null, null);
    this.seen.clearRect(0, 0, 28, 28);
    this.part("fine").textContent = "";
    this.suggestion.clear();
  }

  /**
   * @param {object} reading of the page or of the server; its `image` is 784 numbers in [0, 1], or as many bytes as base64
   * @param {number | null} took ms from the pen, or from the canvas to the server and back; null where that says nothing
   */
  show(reading, took) {
    const { digit, confidence, probabilities, title, text } = reading;
    this.mark(digit === null ? "rejected" : "read", digit ?? "", confidence.toFixed(4));
    this.root.dataset.frame = ++this.shown;
    this.write(digit ?? "?", title, text);
    this.setBars(probabilities, digit);
    this.paint(typeof reading.image === "string" ? bytesOf(reading.image) : reading.image.map((ink) => 255 * ink));
    this.time(took);
    this.isDrawn = took !== null;
  }

  mark(state, digit, confidence) {
    Object.assign(this.root.dataset, { state, digit, confidence });
  }

  write(digit, title, text) {
    this.part("digit").textContent = digit;
    this.part("confidence").textContent = title;
    this.part("verdict").textContent = text;
  }

  setBars(probabilities, top) {
    this.bars.forEach((bar, digit) => {
      bar.style.setProperty("--share", probabilities?.[digit] ?? 0);
      bar.toggleAttribute("data-top", digit === top);
      bar.lastElementChild?.replaceChildren(probabilities ? chance(probabilities[digit]) : "");
    });
  }

  // `greys`: 784 numbers from 0 to 255, row by row, 255 is ink.
  paint(greys) {
    const pixels = this.seen.createImageData(28, 28);
    greys.forEach((grey, index) => pixels.data.set([grey, grey, grey, 255], 4 * index));
    this.seen.putImageData(pixels, 0, 0);
  }

  time(took) {
    this.root.dataset.confirmed = "";
    if (took === null) this.note("");
    else {
      this.root.dataset.roundTripMs = took.toFixed(1);
      this.note(`${Math.round(took)} ms from the pen to the bars`);
    }
  }

  // Whether the server has read the same.
  confirm(same) {
    this.root.dataset.confirmed = String(same);
  }

  note(text) {
    this.part("fine").textContent = text;
  }

  // Only what the drawing came to, lest a screen reader reads out every change of mind.
  speak(reading) {
    const said = reading ? `${reading.digit ?? "Not a digit"}. ${reading.title}. ${reading.text}` : "";
    if (this.part("spoken").textContent !== said) this.part("spoken").textContent = said;
    if (this.isDrawn && reading?.digit !== null && reading?.digit !== undefined) this.suggestion.made();
  }
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

// Shows a reading: the digit, how sure the network is, a bar for each digit, and the 28x28 that it saw.

import { inkOn } from "../shared/elements.js";
import { chance } from "../shared/numbers.js";

export class ReadingView {
  constructor(parentElement) {
    this.root = parentElement.querySelector(".digit-panel");
    this.part = (name) => this.root.querySelector(`.digit-panel__${name}`);
    this.seen = inkOn(this.part("seen").querySelector("canvas"));
    this.bars = Array.from({ length: 10 }, (_, digit) => this.addBar(digit));
    this.shown = 0;
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
  }

  show(reading, roundTrip) {
    const { digit, confidence, probabilities, title, text } = reading;
    this.mark(digit === null ? "rejected" : "read", digit ?? "", confidence.toFixed(4));
    this.root.dataset.frame = ++this.shown;
    this.write(digit ?? "?", title, text);
    this.setBars(probabilities, digit);
    this.paint(reading.image);
    this.time(roundTrip);
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

  // `grey`: 784 bytes as base64, row by row, 255 is ink.
  paint(grey) {
    const pixels = this.seen.createImageData(28, 28);
    Array.from(atob(grey), (char, index) => pixels.data.fill(char.charCodeAt(0), 4 * index, 4 * index + 3));
    for (let alpha = 3; alpha < pixels.data.length; alpha += 4) pixels.data[alpha] = 255;
    this.seen.putImageData(pixels, 0, 0);
  }

  // `roundTrip` in ms; null where nothing was sent for this reading.
  time(roundTrip) {
    this.part("fine").textContent = "";
    if (roundTrip === null) return;
    this.root.dataset.roundTripMs = roundTrip.toFixed(1);
    this.part("fine").textContent = `${Math.round(roundTrip)} ms from canvas to network and back`;
  }

  // Only what the drawing came to, lest a screen reader reads out every change of mind.
  speak(reading) {
    const said = reading ? `${reading.digit ?? "Not a digit"}. ${reading.title}. ${reading.text}` : "";
    if (this.part("spoken").textContent !== said) this.part("spoken").textContent = said;
  }
}

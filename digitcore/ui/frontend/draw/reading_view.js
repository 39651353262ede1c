// Shows a reading: the digit, how sure the network is, a bar for each digit, and the 28x28 that it saw.

import { inkOn } from "../shared/elements.js";
import { chance } from "../shared/numbers.js";
import { Paced } from "../shared/paced.js";
import { Suggestion } from "./suggestion.js";

const NOTE_EVERY = 400; // ms: no eye reads a number that changes sooner
const WORDS_EVERY = 80; // ms: what is read, unlike the bars, need not change with every reading

export class ReadingView {
  constructor(parentElement) {
    this.root = parentElement.querySelector(".digit-panel");
    this.part = (name) => this.root.querySelector(`.digit-panel__${name}`);
    this.seen = inkOn(this.part("seen").querySelector("canvas"));
    this.bars = Array.from({ length: 10 }, (_, digit) => this.addBar(digit));
    this.pixels = this.seen.createImageData(28, 28);
    this.shown = 0;
    this.damaged = false;
    this.noted = 0; // ms, when the time was written last
    this.written = { sign: "", title: "", text: "", probabilities: null }; // or will be in a moment
    this.words = new Paced(
      () => this.write(),
      () => WORDS_EVERY,
    );
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
    const [fill, value] = ["fill", "value"].map((name) => /** @type {HTMLElement} */ (bar.querySelector(`.digit-panel__${name}`)));
    return { bar, fill, value, share: "" };
  }

  showEmpty(hint) {
    this.mark("empty", "", "");
    this.setBars(null, null);
    this.say({ sign: "0–9", ...hint, probabilities: null });
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
    this.setBars(probabilities, digit);
    this.say({ sign: String(digit ?? "?"), title, text, probabilities });
    if (typeof reading.image === "string") this.paint(bytesOf(reading.image), 1);
    else this.paint(reading.image, 255);
    this.time(took);
    this.isDrawn = took !== null;
  }

  mark(state, digit, confidence) {
    for (const [name, value] of Object.entries({ state, digit, confidence })) {
      if (this.root.dataset[name] !== String(value)) this.root.dataset[name] = value;
    }
    this.root.toggleAttribute("data-damaged", this.damaged);
  }

  // Another answer at once, and else words and numbers as fast as they can be read.
  say(written) {
    const isAnother = written.sign !== this.written.sign;
    this.written = written;
    if (isAnother) this.write();
    else this.words.ask();
  }

  write() {
    const { sign, title, text, probabilities } = this.written;
    put(this.part("digit"), sign);
    put(this.part("confidence"), title);
    put(this.part("verdict"), text);
    this.bars.forEach(({ bar, value }, digit) => {
      bar.toggleAttribute("data-tiny", (probabilities?.[digit] ?? 0) < 0.001); // written as "< 0.1%"
      put(value, probabilities ? chance(probabilities[digit]) : "");
    });
  }

  setBars(probabilities, top) {
    this.bars.forEach((each, digit) => {
      const share = (probabilities?.[digit] ?? 0).toFixed(4);
      each.bar.toggleAttribute("data-top", digit === top);
      if (share !== each.share) each.fill.style.setProperty("--share", (each.share = share));
    });
  }

  // `ink`: 784 numbers, row by row; `scale` is what makes them numbers from 0 to 255.
  paint(ink, scale) {
    const { data } = this.pixels;
    for (let index = 0, at = 0; index < ink.length; index++, at += 4) {
      data[at] = data[at + 1] = data[at + 2] = scale * ink[index];
      data[at + 3] = 255;
    }
    this.seen.putImageData(this.pixels, 0, 0);
  }

  time(took) {
    this.root.dataset.confirmed = "";
    if (took !== null) this.root.dataset.roundTripMs = took.toFixed(1);
    if (this.damaged) this.note("The network is damaged, so the server isn't asked.");
    else if (took === null) this.note("");
    else this.noteTime(took);
  }

  noteTime(took) {
    if (performance.now() - this.noted < NOTE_EVERY) return;
    this.noted = performance.now();
    this.note(`${Math.round(took)} ms from the pen to the bars`);
  }

  // Whether the server has read the same.
  confirm(same) {
    this.root.dataset.confirmed = String(same);
  }

  note(text) {
    put(this.part("fine"), text);
  }

  // Only what the drawing came to, lest a screen reader reads out every change of mind.
  speak(reading) {
    const said = reading ? `${reading.digit ?? "Not a digit"}. ${reading.title}. ${reading.text}` : "";
    if (this.part("spoken").textContent !== said) this.part("spoken").textContent = said;
    if (this.isDrawn && reading?.digit !== null && reading?.digit !== undefined) this.suggestion.made();
  }
}

// Only what is new, since a page is laid out anew for any other text.
function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

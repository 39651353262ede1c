// "That was a …": ten buttons, and the keys 0 to 9 on the canvas, keep what is drawn with its label. The same drawing can be labelled
// anew, or taken back; another one begins with nothing kept.

import { isOnCanvas } from "../canvas/canvas_access.js";
import { keptStrokes } from "../canvas/kept_drawing.js";
import { Asking } from "../shared/asking.js";
import { html } from "../shared/elements.js";
import { setExamples } from "./examples.js";
import { mount } from "../shared/mount.js";
import { onShown, shownNow, tellLabel } from "./shown.js";
import { classCode, keyOr, ownKey } from "./this_browser.js";

const ASK = "That was a …";
const BYTES = 255;
const REST = 500; // ms without a change, after which a drawing is finished: its last stroke is painted anew when the pen is up

/** @typedef {import("./shown.js").Shown} Shown */
/** @typedef {{ id: number, label: number, said: string }} Kept */
/** @typedef {{ ticket: string, id?: number, label?: number, said?: string, trouble?: string }} Answer */

class Teach {
  /** @param {HTMLElement} parentElement */
  constructor(parentElement) {
    this.root = /** @type {HTMLElement} */ (parentElement.querySelector(".digit-teach"));
    this.part = (name) => /** @type {HTMLElement} */ (this.root.querySelector(`.digit-teach__${name}`));
    this.buttons = Array.from({ length: 10 }, (_, digit) => this.button(digit));
    this.part("digits").append(...this.buttons);
    this.undo = /** @type {HTMLButtonElement} */ (this.part("undo"));
    this.undo.onclick = () => this.send("undo", { id: this.kept?.id });
    this.own = /** @type {HTMLInputElement} */ (this.part("own").querySelector("input"));
    this.own.onchange = () => this.send("switch", { on: this.own.checked });
    this.asking = new Asking();
    /** @type {Kept | null} */
    this.kept = null; // as what the drawing that is shown is kept
    /** @type {Map<string, Kept>} */
    this.others = new Map(); // as what those of several are kept, by their keys
    this.drawn = ""; // the drawing that it is
    this.changed = 0; // when it became that
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.later = undefined; // it is labelled, once it is finished
    this.greeted = false;
    /** @type {any} */
    this.data = null;
    /** @type {(message: object) => void} */
    this.set = () => {};
    this.ends = [onShown((shown) => this.look(shown)), this.hearKeys()];
  }

  /** @param {number} digit */
  button(digit) {
    const button = html("button", "digit-teach__digit", digit);
    button.setAttribute("type", "button");
    button.setAttribute("aria-label", `That was ${digit === 8 ? "an" : "a"} ${digit}`);
    button.onclick = () => this.label(digit);
    return button;
  }

  // Digits that are pressed while the canvas, or nothing, has the focus.
  hearKeys() {
    const hear = (/** @type {KeyboardEvent} */ event) => {
      const { key, altKey, ctrlKey, metaKey, repeat, target } = event;
      if (altKey || ctrlKey || metaKey || repeat || !/^\d$/.test(key) || this.root.dataset.state === "empty") return;
      const isOnNumber = target instanceof Element && target.closest(".digit-number");
      if (!isOnCanvas(event) && !isOnNumber && target !== document.body) return;
      event.preventDefault();
      this.label(Number(key));
    };
    window.addEventListener("keydown", hear, { capture: true });
    return () => window.removeEventListener("keydown", hear, { capture: true });
  }

  /** @param {import("../shared/mount.js").Component} component */
  update({ data, setStateValue }) {
    this.data = data;
    this.set = (message) => setStateValue("message", message);
    this.root.hidden = !data.offered && data.count === 0;
    this.take(data.answer);
    this.tell(data);
    this.look(shownNow());
    if (!this.greeted && ownKey()) this.send("greet", {});
    this.greeted = true;
  }

  /** @param {Answer | null} answer */
  take(answer) {
    if (!answer || answer.ticket !== this.asking.wanted?.ticket) return;
    const { drawn, named } = this.asking.wanted;
    this.asking.stop();
    const { id, label = 0, said, trouble } = answer;
    if (!said && !trouble) return;
    const kept = id === undefined ? null : { id, label, said: said ?? "" };
    if (named && !trouble) this.note(drawn, kept);
    if (drawn !== this.drawn) return; // about a drawing that is gone
    if (!trouble) this.kept = kept;
    this.say(trouble ?? said ?? ASK, trouble !== undefined);
  }

  /**
   * Remembers as what one of several is kept, and tells whoever shows it.
   * @param {string} key
   * @param {Kept | null} kept
   */
  note(key, kept) {
    if (kept) this.others.set(key, kept);
    else this.others.delete(key);
    tellLabel(key, kept?.label ?? null);
  }

  tell({ count, uses, examples, several }) {
    this.part("own").hidden = count === 0 || several; // a number is read by the network alone
    this.own.checked = uses;
    const words = this.part("own").querySelector("span");
    if (words) words.textContent = `Use my ${count === 1 ? "example" : `${count} examples`}`;
    setExamples(examples && { ...examples, ...unpacked(examples) });
  }

  /** @param {number} digit */
  label(digit) {
    clearTimeout(this.later);
    const left = this.changed + REST - performance.now();
    if (left > 0) {
      this.later = setTimeout(() => this.label(digit), left);
      return;
    }
    const shown = shownNow();
    if (!shown || !this.data?.offered || this.asking.wanted?.do === "keep") return;
    if (this.kept) {
      if (this.kept.label !== digit) this.send("relabel", { id: this.kept.id, label: digit });
      return;
    }
    const { confidence, digit: read } = shown;
    const strokes = shown.strokes ?? keptStrokes();
    this.send("keep", { label: digit, digit: read, confidence, image: asBase64(shown.image), strokes, run: this.data.run });
  }

  /**
   * @param {string} what
   * @param {object} about
   */
  send(what, about) {
    const [key, code] = [keyOr(this.data.fresh), classCode()];
    const named = shownNow()?.key !== undefined;
    this.asking.ask({ do: what, ticket: ticket(), key, code, drawn: this.drawn, named, ...about }, this.set);
  }

  /** @param {Shown | null} shown */
  look(shown) {
    const state = shown && this.data?.offered ? "asking" : "empty";
    const drawn = shown ? (shown.key ?? (typeof shown.image === "string" ? shown.image : keyOf(shown.image))) : "";
    if (drawn !== this.drawn) this.begin(drawn);
    this.mark(this.kept ? "kept" : state);
  }

  // Another drawing, of which nothing is kept, but where it is one of several. One that somebody goes on with is another, too.
  begin(drawn) {
    this.drawn = drawn;
    this.changed = performance.now();
    if (!drawn) clearTimeout(this.later);
    const before = this.kept;
    this.kept = this.others.get(drawn) ?? null;
    if (this.root.dataset.state === "empty" && !before && !this.kept) return;
    this.say(this.kept?.said ?? ASK, false);
  }

  /**
   * @param {string} text
   * @param {boolean} isTrouble
   */
  say(text, isTrouble) {
    const said = this.part("said");
    if (said.textContent !== text) said.textContent = text;
    this.root.toggleAttribute("data-trouble", isTrouble);
    this.mark(this.kept ? "kept" : this.root.dataset.state === "empty" ? "empty" : "asking");
  }

  /** @param {string} state */
  mark(state) {
    if (this.root.dataset.state !== state) this.root.dataset.state = state;
    this.undo.hidden = !this.kept;
    this.buttons.forEach((button, digit) => {
      button.disabled = state === "empty";
      button.setAttribute("aria-pressed", String(this.kept?.label === digit));
    });
  }

  stop() {
    clearTimeout(this.later);
    this.asking.stop();
    for (const end of this.ends) end();
    setExamples(null);
  }
}

/** A name for what is asked, that nothing else has. */
function ticket() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {Float32Array} image */
function keyOf(image) {
  let key = 0;
  for (let at = 0; at < image.length; at++) key = (31 * key + Math.round(BYTES * image[at])) | 0;
  return String(key);
}

/** @param {Float32Array | string} image */
function asBase64(image) {
  if (typeof image === "string") return image;
  return btoa(String.fromCharCode(...Uint8Array.from(image, (ink) => Math.round(BYTES * ink))));
}

function unpacked({ features, ink, reaches }) {
  return { features: floats(features), ink: floats(ink), reaches: floats(reaches) };
}

/** @param {string} base64 */
function floats(base64) {
  return new Float32Array(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)).buffer);
}

export default mount(Teach);

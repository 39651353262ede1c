// The runs of an experiment side by side: what differs, how far each is, and their curves, live or played from a recording.

import { html } from "../shared/elements.js";
import { mount } from "../shared/mount.js";
import { percent } from "../shared/numbers.js";
import { Plot, keptPoint } from "./plot.js";

/** @typedef {import("./plot.js").Line & { differs: string, words: string, share: number, state: string }} Run */

const RINGED = "Ringed: the epoch whose weights the run keeps.";
const PLAYS = 5000; // ms for a whole recording
const still = matchMedia("(prefers-reduced-motion: reduce)");

class Bench {
  /** @param {HTMLElement} parentElement */
  constructor(parentElement) {
    this.root = /** @type {HTMLElement} */ (parentElement.querySelector(".bench"));
    this.plot = new Plot(this.part("plot"));
    /** @type {any} */
    this.data = null;
    this.playing = ""; // the wish that is being played
    this.done = ""; // and the last one that was played to its end
    this.frame = 0;
    /** @type {(wish: string) => void} */
    this.tell = () => {};
  }

  /**
   * @param {string} name
   * @returns {HTMLElement}
   */
  part(name) {
    return /** @type {HTMLElement} */ (this.root.querySelector(`.bench__${name}`));
  }

  /** @param {import("../shared/mount.js").Component} component */
  update({ data, setTriggerValue }) {
    this.data = data;
    this.tell = (wish) => setTriggerValue("played", wish);
    this.root.dataset.state = data.state;
    this.write("equal", data.equal);
    this.write("note", data.note);
    if (data.play && data.play !== this.done && data.play !== this.playing) return this.play(data.play);
    if (!data.play || data.play === this.done) this.show(Infinity);
  }

  /**
   * @param {string} name
   * @param {string} words
   */
  write(name, words) {
    if (this.part(name).textContent !== words) this.part(name).textContent = words;
  }

  /** @param {string} wish */
  play(wish) {
    this.playing = wish;
    const began = performance.now();
    const step = () => {
      const share = still.matches ? 1 : Math.min(1, (performance.now() - began) / PLAYS);
      this.show(share < 1 ? share * this.data.epochs : Infinity);
      if (share < 1) this.frame = requestAnimationFrame(step);
      else this.end(wish);
    };
    cancelAnimationFrame(this.frame);
    step();
  }

  /** @param {string} wish */
  end(wish) {
    this.done = wish;
    this.playing = "";
    this.tell(wish);
  }

  /** @param {number} until this many epochs */
  show(until) {
    const { runs, epochs, both } = this.data;
    this.root.dataset.shown = until === Infinity ? "all" : "some";
    const what = both ? "Accuracy: digits held back (solid), digits learned from (dotted)." : "Accuracy on digits held back.";
    const ringed = until === Infinity && runs.some((/** @type {Run} */ run) => run.kept);
    this.write("caption", ringed ? `${what} ${RINGED}` : what);
    this.plot.show(runs, epochs, both, until);
    const rows = runs.map((/** @type {Run} */ run, /** @type {number} */ index) => this.row(run, index, until));
    this.part("runs").replaceChildren(...rows);
  }

  /**
   * @param {Run} run
   * @param {number} index
   * @param {number} until
   */
  row(run, index, until) {
    const row = html("li", "bench__run");
    row.dataset.run = String(index);
    row.dataset.state = run.state;
    row.style.setProperty("--share", String(run.share));
    const kept = until === Infinity ? keptPoint(run) : undefined;
    const shown = kept ?? run.validation.findLast(([epoch]) => epoch <= until);
    row.append(
      html("span", "bench__swatch"),
      html("b", "bench__title", run.title),
      html("span", "bench__differs", run.differs),
      html("span", "bench__words", kept ? `kept: epoch ${kept[0]}` : run.words),
      html("span", "bench__value", shown ? percent(shown[1], 1) : ""),
    );
    return row;
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.plot.stop();
  }
}

export default mount(Bench);

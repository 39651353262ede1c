// "Why?": a second look at what was read last, once the pen rests. It is worked out in a Worker, and only where somebody asks.

import { damagesNow } from "../shared/damages.js";
import { mount } from "../shared/mount.js";
import { listen } from "../shared/readings.js";
import { WhyView } from "./view.js";

/** @typedef {{ image: Float32Array, address: string }} Subject a picture, and where the weights are that read it */

const REST = 400; // ms without another reading, after which the pen counts as resting

class Why {
  /** @param {HTMLElement} parentElement */
  constructor(parentElement) {
    this.view = new WhyView(parentElement, () => this.plan(0));
    /** @type {Subject | null} */
    this.subject = null;
    /** @type {Worker | null} */
    this.worker = null;
    this.asked = 0;
    this.timer = 0;
    this.stopListening = listen((told) => this.hear(told));
  }

  update() {}

  /** @param {import("../shared/readings.js").Told} told */
  hear({ reading, address }) {
    const isDigit = reading !== null && reading.digit !== null;
    this.subject = isDigit && damagesNow().length === 0 ? { image: reading.image, address } : null;
    this.view.offer(this.subject !== null);
    if (!this.view.isOpen) return;
    this.asked++;
    this.view.fade();
    this.plan(REST);
  }

  /** @param {number} pause ms */
  plan(pause) {
    clearTimeout(this.timer);
    if (this.view.isOpen && this.subject) this.timer = setTimeout(() => this.ask(), pause);
  }

  ask() {
    if (!this.subject) return;
    const { image, address } = this.subject;
    this.view.begin(image);
    this.worker ??= this.start();
    this.worker?.postMessage({ number: ++this.asked, image, address: new URL(address, document.baseURI).href });
  }

  /** @returns {Worker | null} null where there are none */
  start() {
    try {
      const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
      worker.addEventListener("message", ({ data }) => data.number === this.asked && this.view.show(data));
      worker.addEventListener("error", () => this.view.fail());
      return worker;
    } catch {
      this.view.fail();
      return null;
    }
  }

  stop() {
    this.stopListening();
    clearTimeout(this.timer);
    this.view.halt();
    this.worker?.terminate();
  }
}

export default mount(Why);

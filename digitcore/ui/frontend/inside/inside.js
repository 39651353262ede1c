// The inside of the network on the Draw page: told of every reading there, and telling who reads what was broken.

import { runFile } from "../engine/run_file.js";
import { readWeights } from "../engine/weights.js";
import { setDamages } from "../shared/damages.js";
import { idleMoment } from "./idle.js";
import { mount } from "../shared/mount.js";
import { listen } from "../shared/readings.js";
import { Inside } from "./view.js";

const BAR = ".digit-panel__bar"; // a digit's bar in the live panel

class InsidePanel {
  constructor(parentElement) {
    this.view = new Inside(parentElement.querySelector(".digit-inside-place"), setDamages);
    /** @type {string | null | undefined} */
    this.address = undefined;
    /** @type {import("../shared/readings.js").Told | null} */
    this.told = null;
    this.stopListening = listen((told) => this.take(told));
    this.stopped = new AbortController();
    document.addEventListener("click", (event) => this.press(event), { signal: this.stopped.signal });
  }

  update({ data: { weights } }) {
    if (weights === this.address) return;
    this.address = weights;
    setDamages([]);
    this.view.wait();
    this.load(weights);
  }

  /** @param {string | null} address */
  async load(address) {
    const weights = address && "Worker" in globalThis ? await weightsAt(address) : null;
    await idleMoment(); // what reads comes first
    if (address !== this.address) return; // another one was chosen meanwhile
    this.view.use(weights);
    if (this.told) this.take(this.told);
  }

  /** @param {import("../shared/readings.js").Told} told */
  take(told) {
    this.told = told;
    if (told.reading && told.address !== this.address) return; // read by another network, a moment ago
    if (!told.reading || told.layers.length > 0) this.view.show(told.reading, told.layers);
  }

  /** @param {MouseEvent} event */
  press({ target }) {
    const bar = target instanceof Element ? target.closest(BAR) : null;
    if (bar?.parentElement) this.view.chooseDigit([...bar.parentElement.children].indexOf(bar));
  }

  stop() {
    this.stopListening();
    this.stopped.abort();
    this.view.stop();
    setDamages([]);
  }
}

/**
 * @param {string} address
 * @returns {Promise<import("../engine/weights.js").RunWeights | null>} null where they can't be had
 */
async function weightsAt(address) {
  try {
    return readWeights(await runFile(address));
  } catch {
    return null;
  }
}

export default mount(InsidePanel);

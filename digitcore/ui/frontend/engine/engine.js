// The network of a run, at work in a Worker: the page asks, and goes on with what it does.

import { runFile } from "./run_file.js";

/** @typedef {import("../preprocessing/grid.js").Grey} Grey */
/** @typedef {import("./reader.js").Reading} Reading */
/** @typedef {import("./worker.js").Answer} Answer */

/** @typedef {{ resolve: (answer: Answer) => void, reject: (error: Error) => void }} Waiting */

export class Engine {
  constructor() {
    /** @type {Map<number, Waiting>} */
    this.waiting = new Map();
    this.asked = 0;
    this.wanted = ""; // address of the weights that were asked for last
    this.worker = this.start();
  }

  start() {
    const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }) => this.settle(data));
    worker.addEventListener("error", () => this.stop("The network can't be computed in this browser."));
    return worker;
  }

  /**
   * Takes a run's weights for all that is read from now on.
   * @param {string} address
   */
  async load(address) {
    this.wanted = address;
    const file = await runFile(address);
    if (address === this.wanted) await this.ask({ file, address: absolute(address) }); // else a newer one has overtaken it
  }

  /**
   * Reads from now on as if the network were damaged.
   * @param {import("./damage.js").Damage[]} damage
   */
  async damage(damage) {
    await this.ask({ damage });
  }

  /**
   * Reads from now on by these examples, too; null: by the network alone. Others than those of the network that reads wait for it.
   * @param {import("./prototypes.js").Examples | null} examples
   */
  async teach(examples) {
    await this.ask({ examples: examples && { ...examples, address: absolute(examples.address) } });
  }

  /**
   * @param {Grey | Float32Array} picture a canvas's alpha, or what is 28x28 already, in [0, 1]
   * @param {{ plainly?: boolean, wantsLayers?: boolean }} [how] plainly is without test-time augmentation
   * @returns {Promise<{ reading: Reading | null, layers: Float32Array[] }>} no reading where there is no ink; where they are wanted,
   *   the outputs of all layers, in the network's order
   */
  async read(picture, how = {}) {
    const what = picture instanceof Float32Array ? { image: picture } : { drawing: picture };
    const { reading, layers } = await this.ask({ ...what, ...how });
    return { reading: reading ?? null, layers: layers ?? [] };
  }

  /**
   * @param {Omit<import("./worker.js").Question, "number">} question
   * @returns {Promise<Answer>}
   */
  ask(question) {
    const number = ++this.asked;
    this.worker.postMessage({ number, ...question }, []); // nothing is handed over
    return new Promise((resolve, reject) => this.waiting.set(number, { resolve, reject }));
  }

  /** @param {Answer} answer */
  settle(answer) {
    const waiting = this.waiting.get(answer.number);
    this.waiting.delete(answer.number);
    if (answer.failure) waiting?.reject(new Error(answer.failure));
    else waiting?.resolve(answer);
  }

  /** @param {string} [why] it ends, for who still waits */
  stop(why = "The network is no longer needed.") {
    this.worker.terminate();
    for (const { reject } of this.waiting.values()) reject(new Error(why));
    this.waiting.clear();
  }
}

/** @param {string} address */
function absolute(address) {
  return new URL(address, document.baseURI).href;
}

// The network of a run, reading strokes in a Worker of its own.

import { Engine } from "../engine/engine.js";

export class LineEngine extends Engine {
  start() {
    const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }) => this.settle(data));
    worker.addEventListener("error", () => this.stop("The network can't be computed in this browser."));
    return worker;
  }

  /**
   * Takes a run's weights for all that is read from now on, and the numbers of the rule.
   * @param {string} address
   * @param {import("./line_reader.js").Rules} rules
   */
  async take(address, rules) {
    await this.put({ address: new URL(address, document.baseURI).href, rules });
  }

  /**
   * @param {import("./line_reader.js").Stroke[]} strokes
   * @param {boolean} plainly without test-time augmentation
   * @returns {Promise<import("./line_reader.js").LineDigit[]>}
   */
  async readStrokes(strokes, plainly) {
    return (await this.put({ strokes, plainly })).digits ?? [];
  }

  /**
   * @param {object} question
   * @returns {Promise<any>}
   */
  put(question) {
    return this.ask(question);
  }
}

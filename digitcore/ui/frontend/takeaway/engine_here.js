// The engine in the page itself, where a browser starts no Worker for a file on a phone or a stick: while it computes, the page
// stands still.

import { Engine } from "../engine/engine.js";
import { answer } from "../engine/worker.js";

export class EngineHere extends Engine {
  /** @returns {any} no Worker */
  start() {
    return null;
  }

  /** @param {Omit<import("../engine/worker.js").Question, "number">} question */
  async ask(question) {
    const answered = answer({ number: 0, ...question });
    if (answered.failure) throw new Error(answered.failure);
    return answered;
  }

  stop() {}
}

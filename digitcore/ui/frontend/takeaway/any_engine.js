// The engine in a Worker, or in the page itself where a browser starts no Worker for a file on a phone or a stick.

import { Engine } from "../engine/engine.js";
import { answer } from "../engine/worker.js";

/** @typedef {import("../preprocessing/grid.js").Grey} Grey */
/** @typedef {import("../engine/damage.js").Damage} Damage */
/** @typedef {import("../engine/worker.js").Question} Question */

export class AnyEngine {
  constructor() {
    this.inWorker = startEngine();
  }

  /** @param {string} address of the weights */
  async load(address) {
    try {
      await this.inWorker?.load(address);
    } catch {
      this.inWorker = null;
    }
    if (!this.inWorker) await answerHere({ address });
  }

  /** @param {Damage[]} damage */
  async damage(damage) {
    if (this.inWorker) await this.inWorker.damage(damage);
    else await answerHere({ damage });
  }

  /**
   * As the engine does, though here the page stands still meanwhile.
   * @param {Grey | Float32Array} picture
   * @param {{ plainly?: boolean, wantsLayers?: boolean }} [how]
   */
  async read(picture, how = {}) {
    if (this.inWorker) return this.inWorker.read(picture, how);
    const kind = picture instanceof Float32Array ? { image: picture } : { drawing: picture };
    const { reading, layers } = await answerHere({ ...kind, ...how });
    return { reading: reading ?? null, layers: layers ?? [] };
  }

  stop() {
    this.inWorker?.stop();
  }
}

/** @returns {Engine | null} null where there are no Workers */
function startEngine() {
  try {
    return new Engine();
  } catch {
    return null;
  }
}

/** @param {Omit<Question, "number">} question */
async function answerHere(question) {
  const answered = await answer({ number: 0, ...question });
  if (answered.failure) throw new Error(answered.failure);
  return answered;
}

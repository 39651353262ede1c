// Reads drawings in the page, with the network of the run that was chosen: the newest next, and no queue.

import { Engine } from "../engine/engine.js";
import { damagesNow, onDamages } from "../shared/damages.js";
import { examplesNow, onExamples } from "../teach/examples.js";
import { isAnyoneListening, tell } from "../shared/readings.js";

/** @typedef {import("../preprocessing/grid.js").Grey} Grey */
/** @typedef {import("../engine/reader.js").Reading} Reading */
/**
 * What is to be read: a canvas's alpha, or what is 28x28 already, in [0, 1]; `movedAt` is null where no pen made it, `plainly` is
 * without test-time augmentation, as while the pen moves.
 * @typedef {{ drawing: Grey | Float32Array, version: number, movedAt: number | null, plainly: boolean }} Task
 */

const REST = 120; // ms without a newer drawing, after which one that is in doubt is read in other views, too

export class PageReader {
  /**
   * @param {(reading: Reading | null, task: Task) => void} onReading
   * @param {() => void} onReady another network can read now
   * @param {() => Engine} [makeEngine]
   */
  constructor(onReading, onReady, makeEngine = () => new Engine()) {
    this.onReading = onReading;
    this.onReady = onReady;
    this.makeEngine = makeEngine;
    /** @type {string | null} */
    this.address = null;
    /** @type {Engine | null} */
    this.engine = null;
    this.ready = false;
    /** @type {Task | null} */
    this.next = null;
    this.busy = false;
    this.isDamaged = damagesNow().length > 0;
    const ends = [onDamages((damages) => this.damage(damages)), onExamples((examples) => this.teach(examples))];
    this.stopListening = () => ends.forEach((end) => end());
    this.blank = false; // nothing is drawn any more
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.resting = undefined;
  }

  /**
   * Gets the weights at an address, unless it has them. Where they can't be had, or nothing can be computed in this browser, the
   * server goes on reading.
   * @param {string | null} address
   */
  async use(address) {
    if (address === this.address) return;
    this.address = address;
    this.ready = false;
    this.forget();
    if (!address) return;
    try {
      this.engine ??= this.makeEngine();
      await this.engine.load(address);
      if (address !== this.address) return; // another one was chosen meanwhile
      if (damagesNow().length > 0) await this.engine.damage(damagesNow());
      if (examplesNow()) await this.engine.teach(examplesNow());
      this.ready = true;
      this.onReady();
    } catch (error) {
      if (address === this.address) this.giveUp(error);
    }
  }

  /**
   * Reads on with a network that is damaged so.
   * @param {import("../engine/damage.js").Damage[]} damages
   */
  async damage(damages) {
    this.isDamaged = damages.length > 0;
    if (!this.ready || !this.engine) return;
    await this.engine.damage(damages);
    this.onReady();
  }

  /**
   * Reads on by these examples, too; null: by the network alone.
   * @param {import("../engine/prototypes.js").Examples | null} examples
   */
  async teach(examples) {
    if (this.ready && this.engine) await this.engine.teach(examples);
    this.onReady();
  }

  /** @param {Task} task */
  read(task) {
    if (!this.ready) return;
    this.forget();
    this.blank = false;
    this.next = task;
    if (!this.busy) this.work();
  }

  /** Nothing is drawn any more. */
  clear() {
    this.forget();
    this.blank = true;
    tell({ reading: null, layers: [], address: this.address ?? "" });
  }

  forget() {
    this.next = null;
    clearTimeout(this.resting);
  }

  async work() {
    this.busy = true;
    try {
      for (let begun = this.begin(); begun; ) {
        const { reading, layers } = await begun.answer; // oxlint-disable-line no-await-in-loop -- one at a time is meant
        const { task, address } = begun;
        begun = this.begin(); // the worker reads on while this is shown
        if (address === this.address && !this.blank) this.show(reading, layers, task, !begun);
      }
    } catch (error) {
      if (this.engine) this.giveUp(error); // else it was stopped, and is not missed
    } finally {
      this.busy = false;
    }
  }

  /** Has the newest drawing read, if there is one that is not read yet. */
  begin() {
    const { engine, next: task, address } = this;
    this.next = null;
    if (!engine || !task) return null;
    return { task, address, answer: engine.read(task.drawing, { plainly: task.plainly, wantsLayers: isAnyoneListening() }) };
  }

  /**
   * @param {Reading | null} reading
   * @param {Float32Array[]} layers
   * @param {Task} task
   * @param {boolean} isNewest nothing newer is being read
   */
  show(reading, layers, task, isNewest) {
    this.onReading(reading, task);
    tell({ reading, layers, address: this.address ?? "" });
    if (reading?.doubtful && isNewest && !this.next) this.resting = setTimeout(() => this.read({ ...task, plainly: false }), REST);
  }

  /** @param {unknown} error */
  giveUp(error) {
    console.warn("The server reads the drawings, since the page can't:", error);
    this.drop();
  }

  drop() {
    this.ready = false;
    this.forget();
    this.engine?.stop();
    this.engine = null;
  }

  stop() {
    this.stopListening();
    this.address = null;
    this.drop();
  }
}

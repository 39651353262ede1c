// Takes pictures of the canvas while it is being drawn on. Where the page itself can read, it reads each of them, and the server
// hears of a drawing when the pen rests; elsewhere the server reads them one after the other.
//
// The rules of the loop with the server: one frame under way at a time, taken from the canvas at the moment of sending, so the
// newest always goes next and no queue can build up; a last one after the pen is up; and a slow look at the canvas for what no
// pointer tells of (undo, clear, a canvas that came back).

import { findDrawing, isOnCanvas } from "../canvas/canvas_access.js";

const LOOK_EVERY = 250; // ms between looks at a canvas that nobody is drawing on
const GIVE_UP_AFTER = 2500; // ms without an answer, as when the connection broke, before the next frame may go
const FRAME = 12; // ms between two pictures while the pen moves: a little less than between two of most screens
const REST = 300; // ms without a change, after which a drawing counts as one though the pen is still down

let framesSent = 0; // numbers frames for as long as the page is open, however often the panel is made anew

/**
 * What becomes of the pictures.
 * @typedef {object} Audience
 * @property {() => void} onCleared nothing is drawn any more
 * @property {(drawing: import("../preprocessing/grid.js").Grey, version: number, movedAt: number) => void} onDrawing a picture to
 *   read in the page, numbered, and when the page heard of the pen's last movement in it, in ms
 * @property {() => boolean} readsHere whether the page itself can read now
 */

/**
 * A picture for the server: a PNG as a data URL, or null where nothing is drawn; `plainly` while the pen still moves.
 * @typedef {{ number: number, picture: string | null, plainly: boolean }} Frame
 */

export class LiveLoop {
  /**
   * @param {import("./camera.js").Camera} camera
   * @param {Audience} audience
   */
  constructor(camera, audience) {
    this.camera = camera;
    this.audience = audience;
    /** @type {((frame: Frame) => void) | null} */
    this.send = null; // set while the panel is live
    /** @type {{ number: number, sentAt: number } | null} */
    this.underWay = null; // the frame that no answer has come to
    this.version = 0; // of the canvas: goes up by one whenever it has changed
    this.shown = -1; // the version that the audience has seen last
    this.sent = -1; // the version that the server was sent last
    this.sentPlainly = false; // while the pen moved
    /** @type {number | null} */
    this.number = null; // of the frame that was sent last, unless the canvas has been cleared since
    this.changedAt = 0;
    /** @type {number | null} */
    this.movedAt = null; // when the page heard of the last movement that no picture has shown yet
    this.penDown = false;
    this.settling = false; // the pen is up and the stroke is on its way from one canvas to the other
    this.lookedAt = -FRAME; // the frame in which a picture was taken of a movement last
    /** @type {number | null} */
    this.planned = null; // the frame of the screen in which the next picture is taken
    this.stopped = new AbortController();
    this.listen();
  }

  listen() {
    const options = { capture: true, passive: true, signal: this.stopped.signal };
    const on = (type, handler) => window.addEventListener(type, handler, options);
    on("pointerdown", (event) => this.lower(event));
    on("pointermove", () => this.penDown && this.plan());
    for (const type of ["pointerup", "pointercancel"]) on(type, () => this.penDown && this.lift());
    this.timer = setInterval(() => this.pump(), LOOK_EVERY);
  }

  lower(event) {
    if (isOnCanvas(event)) this.penDown = true;
    if (this.penDown) this.plan();
  }

  // The canvas hands a finished stroke over in two animation frames of its own; a picture between them would miss it.
  lift() {
    this.penDown = false;
    this.settling = true;
    this.unplan();
    afterFrames(3, () => {
      this.settling = false;
      this.pump();
    });
  }

  // As soon as the canvas has the movement too, and before the screen gets it: the network reads while the page is painted.
  plan() {
    this.movedAt = performance.now();
    this.planned ??= requestAnimationFrame((frame) => this.look(frame));
  }

  unplan() {
    if (this.planned !== null) cancelAnimationFrame(this.planned);
    this.planned = null;
  }

  /** @param {number} frame when the screen began it, in ms; a quick screen has several for each picture */
  look(frame) {
    const isEarly = frame - this.lookedAt < FRAME;
    this.planned = isEarly ? requestAnimationFrame((next) => this.look(next)) : null;
    if (isEarly) return;
    this.lookedAt = frame;
    this.pump();
  }

  pump() {
    const drawing = this.send && !this.settling && findDrawing();
    if (!drawing) return;
    if (this.camera.look([drawing.strokes, drawing.pen])) this.version++;
    this.show();
    if (this.isServersTurn()) this.ask();
  }

  show() {
    if (this.shown === this.version) return;
    this.shown = this.version;
    this.changedAt = performance.now();
    if (this.camera.blank) this.clear();
    else this.audience.onDrawing(this.camera.drawing, this.version, this.movedAt ?? this.changedAt);
    this.movedAt = null;
  }

  // Nothing is drawn any more: shown at once, however long the frame that is under way may take yet.
  clear() {
    this.number = null;
    this.audience.onCleared();
  }

  isServersTurn() {
    if (this.waiting()) return false;
    if (this.sent === this.version && this.underWay === null && !(this.sentPlainly && this.rests)) return false;
    return this.rests || !this.audience.readsHere();
  }

  get rests() {
    return !this.penDown || performance.now() - this.changedAt >= REST;
  }

  ask() {
    const plainly = !this.rests;
    const isAnother = this.sent !== this.version || this.sentPlainly !== plainly;
    if (isAnother || this.number === null) this.number = ++framesSent; // else the answer got lost, and may come yet
    this.sent = this.version;
    this.sentPlainly = plainly;
    this.underWay = { number: this.number, sentAt: performance.now() };
    this.send?.({ number: this.number, picture: this.camera.picture, plainly });
  }

  // The drawing is to be read once more, as by another network.
  renew() {
    this.shown = -1;
    this.pump();
  }

  // The server is to read it once more, too.
  askAgain() {
    this.sent = -1;
    this.number = null; // so that no answer of before is taken for the new one
    this.pump();
  }

  waiting() {
    return this.underWay !== null && performance.now() - this.underWay.sentAt < GIVE_UP_AFTER;
  }

  // Takes note of an answer to frame `number`. Returns its round trip in ms, or null if it was not waited for.
  answered(number) {
    if (this.underWay === null || this.underWay.number !== number) return null;
    const roundTrip = performance.now() - this.underWay.sentAt;
    this.underWay = null;
    return roundTrip;
  }

  get quiet() {
    return !this.penDown && !this.settling && this.underWay === null;
  }

  stop() {
    this.stopped.abort();
    clearInterval(this.timer);
    this.unplan();
  }
}

function afterFrames(count, then) {
  if (count === 0) then();
  else requestAnimationFrame(() => afterFrames(count - 1, then));
}

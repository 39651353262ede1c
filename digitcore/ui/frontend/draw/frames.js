// Takes pictures of the canvas, and sends one after the other while it is being drawn on.
//
// The rules of the loop: one frame under way at a time, taken from the canvas at the moment of sending, so the newest
// always goes next and no queue can build up; a last one after the pen is up; and a slow look at the canvas for what no
// pointer tells of (undo, clear, a canvas that came back).

import { inkOn } from "../shared/elements.js";
import { findDrawing, isOnCanvas } from "./canvas_access.js";

const FRAME_SIDE = 160; // pixels: half the canvas, three times what a 20x20 digit needs, 2 kB as PNG
const LOOK_EVERY = 250; // ms between looks at a canvas that nobody is drawing on
const GIVE_UP_AFTER = 2500; // ms without an answer, as when the connection broke, before the next frame may go

let framesSent = 0; // numbers frames for as long as the page is open, however often the panel is made anew

export class Camera {
  constructor() {
    this.sheet = Object.assign(document.createElement("canvas"), { width: FRAME_SIDE, height: FRAME_SIDE });
    this.context = inkOn(this.sheet, { willReadFrequently: true });
    this.context.imageSmoothingQuality = "high";
    this.blank = this.shoot([]);
  }

  // Black with the canvases' ink on it, as a PNG data URL.
  shoot(canvases) {
    this.context.fillStyle = "#000";
    this.context.fillRect(0, 0, FRAME_SIDE, FRAME_SIDE);
    for (const canvas of canvases) this.context.drawImage(canvas, 0, 0, FRAME_SIDE, FRAME_SIDE);
    return this.sheet.toDataURL("image/png");
  }
}

export class LiveLoop {
  constructor(camera, onCleared) {
    this.camera = camera;
    this.onCleared = onCleared;
    this.send = null; // set while the panel is live
    /** @type {{ number: number | null, sentAt: number } | null} */
    this.underWay = null; // the frame that no answer has come to: { number, sentAt }
    this.picture = null; // what was sent last
    this.number = null; // and its number
    this.penDown = false;
    this.settling = false; // the pen is up and the stroke is on its way from one canvas to the other
    this.planned = 0;
    this.stopped = new AbortController();
    this.listen();
  }

  listen() {
    const options = { capture: true, passive: true, signal: this.stopped.signal };
    const on = (type, handler) => window.addEventListener(type, handler, options);
    on("pointerdown", (event) => this.lower(event));
    on("pointermove", () => this.penDown && this.plan());
    for (const type of ["pointerup", "pointercancel"]) on(type, () => this.penDown && this.lift());
    this.timer = setInterval(() => !this.penDown && this.pump(), LOOK_EVERY);
  }

  lower(event) {
    if (isOnCanvas(event)) this.penDown = true;
    if (this.penDown) this.plan();
  }

  // The canvas hands a finished stroke over in two animation frames of its own; a picture between them would miss it.
  lift() {
    this.penDown = false;
    this.settling = true;
    cancelAnimationFrame(this.planned);
    this.planned = 0;
    afterFrames(3, () => {
      this.settling = false;
      this.pump();
    });
  }

  plan() {
    this.planned ||= requestAnimationFrame(() => {
      this.planned = 0;
      this.pump();
    });
  }

  pump() {
    if (!this.send || this.settling || (this.penDown && this.waiting())) return;
    const drawing = findDrawing();
    if (!drawing) return;
    const picture = this.camera.shoot([drawing.strokes, drawing.pen]);
    if (picture === this.picture && (this.underWay === null || this.waiting())) return;
    const blank = picture === this.camera.blank;
    if (blank) this.clear();
    if (this.waiting()) return;
    if (picture !== this.picture) this.number = ++framesSent; // else the answer got lost, and may come yet
    this.picture = picture;
    this.underWay = { number: this.number, sentAt: performance.now() };
    this.send({ number: this.number, picture: blank ? null : picture });
  }

  // Nothing is drawn any more: shown at once, however long the frame that is under way may take yet.
  clear() {
    this.number = this.picture = null;
    this.onCleared();
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
    cancelAnimationFrame(this.planned);
  }
}

function afterFrames(count, then) {
  if (count === 0) then();
  else requestAnimationFrame(() => afterFrames(count - 1, then));
}

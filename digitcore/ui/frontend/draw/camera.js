// Small pictures of a canvas, as the network reads them.

import { inkOn } from "../shared/elements.js";

const FRAME_SIDE = 160; // pixels: half the canvas, three times what a 20x20 digit needs, 2 kB as PNG

/** What is on the canvas, small: ink on nothing, so that its alpha says all. */
export class Camera {
  constructor() {
    this.sheet = Object.assign(document.createElement("canvas"), { width: FRAME_SIDE, height: FRAME_SIDE });
    this.context = inkOn(this.sheet, { willReadFrequently: true });
    this.alpha = new Uint8Array(FRAME_SIDE * FRAME_SIDE);
    this.blank = true;
  }

  /**
   * Takes a picture of the canvases, and returns whether it differs from the last one.
   * @param {HTMLCanvasElement[]} canvases
   */
  look(canvases) {
    this.context.clearRect(0, 0, FRAME_SIDE, FRAME_SIDE);
    for (const canvas of canvases) this.add(canvas);
    const { data } = this.context.getImageData(0, 0, FRAME_SIDE, FRAME_SIDE);
    let changed = false;
    this.blank = true;
    for (let at = 0; at < this.alpha.length; at++) {
      const ink = data[4 * at + 3];
      if (ink > 0) this.blank = false;
      if (ink === this.alpha[at]) continue;
      changed = true;
      this.alpha[at] = ink;
    }
    return changed;
  }

  /**
   * What is halved is the mean of four pixels either way, which by the better one takes three times as long.
   * @param {HTMLCanvasElement} canvas
   */
  add(canvas) {
    this.context.imageSmoothingQuality = canvas.width === 2 * FRAME_SIDE ? "low" : "high";
    this.context.drawImage(canvas, 0, 0, FRAME_SIDE, FRAME_SIDE);
  }

  /** The last picture as the engine takes it. */
  get drawing() {
    return { data: this.alpha.slice(), width: FRAME_SIDE, height: FRAME_SIDE };
  }

  /** The last picture as a PNG data URL; null if it is empty. */
  get picture() {
    return this.blank ? null : this.sheet.toDataURL("image/png");
  }
}

// The server's desk: reads the frames of a page, each by a request of its own.

import { bytesOf } from "./reading_view.js";

const PATIENCE = 10_000; // ms, after which nobody waits for an answer any more

/**
 * What comes of a frame, or of a newer one; `trouble` says why it can't be read, and `outdated` that the page has to ask anew which
 * network reads.
 * @typedef {{ frame: number, reading: any, trouble: string, outdated: boolean }} Answer
 */

export class Desk {
  /** @param {(answer: Answer) => void} onAnswer */
  constructor(onAnswer) {
    this.onAnswer = onAnswer;
    this.address = "";
    /** @type {(number: number) => void} */
    this.tellOutdated = () => {};
  }

  /** @param {import("./frames.js").Frame} frame */
  async send({ number, picture, plainly }) {
    const address = new URL(this.address, document.baseURI);
    address.search = String(new URLSearchParams({ number: String(number), pen: plainly ? "down" : "up" }));
    try {
      const body = picture ? bytesOf(picture.slice(picture.indexOf(",") + 1)) : null;
      const answer = await fetch(address, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) });
      if (!answer.ok) return; // it is sent again in a moment; the page knows another desk by then
      this.take(await answer.json());
    } catch {
      // the line is cut, which Streamlit says: it is sent again
    }
  }

  /** @param {Answer} answer */
  take(answer) {
    if (answer.outdated) this.tellOutdated(answer.frame);
    this.onAnswer(answer);
  }
}

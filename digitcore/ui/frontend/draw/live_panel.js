// The live panel: shows readings, and while the canvas is on the page sends it what is being drawn.

import { mount } from "../shared/mount.js";
import { Camera, LiveLoop } from "./frames.js";
import { ReadingView } from "./reading_view.js";

class LivePanel {
  constructor(parentElement) {
    this.view = new ReadingView(parentElement);
    this.loop = new LiveLoop(new Camera(), () => this.view.showEmpty(this.hint));
  }

  update({ data: { live, frame, reading, hint }, setStateValue }) {
    this.hint = hint;
    this.loop.send = live ? (value) => setStateValue("frame", value) : null;
    const roundTrip = live ? this.loop.answered(frame) : null;
    if (!live || frame === this.loop.number) this.display(reading, roundTrip);
    this.loop.pump();
    if (this.loop.quiet) this.settle(reading, frame);
  }

  display(reading, roundTrip) {
    if (reading) this.view.show(reading, roundTrip);
    else this.view.showEmpty(this.hint);
  }

  settle(reading, frame) {
    this.view.speak(reading);
    document.dispatchEvent(new CustomEvent("digit-settled", { detail: frame }));
  }

  stop() {
    this.loop.stop();
  }
}

export default mount(LivePanel);

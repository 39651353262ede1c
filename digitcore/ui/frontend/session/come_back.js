// Has the whole page run again when the line to the server is back. Streamlit leaves a page as it is then; but a server that was
// started again knows nothing of it, and would answer no press in a part that runs by itself.

import { mount } from "../shared/mount.js";
import { PARTS } from "../shared/streamlit_access.js";

class ComeBack {
  constructor() {
    this.cut = false;
    this.tell = () => {};
    this.app = /** @type {HTMLElement | null} */ (document.querySelector(PARTS["the state of the line"]));
    this.watching = new MutationObserver(() => this.look());
    if (this.app) this.watching.observe(this.app, { attributes: true });
  }

  /** @param {import("../shared/mount.js").Component} component */
  update({ setStateValue }) {
    this.tell = () => setStateValue("back", Date.now());
  }

  look() {
    const connected = this.app?.dataset.testConnectionState === "CONNECTED";
    if (connected && this.cut) setTimeout(() => this.tell());
    this.cut = !connected;
  }

  stop() {
    this.watching.disconnect();
  }
}

export default mount(ComeBack);

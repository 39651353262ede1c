// Tells the server which browser this is: the key to its drawings, and the code of its class. What the server says of the class,
// when somebody has joined or left one, is remembered here.

import { Asking } from "../shared/asking.js";
import { mount } from "../shared/mount.js";
import { classCode, keyOr, setClassCode } from "./this_browser.js";

class BrowserKey {
  constructor() {
    this.asking = new Asking();
    this.said = "";
  }

  update({ data: { fresh, code, heard }, setStateValue }) {
    if (code !== null && code !== (classCode() ?? "")) setClassCode(code || null);
    const browser = { key: keyOr(fresh), code: classCode() };
    const said = JSON.stringify(browser);
    if (heard && said === this.said) this.asking.stop();
    else if (said !== this.said) this.asking.ask(browser, (value) => setStateValue("browser", value));
    this.said = said;
  }

  stop() {
    this.asking.stop();
  }
}

export default mount(BrowserKey);

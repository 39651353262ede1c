// The way from a picture to the network's 28x28, as pictures. Asks for them when the live panel says that a drawing settled.

import { Asking } from "../shared/asking.js";
import { html } from "../shared/elements.js";
import { mount } from "../shared/mount.js";

class Stages {
  constructor(parentElement) {
    this.list = parentElement.querySelector(".digit-stages");
    this.asking = new Asking();
    /** @type {(settled: number) => void} */
    this.renew = () => {};
    this.onSettled = (event) => this.renew(event.detail);
    document.addEventListener("digit-settled", this.onSettled);
  }

  update({ data: { stages, live, frame }, setStateValue }) {
    this.asking.answered(frame);
    this.renew = (settled) => {
      if (live && settled !== frame) this.asking.ask(settled, (number) => setStateValue("settled", number));
    };
    this.list.replaceChildren(...stages.map((stage, index) => this.draw(stage, index)));
  }

  draw({ name, caption, image, small }, index) {
    const item = html("li", "digit-stages__stage");
    const picture = image ? Object.assign(new Image(), { src: image, alt: "" }) : document.createElement("div");
    picture.className = "digit-stages__picture";
    picture.toggleAttribute("data-small", small);
    item.append(picture, html("span", "digit-stages__name", `${index + 1}. ${name}`), html("span", "digit-stages__caption", caption));
    return item;
  }

  stop() {
    document.removeEventListener("digit-settled", this.onSettled);
    this.asking.stop();
  }
}

export default mount(Stages);

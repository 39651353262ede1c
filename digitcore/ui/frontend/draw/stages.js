// The way from a picture to the network's 28x28, as pictures. Asks for them when the live panel says that a drawing settled.

import { html } from "../shared/elements.js";
import { mount } from "../shared/mount.js";

class Stages {
  constructor(parentElement) {
    this.list = parentElement.querySelector(".digit-stages");
    /** @type {string | null} */
    this.desk = null; // where drawings are read
    this.asked = 0; // times
    this.onSettled = () => this.renew();
    document.addEventListener("digit-settled", this.onSettled);
  }

  update({ data: { desk, stages } }) {
    this.desk = desk;
    this.asked++; // what was asked for before is older
    this.show(stages);
  }

  async renew() {
    if (!this.desk) return;
    const asked = ++this.asked;
    try {
      const answer = await fetch(new URL(`${this.desk}/steps`, document.baseURI));
      const stages = answer.ok ? await answer.json() : null;
      if (stages && asked === this.asked) this.show(stages);
    } catch {
      // the line is cut, which Streamlit says: the next drawing asks again
    }
  }

  show(stages) {
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
    this.desk = null;
    document.removeEventListener("digit-settled", this.onSettled);
  }
}

export default mount(Stages);

// The way from a picture to the network's 28x28, as pictures. Asks for them when the live panel says that a drawing settled.

class Stages {
  constructor(parentElement) {
    this.list = parentElement.querySelector(".digit-stages");
    this.asking = new Asking();
    this.renew = () => {};
    this.onSettled = (event) => this.renew(event.detail);
    document.addEventListener("digit-settled", this.onSettled);
  }

  update({ stages, live, frame }, setStateValue) {
    this.asking.answered(frame);
    this.renew = (settled) => {
      if (live && settled !== frame) this.asking.ask(settled, (number) => setStateValue("settled", number));
    };
    this.list.replaceChildren(...stages.map((stage, index) => this.draw(stage, index)));
  }

  draw({ name, caption, image, small }, index) {
    const item = Object.assign(document.createElement("li"), { className: "digit-stages__stage" });
    const picture = image ? Object.assign(new Image(), { src: image, alt: "" }) : document.createElement("div");
    picture.className = "digit-stages__picture";
    picture.toggleAttribute("data-small", small);
    item.append(picture, text("digit-stages__name", `${index + 1}. ${name}`), text("digit-stages__caption", caption));
    return item;
  }

  stop() {
    document.removeEventListener("digit-settled", this.onSettled);
    this.asking.stop();
  }
}

function text(className, content) {
  return Object.assign(document.createElement("span"), { className, textContent: content });
}

const instances = new Map();

export default function ({ parentElement, data, setStateValue }) {
  keepOnePer(instances, parentElement, () => new Stages(parentElement)).update(data, setStateValue);
  return () => {
    instances.get(parentElement)?.stop();
    instances.delete(parentElement);
  };
}

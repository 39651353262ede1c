// What the detail consists of on the page: a head with tools, a map that has grown, the picture, a product and a sum.

import { html } from "../shared/elements.js";
import { Chain, NumberGrid, PartsList } from "./arithmetic.js";
import { Frame } from "./frame.js";
import * as words from "./words.js";

export class DetailParts {
  /** @param {(channel: number) => void} onChannel one that contributes was chosen */
  constructor(onChannel) {
    this.root = html("section", "digit-inside__detail");
    this.root.dataset.testid = "inside-detail";
    this.root.hidden = true;
    this.name = html("h3", "digit-inside__detail-name");
    this.text = html("p", "digit-inside__detail-text");
    this.off = button(words.OFF);
    this.noise = button(words.NOISE);
    this.layerOff = button(words.LAYER_OFF);
    this.tools = [this.off, this.noise, this.layerOff];
    this.back = button("‹", words.PREVIOUS);
    this.on = button("›", words.NEXT);
    this.close = button("×", words.CLOSE);
    this.map = html("div", "digit-inside__grown");
    this.mapCanvas = document.createElement("canvas");
    this.mapFrame = new Frame(this.map, "pixel");
    this.pixel = html("p", "digit-inside__caption-line");
    this.source = html("div", "digit-inside__grown");
    this.sourceCanvas = document.createElement("canvas");
    this.sourceFrame = new Frame(this.source, "field");
    this.sourceText = html("p", "digit-inside__caption-line");
    this.grids = ["patch", "kernel", "products"].map((kind) => new NumberGrid(kind));
    this.contributions = new PartsList("", onChannel);
    this.against = new PartsList(words.AGAINST, onChannel);
    this.chain = new Chain();
    this.product = html("div", "digit-inside__product");
    this.mapPart = figure(this.map, this.mapCanvas, this.pixel);
    this.sourcePart = figure(this.source, this.sourceCanvas, this.sourceText);
    this.assemble();
  }

  assemble() {
    this.pixel.setAttribute("role", "status");
    this.map.tabIndex = 0;
    this.map.setAttribute("role", "application");
    this.root.append(this.head(), this.text, this.body());
  }

  head() {
    const head = html("div", "digit-inside__detail-head");
    const tools = html("div", "digit-inside__tools");
    tools.append(...this.tools, this.close);
    head.append(this.back, this.name, this.on, tools);
    return head;
  }

  body() {
    const body = html("div", "digit-inside__body");
    const [patch, kernel, products] = this.grids;
    const [times, equals] = ["×", "="].map((sign) => html("span", "digit-inside__sign", sign));
    this.product.append(patch.root, times, kernel.root, equals, products.root);
    const lists = html("div", "digit-inside__lists");
    lists.append(this.contributions.root, this.against.root);
    body.append(this.mapPart, this.sourcePart, this.product, lists, this.chain.root);
    return body;
  }
}

/**
 * @param {HTMLElement} around
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLElement} text
 */
function figure(around, canvas, text) {
  const part = html("div", "digit-inside__figure");
  around.prepend(canvas);
  part.append(around, text);
  return part;
}

/**
 * @param {string} text
 * @param {string} [label] where the text says too little
 */
function button(text, label = "") {
  const made = Object.assign(html("button", "studio-button digit-inside__button", text), { type: "button" });
  if (label) made.setAttribute("aria-label", label);
  return made;
}

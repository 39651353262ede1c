// All experiments, a card each: number, title, question, and what one has come to know of it.

import { html } from "../shared/elements.js";
import { mount } from "../shared/mount.js";

/** @typedef {{ id: string, number: string, title: string, question: string, more: string }} Card */

class Cards {
  /** @param {HTMLElement} parentElement */
  constructor(parentElement) {
    this.list = /** @type {HTMLElement} */ (parentElement.querySelector(".experiment-cards"));
    this.known = "";
  }

  /** @param {import("../shared/mount.js").Component} component */
  update({ data, setTriggerValue }) {
    const known = JSON.stringify(data.cards);
    if (known === this.known) return; // so that focus stays where it is
    this.known = known;
    this.list.replaceChildren(...data.cards.map((card) => this.item(card, () => setTriggerValue("chosen", card.id))));
  }

  /**
   * @param {Card} card
   * @param {() => void} choose
   */
  item(card, choose) {
    const item = html("li", "experiment-cards__item");
    const button = html("button", "experiment-cards__card");
    button.type = "button";
    for (const part of /** @type {const} */ (["number", "title", "question", "more"])) {
      button.append(html("span", `experiment-cards__${part}`, card[part]), " ");
    }
    button.addEventListener("click", choose);
    item.append(button);
    return item;
  }

  stop() {}
}

export default mount(Cards);

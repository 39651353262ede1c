// Pictures of digits with a line or two below each, all cut from one sheet. Where they can be chosen, each is a button.

import { html } from "./elements.js";

const drawn = new WeakMap(); // what a list shows, so that an answer that changes nothing leaves focus and scroll alone

function part(kind, content) {
  return html("span", `digit-gallery__${kind}`, content);
}

function share(index, count) {
  return count > 1 ? `${(100 * index) / (count - 1)}%` : "0%";
}

function picture(index, { url, columns, rows }) {
  const cut = part("picture", "");
  cut.style.backgroundImage = `url(${url})`;
  cut.style.backgroundSize = `${100 * columns}% ${100 * rows}%`;
  cut.style.backgroundPosition = `${share(index % columns, columns)} ${share(Math.floor(index / columns), rows)}`;
  return cut;
}

function tile(entry, index, sheet, choose) {
  const item = html("li", "digit-gallery__item");
  const body = html(choose ? "button" : "div", "digit-gallery__tile");
  // who speaks to the page calls a button by what stands on it
  body.setAttribute("aria-label", choose ? `${entry.label}: ${entry.title} ${entry.text}` : entry.label);
  if (choose) {
    body.setAttribute("type", "button");
    body.addEventListener("click", () => choose(index));
  } else {
    body.setAttribute("role", "img");
  }
  body.append(picture(index, sheet), part("title", entry.title), " ", part("text", entry.text));
  if (entry.marked) body.dataset.marked = "";
  item.append(body);
  return item;
}

export default function ({ parentElement, data, setTriggerValue }) {
  const list = parentElement.querySelector(".digit-gallery");
  const known = JSON.stringify(data);
  if (drawn.get(list) === known) return;
  drawn.set(list, known);
  list.dataset.arrangement = data.arrangement;
  list.setAttribute("aria-label", data.name);
  const choose = data.choosable ? (index) => setTriggerValue("chosen", index) : null;
  list.replaceChildren(...data.entries.map((entry, index) => tile(entry, index, data.sheet, choose)));
}

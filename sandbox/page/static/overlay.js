// What lies over the page: layers that take the keyboard, menus, questions and short notices.

import { h } from "./dom.js";
import { bare, text } from "./mrkdwn.js";

const SHOWN = 8000; // milliseconds a notice stays
const layers = [];

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !layers.length) return;
  event.preventDefault();
  layers.at(-1).onEscape();
});

/** Put `node` over everything; what is below can be neither clicked nor reached by Tab. */
export function openLayer(node, onEscape) {
  const layer = { node, onEscape, opener: document.activeElement?.id };
  layers.push(layer);
  document.getElementById("layers").append(node);
  settle();
  return () => {
    layers.splice(layers.indexOf(layer), 1);
    node.remove();
    settle();
    if (document.activeElement === document.body) focusAgain(layer.opener);
  };
}

/** Ask a Block Kit confirmation; resolves to true or false. */
export function confirmed(dialog, names) {
  return new Promise((resolve) => {
    const answer = (value) => () => (close(), resolve(value));
    const danger = dialog.style === "danger" ? "danger" : "primary";
    const yes = h(
      "button",
      { class: `button ${danger}`, onclick: answer(true) },
      bare(dialog.confirm) || "Yes",
    );
    const no = h(
      "button",
      { class: "button", onclick: answer(false) },
      bare(dialog.deny) || "Cancel",
    );
    const box = h(
      "div",
      {
        class: "dialog small",
        role: "alertdialog",
        "aria-modal": "true",
        "aria-label": bare(dialog.title),
      },
      h("header", {}, h("h2", {}, bare(dialog.title))),
      h("div", { class: "dialog-body text" }, text(dialog.text, names)),
      h("footer", {}, no, yes),
    );
    const close = openLayer(h("div", { class: "shade" }, box), answer(false));
    yes.focus();
  });
}

/** Open a menu of `{label, detail, danger, choose}` beside the button that was pressed. */
export function openMenu(button, label, entries) {
  const items = entries.map((entry) => menuItem(entry, () => close()));
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label }, items);
  menu.addEventListener("keydown", (event) => step(event, items));
  const sheet = h("div", { class: "sheet" }, menu);
  sheet.addEventListener("click", (event) => event.target === sheet && close());
  button.setAttribute("aria-expanded", "true");
  const closeLayer = openLayer(sheet, () => close());
  const close = () => {
    button.setAttribute("aria-expanded", "false");
    closeLayer();
  };
  anchor(menu, button);
  items[0]?.focus();
}

/** Show a short notice, or with null take the last one away. */
export function toast(message) {
  const place = document.getElementById("toasts");
  place.replaceChildren();
  if (!message) return;
  const note = h("div", { class: "toast", dataset: { testid: "toast" } }, message);
  place.append(note);
  setTimeout(() => note.remove(), SHOWN);
}

function menuItem({ label, detail, danger, choose }, close) {
  const pick = () => (close(), choose());
  const props = { class: `menu-item${danger ? " danger" : ""}`, role: "menuitem", onclick: pick };
  return h("button", props, h("span", {}, label), detail && h("small", {}, detail));
}

function step(event, items) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const at = items.indexOf(document.activeElement);
  items[(at + by + items.length) % items.length].focus();
}

function anchor(menu, button) {
  const at = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = at.bottom + 4 + height < window.innerHeight;
  menu.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, below ? at.bottom + 4 : at.top - height - 4)}px`;
}

function settle() {
  document.getElementById("app").inert = layers.length > 0;
  layers.forEach((layer, index) => (layer.node.inert = index < layers.length - 1));
}

function focusAgain(id) {
  const opener = id && document.getElementById(id);
  if (opener) opener.focus();
}

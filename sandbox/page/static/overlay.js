// Everything above the page: modal layers, menus, confirmation dialogs and toasts.

import { h } from "./dom.js";
import { plainString, text } from "./mrkdwn.js";

const TOAST_DURATION = 8000; // milliseconds
const layers = [];

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !layers.length) return;
  event.preventDefault();
  layers.at(-1).onEscape();
});

/** Open `node` as the top layer; everything below becomes inert. Returns a function to close it. */
export function openLayer(node, onEscape) {
  const layer = { node, onEscape, opener: document.activeElement?.id };
  layers.push(layer);
  document.getElementById("layers").append(node);
  blockLowerLayers();
  return () => {
    layers.splice(layers.indexOf(layer), 1);
    node.remove();
    blockLowerLayers();
    if (document.activeElement === document.body) restoreFocus(layer.opener);
  };
}

/** Show a Block Kit confirmation dialog; resolves to true or false. */
export function confirmDialog(dialog, names) {
  return new Promise((resolve) => {
    const answer = (value) => () => (close(), resolve(value));
    const danger = dialog.style === "danger" ? "danger" : "primary";
    const yes = h(
      "button",
      { class: `button ${danger}`, onclick: answer(true) },
      plainString(dialog.confirm) || "Yes",
    );
    const no = h(
      "button",
      { class: "button", onclick: answer(false) },
      plainString(dialog.deny) || "Cancel",
    );
    const box = h(
      "div",
      {
        class: "dialog small",
        role: "alertdialog",
        "aria-modal": "true",
        "aria-label": plainString(dialog.title),
      },
      h("header", {}, h("h2", {}, plainString(dialog.title))),
      h("div", { class: "dialog-body text" }, text(dialog.text, names)),
      h("footer", {}, no, yes),
    );
    const close = openLayer(h("div", { class: "shade" }, box), answer(false));
    yes.focus();
  });
}

/** Open a menu next to `button`; `entries` are `{label, detail, danger, choose}`. */
export function openMenu(button, label, entries) {
  const items = entries.map((entry) => menuItem(entry, () => close()));
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label }, items);
  menu.addEventListener("keydown", (event) => moveFocus(event, items));
  const sheet = h("div", { class: "sheet" }, menu);
  sheet.addEventListener("click", (event) => event.target === sheet && close());
  button.setAttribute("aria-expanded", "true");
  const closeLayer = openLayer(sheet, () => close());
  const close = () => {
    button.setAttribute("aria-expanded", "false");
    closeLayer();
  };
  placeBeside(menu, button);
  items[0]?.focus();
}

/** Show a toast, or with null remove the last one. */
export function toast(message) {
  const place = document.getElementById("toasts");
  place.replaceChildren();
  if (!message) return;
  const note = h("div", { class: "toast", dataset: { testid: "toast" } }, message);
  place.append(note);
  setTimeout(() => note.remove(), TOAST_DURATION);
}

function menuItem({ label, detail, danger, choose }, close) {
  const pick = () => (close(), choose());
  const props = { class: `menu-item${danger ? " danger" : ""}`, role: "menuitem", onclick: pick };
  return h("button", props, h("span", {}, label), detail && h("small", {}, detail));
}

function moveFocus(event, items) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const at = items.indexOf(document.activeElement);
  items[(at + by + items.length) % items.length].focus();
}

function placeBeside(menu, button) {
  const at = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = at.bottom + 4 + height < window.innerHeight;
  menu.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, below ? at.bottom + 4 : at.top - height - 4)}px`;
}

function blockLowerLayers() {
  document.getElementById("app").inert = layers.length > 0;
  layers.forEach((layer, index) => (layer.node.inert = index < layers.length - 1));
}

function restoreFocus(id) {
  const opener = id && document.getElementById(id);
  if (opener) opener.focus();
}

// Draws Block Kit: each block of a view or message becomes one node.

import { control, isGroup, bind } from "./controls.js";
import { h, idOf } from "./dom.js";
import { icon } from "./icons.js";
import { plainString } from "./mrkdwn.js";
import { reconcile } from "./redraw.js";
import { richText } from "./richtext.js";
import { dataTable } from "./datatable.js";

const DRAW = {
  header: (block, { names, heading }) => h(heading, { class: "header" }, names.text(block.text)),
  divider: () => h("hr"),
  section,
  context,
  actions,
  image,
  input,
  alert,
  data_table: (block, surface) => dataTable(block, surface),
  rich_text: (block, { names }) => richText(block, names),
};

const LEVELS = { info: "Information", warning: "Warning", error: "Error", success: "Success" };

/**
 * Draw `blocks` into `parent`; unchanged blocks keep their nodes.
 * `surface` is the view or message with the blocks (see surface.js).
 */
export function drawBlocks(parent, blocks, surface) {
  return reconcile(
    parent,
    blocks.map((block, index) => ({
      key: block.block_id ?? String(index),
      signature: JSON.stringify([block, surface.entered.revision(block.block_id)]),
      make: () => drawBlock(block, surface),
    })),
  );
}

/** Show an error below an input block, or hide it if `words` is empty. */
export function showError(node, words) {
  const place = node.querySelector(".error");
  const field = node.querySelector("[data-action-id]");
  if (!place || !field) return;
  place.textContent = words ?? "";
  place.hidden = !words;
  node.classList.toggle("wrong", Boolean(words));
  const hint = node.querySelector(".hint")?.id;
  const about = [hint, words && place.id].filter(Boolean).join(" ");
  for (const [name, value] of [
    ["aria-invalid", words && "true"],
    ["aria-describedby", about],
  ]) {
    if (value) field.setAttribute(name, value);
    else field.removeAttribute(name);
  }
}

function drawBlock(block, surface) {
  const draw = DRAW[block.type] ?? unknown;
  const inner = draw(block, surface);
  return h("div", { class: `block ${block.type}`, dataset: { blockId: block.block_id } }, inner);
}

function section(block, surface) {
  const words = block.text && h("div", { class: "text" }, surface.names.text(block.text));
  const cell = (field) => h("div", { class: "text" }, surface.names.text(field));
  const fields = block.fields && h("div", { class: "fields" }, block.fields.map(cell));
  const accessory = block.accessory && element(block, block.accessory, surface, block.text);
  return [h("div", { class: "section-text" }, words, fields), accessory];
}

function context(block, { names }) {
  return block.elements.map((part) =>
    part.type === "image" ? placeholder(part, 16) : h("span", { class: "text" }, names.text(part)),
  );
}

// The level is said to screen readers, and drawn as an icon and a colour for others.
function alert(block, { names }) {
  const level = block.level ?? "default";
  const isUrgent = level === "error" || level === "warning";
  const said = LEVELS[level] && h("span", { class: "unseen" }, `${LEVELS[level]}: `);
  const words = h("div", { class: "text" }, said, names.text(block.text));
  const shape = icon(level === "success" ? "check" : "notice");
  return h("div", { class: `callout is-${level}`, role: isUrgent ? "alert" : "status" }, shape, words);
}

function actions(block, surface) {
  return block.elements.map((part) => element(block, part, surface));
}

function element(block, part, surface, text) {
  if (part.type === "image") return placeholder(part, 28);
  const label = text && part.type !== "button" && part.type !== "overflow" ? plainString(text) : "";
  return control(bind(surface, block, part, { label }));
}

function image(block) {
  const title = block.title && h("figcaption", {}, plainString(block.title));
  return h("figure", {}, title, placeholder(block, 40));
}

// A placeholder, as the page loads nothing from other servers.
function placeholder({ alt_text: alt }, size) {
  return h("span", { class: "picture", role: "img", "aria-label": alt }, icon("image", size));
}

function input(block, surface) {
  const part = block.element;
  const labelId = idOf(surface.key, block.block_id, "label");
  const settings = {
    label: plainString(block.label),
    labelId,
    sends: Boolean(block.dispatch_action),
    required: !block.optional,
  };
  const binding = bind(surface, block, part, settings);
  const label = isGroup(part.type)
    ? h("span", { id: labelId, class: "label" }, plainString(block.label))
    : h("label", { id: labelId, class: "label", for: binding.id }, plainString(block.label));
  const optional = block.optional && h("span", { class: "optional" }, "(optional)");
  const hintId = idOf(surface.key, block.block_id, "hint");
  const hint = block.hint && h("p", { id: hintId, class: "hint" }, surface.names.text(block.hint));
  const error = h("p", {
    id: idOf(surface.key, block.block_id, "error"),
    class: "error",
    hidden: true,
  });
  const field = control(binding);
  if (hint) field.setAttribute("aria-describedby", hintId);
  return [h("div", { class: "label-row" }, label, optional), field, error, hint];
}

function unknown(block) {
  return h("p", { class: "hint" }, `A block of type “${block.type}” is not drawn here.`);
}

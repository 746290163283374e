// Block Kit: one node for each block of a view or message.

import { control, isGroup, slotOf } from "./controls.js";
import { h, idOf } from "./dom.js";
import { icon } from "./icons.js";
import { bare } from "./mrkdwn.js";
import { reconcile } from "./redraw.js";
import { richText } from "./richtext.js";

const DRAW = {
  header: (block, { names }) => h("h3", { class: "header" }, names.text(block.text)),
  divider: () => h("hr"),
  section,
  context,
  actions,
  image,
  input,
  rich_text: (block, { names }) => richText(block, names),
};

/**
 * Draw `blocks` into `parent`, leaving untouched what did not change.
 * `scene` is where they stand: key, answers, names, people, channels, fire, suggest.
 */
export function drawBlocks(parent, blocks, scene) {
  return reconcile(
    parent,
    blocks.map((block, index) => ({
      key: block.block_id ?? String(index),
      sign: JSON.stringify([block, scene.answers.revision(block.block_id)]),
      make: () => drawBlock(block, scene),
    })),
  );
}

/** Show an error under an input block, or take it away. */
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

function drawBlock(block, scene) {
  const draw = DRAW[block.type] ?? unknown;
  const inner = draw(block, scene);
  return h("div", { class: `block ${block.type}`, dataset: { blockId: block.block_id } }, inner);
}

function section(block, scene) {
  const words = block.text && h("div", { class: "text" }, scene.names.text(block.text));
  const cell = (field) => h("div", { class: "text" }, scene.names.text(field));
  const fields = block.fields && h("div", { class: "fields" }, block.fields.map(cell));
  const accessory = block.accessory && element(block, block.accessory, scene, block.text);
  return [h("div", { class: "section-text" }, words, fields), accessory];
}

function context(block, { names }) {
  return block.elements.map((part) =>
    part.type === "image" ? placeholder(part, 16) : h("span", { class: "text" }, names.text(part)),
  );
}

function actions(block, scene) {
  return block.elements.map((part) => element(block, part, scene));
}

function element(block, part, scene, text) {
  if (part.type === "image") return placeholder(part, 28);
  const label = text && part.type !== "button" && part.type !== "overflow" ? bare(text) : "";
  return control(slotOf(scene, block, part, { label }));
}

function image(block) {
  const title = block.title && h("figcaption", {}, bare(block.title));
  return h("figure", {}, title, placeholder(block, 40));
}

// Pictures live elsewhere and this page loads nothing from elsewhere.
function placeholder({ alt_text: alt }, size) {
  return h("span", { class: "picture", role: "img", "aria-label": alt }, icon("image", size));
}

function input(block, scene) {
  const part = block.element;
  const labelId = idOf(scene.key, block.block_id, "label");
  const settings = {
    label: bare(block.label),
    labelId,
    sends: Boolean(block.dispatch_action),
    required: !block.optional,
  };
  const slot = slotOf(scene, block, part, settings);
  const label = isGroup(part.type)
    ? h("span", { id: labelId, class: "label" }, bare(block.label))
    : h("label", { id: labelId, class: "label", for: slot.id }, bare(block.label));
  const optional = block.optional && h("span", { class: "optional" }, "(optional)");
  const hintId = idOf(scene.key, block.block_id, "hint");
  const hint = block.hint && h("p", { id: hintId, class: "hint" }, scene.names.text(block.hint));
  const error = h("p", {
    id: idOf(scene.key, block.block_id, "error"),
    class: "error",
    hidden: true,
  });
  const field = control(slot);
  if (hint) field.setAttribute("aria-describedby", hintId);
  return [h("div", { class: "label-row" }, label, optional), field, error, hint];
}

function unknown(block) {
  return h("p", { class: "hint" }, `A block of type “${block.type}” is not drawn here.`);
}

// Interactive elements: which control each Slack element gets, and what its use sends.

import { buttonsField, menuField, tickList } from "./choices.js";
import { h, idOf } from "./dom.js";
import { fileField } from "./filefield.js";
import { icon } from "./icons.js";
import { bare } from "./mrkdwn.js";
import { openMenu } from "./overlay.js";
import { searchField } from "./search.js";
import { fieldOf } from "./values.js";

const TYPES = {
  email_text_input: "email",
  url_text_input: "url",
  number_input: "text",
  datepicker: "date",
  timepicker: "time",
};
const PAUSE = 300; // milliseconds: Slack, too, waits for a pause before it sends characters
const OPTION = {
  read: (value) => value?.value,
  write: (value, options) => options.find((option) => option.value === value) ?? null,
};
const OPTIONS = {
  read: (value) => value.map((option) => option.value),
  write: (values, options) => options.filter((option) => values.includes(option.value)),
};
const ID = { read: (value) => value, write: (value) => value || null };
const IDS = { read: (value) => value, write: (values) => values };

const CONTROLS = {
  button: pushButton,
  overflow: overflowButton,
  static_select: (slot) => menuField(slot, groupsOf(slot.element), OPTION),
  multi_static_select: (slot) => tickList(slot, groupsOf(slot.element), OPTIONS),
  external_select: searchField,
  multi_external_select: searchField,
  users_select: (slot) => menuField(slot, people(slot), ID),
  multi_users_select: (slot) => tickList(slot, people(slot), IDS),
  conversations_select: (slot) => menuField(slot, channels(slot), ID),
  multi_conversations_select: (slot) => tickList(slot, channels(slot), IDS),
  channels_select: (slot) => menuField(slot, channels(slot), ID),
  multi_channels_select: (slot) => tickList(slot, channels(slot), IDS),
  checkboxes: (slot) => buttonsField(slot, "checkbox"),
  radio_buttons: (slot) => buttonsField(slot, "radio"),
  datepicker: momentField,
  timepicker: momentField,
  file_input: fileField,
};

/** Elements that consist of several controls and are named by `aria-labelledby`. */
export function isGroup(type) {
  return ["checkboxes", "radio_buttons"].includes(type) || /^multi_(?!external)/u.test(type);
}

/** Draw an element. `slot` comes from `slotOf`. */
export function control(slot) {
  return (CONTROLS[slot.element.type] ?? textField)(slot);
}

/**
 * Tie an element to the view or message it stands in.
 * `sends` says whether using it sends a block action; `label` is its accessible name.
 */
export function slotOf(
  scene,
  block,
  element,
  { label = "", labelId, sends = true, required = false },
) {
  const id = idOf(scene.key, block.block_id, element.action_id);
  const at = { blockId: block.block_id, actionId: element.action_id };
  const name = label || bare(element.placeholder);
  const value = () => scene.answers.of(block.block_id, element);
  const send = (details, pressed) => sends && scene.fire(block, element, details, pressed);
  const action = () => {
    const field = fieldOf(element.type);
    return field ? { [field]: value() } : {};
  };
  return {
    id,
    element,
    name,
    sends,
    value,
    names: scene.names,
    people: scene.people,
    channels: scene.channels,
    attributes: {
      id,
      dataset: at,
      "aria-label": labelId ? undefined : name,
      "aria-required": required && "true",
    },
    group: {
      id,
      dataset: at,
      tabindex: "-1",
      "aria-labelledby": labelId,
      "aria-label": labelId ? undefined : name,
    },
    put: (entered) => scene.answers.put(block.block_id, element, entered),
    fire: (details, pressed) => send({ ...action(), ...details }, pressed),
    upload: scene.upload,
    suggest: (text) => scene.suggest(block, element, text),
  };
}

function pushButton(slot) {
  const { element, attributes } = slot;
  const label = element.accessibility_label ?? bare(element.text);
  const look = { class: `button ${element.style ?? ""}`, type: "button", "aria-label": label };
  const press = () => {
    if (element.url) window.open(element.url, "_blank", "noopener");
    slot.fire({ value: element.value, text: element.text }, button);
  };
  const words = slot.names.text(element.text);
  const button = h("button", { ...attributes, ...look, onclick: press }, words);
  return button;
}

function overflowButton(slot) {
  const label = slot.name || "More actions";
  const entries = slot.element.options.map((option) => ({
    label: bare(option.text),
    detail: option.description && bare(option.description),
    choose: () => {
      if (option.url) window.open(option.url, "_blank", "noopener");
      slot.fire({ selected_option: option });
    },
  }));
  const look = {
    class: "button overflow",
    type: "button",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
  };
  const open = () => openMenu(button, label, entries);
  const all = { ...slot.attributes, ...look, "aria-label": label, onclick: open };
  const button = h("button", all, icon("more"));
  return button;
}

function textField(slot) {
  const { element } = slot;
  const tag = element.multiline ? "textarea" : "input";
  const type = element.multiline ? undefined : (TYPES[element.type] ?? "text");
  const limits = {
    maxlength: element.max_length,
    inputmode: element.type === "number_input" && "decimal",
  };
  const look = {
    class: "field",
    type,
    rows: element.multiline && 3,
    autocomplete: "off",
    spellcheck: "false",
  };
  const hint = bare(element.placeholder) || undefined;
  const value = slot.value() ?? "";
  const field = h(tag, { ...slot.attributes, ...look, ...limits, placeholder: hint, value });
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  let timer = 0;
  field.addEventListener("input", () => {
    slot.put(field.value || null);
    clearTimeout(timer);
    if (!triggers.includes("on_character_entered")) return;
    timer = setTimeout(() => field.isConnected && slot.fire(), PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || element.multiline || event.isComposing) return;
    event.preventDefault();
    clearTimeout(timer);
    if (triggers.includes("on_enter_pressed")) slot.fire();
  });
  return field;
}

function momentField(slot) {
  const type = TYPES[slot.element.type];
  const field = h("input", {
    ...slot.attributes,
    class: "field short",
    type,
    value: slot.value() ?? "",
  });
  field.addEventListener("change", () => {
    slot.put(field.value || null);
    slot.fire();
  });
  return field;
}

function groupsOf(element) {
  return element.option_groups ?? [{ options: element.options ?? [] }];
}

function people(slot) {
  const present = slot.people.filter((member) => !member.deleted && !member.is_bot);
  return [{ options: present.map((member) => choice(member.id, member.real_name || member.name)) }];
}

function channels(slot) {
  return [{ options: slot.channels.map(({ id, name }) => choice(id, `#${name}`)) }];
}

function choice(value, words) {
  return { value, text: { type: "plain_text", text: words } };
}

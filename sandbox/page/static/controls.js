// Draws interactive elements, and sends the actions of those that are used.

import { buttonsField, menuField, tickList } from "./choices.js";
import { h, idOf } from "./dom.js";
import { fileField } from "./filefield.js";
import { icon } from "./icons.js";
import { plainString } from "./mrkdwn.js";
import { openMenu } from "./overlay.js";
import { externalSelect } from "./externalselect.js";
import { fieldOf } from "./values.js";

const TYPES = {
  email_text_input: "email",
  url_text_input: "url",
  number_input: "text",
  datepicker: "date",
  timepicker: "time",
};
const TYPING_DELAY = 300; // milliseconds without typing before an action is sent, as in Slack
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
  static_select: (binding) => menuField(binding, groupsOf(binding.element), OPTION),
  multi_static_select: (binding) => tickList(binding, groupsOf(binding.element), OPTIONS),
  external_select: externalSelect,
  multi_external_select: externalSelect,
  users_select: (binding) => menuField(binding, memberOptions(binding), ID),
  multi_users_select: (binding) => tickList(binding, memberOptions(binding), IDS),
  conversations_select: (binding) => menuField(binding, channelOptions(binding), ID),
  multi_conversations_select: (binding) => tickList(binding, channelOptions(binding), IDS),
  channels_select: (binding) => menuField(binding, channelOptions(binding), ID),
  multi_channels_select: (binding) => tickList(binding, channelOptions(binding), IDS),
  checkboxes: (binding) => buttonsField(binding, "checkbox"),
  radio_buttons: (binding) => buttonsField(binding, "radio"),
  datepicker: dateOrTimeField,
  timepicker: dateOrTimeField,
  file_input: fileField,
};

/** Say whether an element consists of several controls, which need `aria-labelledby`. */
export function isGroup(type) {
  return ["checkboxes", "radio_buttons"].includes(type) || /^multi_(?!external)/u.test(type);
}

/** Draw an element; `binding` comes from `bind`. */
export function control(binding) {
  return (CONTROLS[binding.element.type] ?? textField)(binding);
}

/**
 * Return the binding of an element to its surface: attributes, current value, functions to act.
 * `sends` says whether using the element sends a block action; `label` is its accessible name.
 */
export function bind(
  surface,
  block,
  element,
  { label = "", labelId, sends = true, required = false },
) {
  const id = idOf(surface.key, block.block_id, element.action_id);
  const at = { blockId: block.block_id, actionId: element.action_id };
  const name = label || plainString(element.placeholder);
  const value = () => surface.entered.of(block.block_id, element);
  const send = (details, pressed) => sends && surface.fire(block, element, details, pressed);
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
    names: surface.names,
    people: surface.people,
    channels: surface.channels,
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
    put: (entry) => surface.entered.put(block.block_id, element, entry),
    fire: (details, pressed) => send({ ...action(), ...details }, pressed),
    upload: surface.upload,
    waitFor: surface.waitFor,
    suggest: (text) => surface.suggest(block, element, text),
  };
}

function pushButton(binding) {
  const { element, attributes } = binding;
  const label = element.accessibility_label ?? plainString(element.text);
  const attrs = { class: `button ${element.style ?? ""}`, type: "button", "aria-label": label };
  const press = () => {
    if (element.url) window.open(element.url, "_blank", "noopener");
    binding.fire({ value: element.value, text: element.text }, button);
  };
  const words = binding.names.text(element.text);
  const button = h("button", { ...attributes, ...attrs, onclick: press }, words);
  return button;
}

function overflowButton(binding) {
  const label = binding.name || "More actions";
  const entries = binding.element.options.map((option) => ({
    label: plainString(option.text),
    detail: option.description && plainString(option.description),
    choose: () => {
      if (option.url) window.open(option.url, "_blank", "noopener");
      binding.fire({ selected_option: option });
    },
  }));
  const attrs = {
    class: "button overflow",
    type: "button",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
  };
  const open = () => openMenu(button, label, entries);
  const all = { ...binding.attributes, ...attrs, "aria-label": label, onclick: open };
  const button = h("button", all, icon("more"));
  return button;
}

function textField(binding) {
  const { element } = binding;
  const tag = element.multiline ? "textarea" : "input";
  const type = element.multiline ? undefined : (TYPES[element.type] ?? "text");
  const limits = {
    maxlength: element.max_length,
    inputmode: element.type === "number_input" && "decimal",
  };
  const attrs = {
    class: "field",
    type,
    rows: element.multiline && 3,
    autocomplete: "off",
    spellcheck: "false",
  };
  const hint = plainString(element.placeholder) || undefined;
  const value = binding.value() ?? "";
  const field = h(tag, { ...binding.attributes, ...attrs, ...limits, placeholder: hint, value });
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  let timer = 0;
  field.addEventListener("input", () => {
    binding.put(field.value || null);
    clearTimeout(timer);
    if (!triggers.includes("on_character_entered")) return;
    timer = setTimeout(() => field.isConnected && binding.fire(), TYPING_DELAY);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || element.multiline || event.isComposing) return;
    event.preventDefault();
    clearTimeout(timer);
    if (triggers.includes("on_enter_pressed")) binding.fire();
  });
  return field;
}

function dateOrTimeField(binding) {
  const type = TYPES[binding.element.type];
  const field = h("input", {
    ...binding.attributes,
    class: "field short",
    type,
    value: binding.value() ?? "",
  });
  field.addEventListener("change", () => {
    binding.put(field.value || null);
    binding.fire();
  });
  return field;
}

function groupsOf(element) {
  return element.option_groups ?? [{ options: element.options ?? [] }];
}

function memberOptions(binding) {
  const present = binding.people.filter((member) => !member.deleted && !member.is_bot);
  return [
    { options: present.map((member) => optionOf(member.id, member.real_name || member.name)) },
  ];
}

function channelOptions(binding) {
  return [{ options: binding.channels.map(({ id, name }) => optionOf(id, `#${name}`)) }];
}

function optionOf(value, words) {
  return { value, text: { type: "plain_text", text: words } };
}

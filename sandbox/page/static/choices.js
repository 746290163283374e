// Fields with fixed options: menus, checklists, checkboxes and radio buttons.

import { h } from "./dom.js";
import { plainString, text } from "./mrkdwn.js";

const MIN_OPTIONS_FOR_FILTER = 9; // shorter lists need no filter

/** A native menu; `groups` is `[{label, options}]`, for a flat list one group without a label. */
export function menuField(binding, groups, { read, write }) {
  const chosen = read(binding.value());
  const empty = h(
    "option",
    { value: "" },
    plainString(binding.element.placeholder) || "Choose an option",
  );
  const draw = (option) =>
    h(
      "option",
      { value: option.value, selected: option.value === chosen },
      plainString(option.text),
    );
  const lists = groups.map(({ label, options }) =>
    label ? h("optgroup", { label: plainString(label) }, options.map(draw)) : options.map(draw),
  );
  const field = h("select", { ...binding.attributes, class: "field" }, empty, lists);
  const markIfEmpty = () => field.classList.toggle("blank", !field.value);
  markIfEmpty();
  field.addEventListener("change", () => {
    markIfEmpty();
    binding.put(
      write(
        field.value,
        groups.flatMap((group) => group.options),
      ),
    );
    binding.fire();
  });
  return field;
}

/** A checklist for a multi-select with known options; long lists get a filter. */
export function tickList(binding, groups, { read, write }) {
  const options = groups.flatMap((group) => group.options);
  const chosen = new Set(read(binding.value()));
  const most = binding.element.max_selected_items ?? Infinity;
  const count = h("span", { class: "count", "aria-live": "polite" });
  const rows = new Map(
    options.map((option) => [option, tick(binding, option, chosen, "checkbox")]),
  );
  const boxes = [...rows.values()].map((row) => row.querySelector("input"));
  const updateCount = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    count.textContent = ticked ? `${ticked} selected` : "";
    for (const box of boxes) box.disabled = !box.checked && ticked >= most;
  };
  updateCount();
  const parts = groups.map(({ label, options: own }) =>
    optionGroup(
      binding,
      label,
      own.map((o) => rows.get(o)),
    ),
  );
  const list = h("div", { class: "ticks-scroll" }, parts);
  const filter = options.length >= MIN_OPTIONS_FOR_FILTER && filterBox(binding, rows, parts);
  const head = h("div", { class: "ticks-head" }, filter, count);
  const group = h("div", { ...binding.group, class: "ticks boxed", role: "group" }, head, list);
  list.addEventListener("change", () => {
    updateCount();
    const values = boxes.filter((box) => box.checked).map((box) => box.value);
    binding.put(write(values, options));
    binding.fire();
  });
  return group;
}

/** Checkboxes or radio buttons, as `type` (`checkbox` or `radio`) says. */
export function buttonsField(binding, type) {
  const { options } = binding.element;
  const value = binding.value();
  const chosen = new Set(
    [value]
      .flat()
      .filter(Boolean)
      .map((option) => option.value),
  );
  const rows = options.map((option) => tick(binding, option, chosen, type));
  const role = type === "radio" ? "radiogroup" : "group";
  const group = h("div", { ...binding.group, class: "ticks", role }, rows);
  group.addEventListener("change", () => {
    const on = new Set([...group.querySelectorAll("input:checked")].map((box) => box.value));
    const picked = options.filter((option) => on.has(option.value));
    binding.put(type === "radio" ? (picked[0] ?? null) : picked);
    binding.fire();
  });
  return group;
}

function tick(binding, option, chosen, type) {
  const id = `${binding.id}--${encodeURIComponent(option.value)}`;
  const about = option.description && `${id}--about`;
  const checked = chosen.has(option.value);
  const state = {
    id,
    type,
    name: binding.id,
    value: option.value,
    checked,
    "aria-describedby": about,
  };
  const words = h("label", { for: id }, text(option.text, binding.names));
  const detail = about && h("small", { id: about }, text(option.description, binding.names));
  return h("div", { class: "tick" }, h("input", state), h("div", {}, words, detail));
}

function optionGroup(binding, label, rows) {
  if (!label) return h("div", {}, rows);
  const name = plainString(label);
  return h(
    "div",
    { role: "group", "aria-label": name },
    h("div", { class: "ticks-title" }, name),
    rows,
  );
}

function filterBox(binding, rows, parts) {
  const id = `${binding.id}--filter`;
  const props = {
    id,
    type: "search",
    class: "field filter",
    placeholder: "Filter",
    "aria-label": "Filter",
  };
  const box = h("input", { ...props, autocomplete: "off" });
  box.addEventListener("input", () => {
    const wanted = box.value.trim().toLocaleLowerCase();
    for (const [option, row] of rows) {
      row.hidden = !plainString(option.text).toLocaleLowerCase().includes(wanted);
    }
    for (const group of parts) group.hidden = !group.querySelector(".tick:not([hidden])");
  });
  return box;
}

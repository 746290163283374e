// Fields with fixed choices: menus, lists to tick, radio buttons.

import { h } from "./dom.js";
import { bare, text } from "./mrkdwn.js";

const FILTER_FROM = 9; // a shorter list is seen at a glance

/** A native menu over `groups` (`[{label, options}]`, one without label for a flat list). */
export function menuField(slot, groups, { read, write }) {
  const chosen = read(slot.value());
  const empty = h("option", { value: "" }, bare(slot.element.placeholder) || "Choose an option");
  const draw = (option) =>
    h("option", { value: option.value, selected: option.value === chosen }, bare(option.text));
  const lists = groups.map(({ label, options }) =>
    label ? h("optgroup", { label: bare(label) }, options.map(draw)) : options.map(draw),
  );
  const field = h("select", { ...slot.attributes, class: "field" }, empty, lists);
  const dim = () => field.classList.toggle("blank", !field.value);
  dim();
  field.addEventListener("change", () => {
    dim();
    slot.put(
      write(
        field.value,
        groups.flatMap((group) => group.options),
      ),
    );
    slot.fire();
  });
  return field;
}

/** A list to tick, with a filter when it is long; for every multi select with known options. */
export function tickList(slot, groups, { read, write }) {
  const options = groups.flatMap((group) => group.options);
  const chosen = new Set(read(slot.value()));
  const most = slot.element.max_selected_items ?? Infinity;
  const count = h("span", { class: "count", "aria-live": "polite" });
  const rows = new Map(options.map((option) => [option, tick(slot, option, chosen, "checkbox")]));
  const boxes = [...rows.values()].map((row) => row.querySelector("input"));
  const settle = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    count.textContent = ticked ? `${ticked} selected` : "";
    for (const box of boxes) box.disabled = !box.checked && ticked >= most;
  };
  settle();
  const parts = groups.map(({ label, options: own }) =>
    part(
      slot,
      label,
      own.map((o) => rows.get(o)),
    ),
  );
  const list = h("div", { class: "ticks-scroll" }, parts);
  const filter = options.length >= FILTER_FROM && filterBox(slot, rows, parts);
  const head = h("div", { class: "ticks-head" }, filter, count);
  const group = h("div", { ...slot.group, class: "ticks boxed", role: "group" }, head, list);
  list.addEventListener("change", () => {
    settle();
    const values = boxes.filter((box) => box.checked).map((box) => box.value);
    slot.put(write(values, options));
    slot.fire();
  });
  return group;
}

/** Checkboxes or radio buttons, all in sight. */
export function buttonsField(slot, type) {
  const { options } = slot.element;
  const value = slot.value();
  const chosen = new Set(
    [value]
      .flat()
      .filter(Boolean)
      .map((option) => option.value),
  );
  const rows = options.map((option) => tick(slot, option, chosen, type));
  const role = type === "radio" ? "radiogroup" : "group";
  const group = h("div", { ...slot.group, class: "ticks", role }, rows);
  group.addEventListener("change", () => {
    const on = new Set([...group.querySelectorAll("input:checked")].map((box) => box.value));
    const picked = options.filter((option) => on.has(option.value));
    slot.put(type === "radio" ? (picked[0] ?? null) : picked);
    slot.fire();
  });
  return group;
}

function tick(slot, option, chosen, type) {
  const id = `${slot.id}--${encodeURIComponent(option.value)}`;
  const about = option.description && `${id}--about`;
  const checked = chosen.has(option.value);
  const state = {
    id,
    type,
    name: slot.id,
    value: option.value,
    checked,
    "aria-describedby": about,
  };
  const words = h("label", { for: id }, text(option.text, slot.names));
  const detail = about && h("small", { id: about }, text(option.description, slot.names));
  return h("div", { class: "tick" }, h("input", state), h("div", {}, words, detail));
}

function part(slot, label, rows) {
  if (!label) return h("div", {}, rows);
  const name = bare(label);
  return h(
    "div",
    { role: "group", "aria-label": name },
    h("div", { class: "ticks-title" }, name),
    rows,
  );
}

function filterBox(slot, rows, parts) {
  const id = `${slot.id}--filter`;
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
      row.hidden = !bare(option.text).toLocaleLowerCase().includes(wanted);
    }
    for (const group of parts) group.hidden = !group.querySelector(".tick:not([hidden])");
  });
  return box;
}

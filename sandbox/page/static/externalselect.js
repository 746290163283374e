// External selects: the app provides the options while the member types.

import { h, idOf } from "./dom.js";
import { icon } from "./icons.js";
import { plainString } from "./mrkdwn.js";

const TYPING_DELAY = 250; // milliseconds without typing before the app is asked for options
const DEFAULT_MIN_QUERY = 3; // Slack's default for min_query_length

/** A search field with a list of suggestions, for one or several options. */
export function externalSelect(binding) {
  return new ExternalSelect(binding).node;
}

class ExternalSelect {
  #binding;
  #isMultiple;
  #options = [];
  #selected = -1;
  #requests = 0;
  #timer = 0;

  constructor(binding) {
    this.#binding = binding;
    this.#isMultiple = binding.element.type.startsWith("multi_");
    this.list = h("div", {
      id: `${binding.id}--list`,
      class: "suggestions",
      role: "listbox",
      hidden: true,
    });
    this.list.setAttribute("aria-label", "Suggestions");
    this.field = this.#createField();
    this.chips = h("div", { class: "chips" });
    this.node = h("div", { class: "search" }, this.chips, this.field, this.list);
    this.#showChosen();
  }

  #createField() {
    const { attributes, element, id } = this.#binding;
    const aria = {
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": `${id}--list`,
      "aria-autocomplete": "list",
    };
    const placeholder = plainString(element.placeholder) || "Search";
    const field = h("input", {
      ...attributes,
      ...aria,
      type: "text",
      class: "field",
      placeholder,
      autocomplete: "off",
    });
    field.addEventListener("input", () => this.#onInput());
    // Not when it gets the focus: a modal that opens must not cover its other parts with a list.
    field.addEventListener("click", () => this.#minQueryLength() === 0 && this.#loadOptions());
    field.addEventListener("keydown", (event) => this.#onKeyDown(event));
    field.addEventListener("blur", () => {
      this.#close();
      this.#showChosen();
    });
    return field;
  }

  #minQueryLength() {
    return this.#binding.element.min_query_length ?? DEFAULT_MIN_QUERY;
  }

  #onInput() {
    clearTimeout(this.#timer);
    if (this.#query().length < this.#minQueryLength()) this.#close();
    else this.#timer = setTimeout(() => this.#loadOptions(), TYPING_DELAY);
  }

  #query() {
    const chosen = !this.#isMultiple && this.#binding.value();
    const shown = chosen ? plainString(chosen.text) : "";
    return this.field.value === shown ? "" : this.field.value.trim();
  }

  async #loadOptions() {
    const request = ++this.#requests;
    this.#showNote("Loading…");
    const answer = await this.#binding.suggest(this.#query()).catch(() => ({ ok: false }));
    if (request !== this.#requests || document.activeElement !== this.field) return;
    if (answer.ok === false) this.#showNote("The options could not be loaded.");
    else this.#showOptions(answer);
  }

  #showNote(words) {
    this.#options = [];
    this.list.replaceChildren(h("div", { class: "suggestion-note" }, words));
    this.#open();
  }

  #showOptions({ options, option_groups: groups }) {
    const lists = groups?.length ? groups : [{ options: options ?? [] }];
    this.#options = lists.flatMap((group) => group.options);
    if (!this.#options.length) return this.#showNote("No matches");
    const rows = lists.flatMap((group) => [
      group.label && h("div", { class: "ticks-title" }, plainString(group.label)),
      ...group.options.map((option) => this.#optionRow(option)),
    ]);
    this.list.replaceChildren(...rows.filter(Boolean));
    this.#select(0);
    this.#open();
  }

  #optionRow(option) {
    const id = idOf(this.#binding.id, "option", option.value);
    const detail = option.description && h("small", {}, plainString(option.description));
    const row = h(
      "div",
      { id, class: "suggestion", role: "option" },
      h("span", {}, plainString(option.text)),
      detail,
    );
    // A mouse press must not blur the field, as that would close the list before the click.
    row.addEventListener("mousedown", (event) => event.preventDefault());
    row.addEventListener("click", () => this.#choose(option));
    return row;
  }

  #onKeyDown(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const open = !this.list.hidden;
    if (by && open)
      this.#select((this.#selected + by + this.#options.length) % this.#options.length);
    else if (by) this.#loadOptions();
    else if (event.key === "Enter" && open && this.#options[this.#selected])
      this.#choose(this.#options[this.#selected]);
    else if (event.key === "Escape" && open) this.#close();
    else if (event.key === "Backspace" && this.#isMultiple && !this.field.value) this.#remove();
    else return;
    event.stopPropagation();
    if (event.key !== "Backspace") event.preventDefault();
  }

  #select(at) {
    this.#selected = at;
    const rows = [...this.list.querySelectorAll("[role=option]")];
    rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === at)));
    rows[at]?.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", rows[at]?.id ?? "");
  }

  #choose(option) {
    if (this.#isMultiple) {
      const others = this.#binding.value().filter((chosen) => chosen.value !== option.value);
      const most = this.#binding.element.max_selected_items ?? Infinity;
      if (others.length < most) this.#binding.put([...others, option]);
    } else this.#binding.put(option);
    this.#close();
    this.#showChosen();
    this.#binding.fire();
  }

  #remove(option) {
    const chosen = this.#binding.value();
    if (!chosen || (this.#isMultiple && !chosen.length)) return;
    const gone = option ?? (this.#isMultiple ? chosen.at(-1) : chosen);
    this.#binding.put(this.#isMultiple ? chosen.filter((one) => one.value !== gone.value) : null);
    this.#showChosen();
    this.#binding.fire();
  }

  #showChosen() {
    const value = this.#binding.value();
    const chosen = this.#isMultiple ? value : [];
    this.field.value = !this.#isMultiple && value ? plainString(value.text) : "";
    const chips = chosen.map((option) => this.#chip(option));
    const clear = !this.#isMultiple && value && this.#removeButton("Clear", () => this.#remove());
    this.chips.replaceChildren(...chips, ...(clear ? [clear] : []));
    this.chips.classList.toggle("single", !this.#isMultiple);
  }

  #chip(option) {
    const words = plainString(option.text);
    return h(
      "span",
      { class: "chip" },
      words,
      this.#removeButton(`Remove ${words}`, () => this.#remove(option)),
    );
  }

  #removeButton(label, act) {
    return h(
      "button",
      { class: "cross", type: "button", "aria-label": label, onclick: act },
      icon("close", 14),
    );
  }

  #open() {
    this.list.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
  }

  #close() {
    clearTimeout(this.#timer);
    this.#requests += 1;
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }
}

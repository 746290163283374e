// External selects: the options are asked of the app while one types.

import { h, idOf } from "./dom.js";
import { icon } from "./icons.js";
import { bare } from "./mrkdwn.js";

const PAUSE = 250; // milliseconds without typing before the app is asked
const LEAST = 3; // Slack's default for min_query_length

/** A search field with a list of suggestions, for one choice or several. */
export function searchField(slot) {
  return new Search(slot).node;
}

class Search {
  #slot;
  #several;
  #options = [];
  #at = -1;
  #asked = 0;
  #timer = 0;

  constructor(slot) {
    this.#slot = slot;
    this.#several = slot.element.type.startsWith("multi_");
    this.list = h("div", {
      id: `${slot.id}--list`,
      class: "suggestions",
      role: "listbox",
      hidden: true,
    });
    this.list.setAttribute("aria-label", "Suggestions");
    this.field = this.#box();
    this.chips = h("div", { class: "chips" });
    this.node = h("div", { class: "search" }, this.chips, this.field, this.list);
    this.#show();
  }

  #box() {
    const { attributes, element, id } = this.#slot;
    const aria = {
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": `${id}--list`,
      "aria-autocomplete": "list",
    };
    const placeholder = bare(element.placeholder) || "Search";
    const field = h("input", {
      ...attributes,
      ...aria,
      type: "text",
      class: "field",
      placeholder,
      autocomplete: "off",
    });
    field.addEventListener("input", () => this.#typed());
    field.addEventListener("focus", () => this.#least() === 0 && this.#ask());
    field.addEventListener("keydown", (event) => this.#key(event));
    field.addEventListener("blur", () => {
      this.#close();
      this.#show();
    });
    return field;
  }

  #least() {
    return this.#slot.element.min_query_length ?? LEAST;
  }

  #typed() {
    clearTimeout(this.#timer);
    if (this.#needle().length < this.#least()) this.#close();
    else this.#timer = setTimeout(() => this.#ask(), PAUSE);
  }

  #needle() {
    const chosen = !this.#several && this.#slot.value();
    const shown = chosen ? bare(chosen.text) : "";
    return this.field.value === shown ? "" : this.field.value.trim();
  }

  async #ask() {
    const turn = ++this.#asked;
    this.#note("Loading…");
    const answer = await this.#slot.suggest(this.#needle()).catch(() => ({ ok: false }));
    if (turn !== this.#asked || document.activeElement !== this.field) return;
    if (answer.ok === false) this.#note("The options could not be loaded.");
    else this.#offer(answer);
  }

  #note(words) {
    this.#options = [];
    this.list.replaceChildren(h("div", { class: "suggestion-note" }, words));
    this.#open();
  }

  #offer({ options, option_groups: groups }) {
    const lists = groups?.length ? groups : [{ options: options ?? [] }];
    this.#options = lists.flatMap((group) => group.options);
    if (!this.#options.length) return this.#note("No matches");
    const rows = lists.flatMap((group) => [
      group.label && h("div", { class: "ticks-title" }, bare(group.label)),
      ...group.options.map((option) => this.#row(option)),
    ]);
    this.list.replaceChildren(...rows.filter(Boolean));
    this.#mark(0);
    this.#open();
  }

  #row(option) {
    const id = idOf(this.#slot.id, "option", option.value);
    const detail = option.description && h("small", {}, bare(option.description));
    const row = h(
      "div",
      { id, class: "suggestion", role: "option" },
      h("span", {}, bare(option.text)),
      detail,
    );
    // Pressing the mouse must not blur the field, which would close the list before the click.
    row.addEventListener("mousedown", (event) => event.preventDefault());
    row.addEventListener("click", () => this.#pick(option));
    return row;
  }

  #key(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const open = !this.list.hidden;
    if (by && open) this.#mark((this.#at + by + this.#options.length) % this.#options.length);
    else if (by) this.#ask();
    else if (event.key === "Enter" && open && this.#options[this.#at])
      this.#pick(this.#options[this.#at]);
    else if (event.key === "Escape" && open) this.#close();
    else if (event.key === "Backspace" && this.#several && !this.field.value) this.#drop();
    else return;
    event.stopPropagation();
    if (event.key !== "Backspace") event.preventDefault();
  }

  #mark(at) {
    this.#at = at;
    const rows = [...this.list.querySelectorAll("[role=option]")];
    rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === at)));
    rows[at]?.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", rows[at]?.id ?? "");
  }

  #pick(option) {
    if (this.#several) {
      const others = this.#slot.value().filter((chosen) => chosen.value !== option.value);
      const most = this.#slot.element.max_selected_items ?? Infinity;
      if (others.length < most) this.#slot.put([...others, option]);
    } else this.#slot.put(option);
    this.#close();
    this.#show();
    this.#slot.fire();
  }

  #drop(option) {
    const chosen = this.#slot.value();
    if (!chosen || (this.#several && !chosen.length)) return;
    const gone = option ?? (this.#several ? chosen.at(-1) : chosen);
    this.#slot.put(this.#several ? chosen.filter((one) => one.value !== gone.value) : null);
    this.#show();
    this.#slot.fire();
  }

  #show() {
    const value = this.#slot.value();
    const chosen = this.#several ? value : [];
    this.field.value = !this.#several && value ? bare(value.text) : "";
    const chips = chosen.map((option) => this.#chip(option));
    const clear = !this.#several && value && this.#cross("Clear", () => this.#drop());
    this.chips.replaceChildren(...chips, ...(clear ? [clear] : []));
    this.chips.classList.toggle("single", !this.#several);
  }

  #chip(option) {
    const words = bare(option.text);
    return h(
      "span",
      { class: "chip" },
      words,
      this.#cross(`Remove ${words}`, () => this.#drop(option)),
    );
  }

  #cross(label, act) {
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
    this.#asked += 1;
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }
}

// The composer: writes messages and completes slash commands.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu, toast } from "./overlay.js";

/** The composer of a conversation; it keeps a draft for each member and channel. */
export class Composer {
  #store;
  #showFailure;
  #drafts = new Map();
  #conversation = null;
  #matches = [];
  #selected = 0;

  constructor(store, showFailure) {
    this.#store = store;
    this.#showFailure = showFailure;
    this.field = this.#createField();
    this.list = h("div", { id: "commands", class: "commands", role: "listbox", hidden: true });
    // It scrolls, so that it has to be focusable; the field keeps the focus all the same.
    this.list.tabIndex = 0;
    this.list.setAttribute("aria-label", "Commands");
    this.heard = h("span", { class: "unseen", role: "status" });
    const bolt = {
      id: "shortcuts",
      class: "bare",
      type: "button",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    };
    this.shortcuts = h(
      "button",
      {
        ...bolt,
        "aria-label": "Shortcuts",
        title: "Shortcuts",
        onclick: () => this.#openShortcuts(),
      },
      icon("bolt"),
    );
    this.send = h(
      "button",
      { class: "send", type: "button", "aria-label": "Send", onclick: () => this.#send() },
      icon("send"),
    );
    this.note = h("p", { class: "composer-note", hidden: true });
    const bar = h(
      "div",
      { class: "composer-bar" },
      this.shortcuts,
      h("span", { class: "hint" }, "Type / for commands"),
      this.send,
    );
    this.node = h(
      "div",
      { class: "composer" },
      this.list,
      this.heard,
      this.note,
      (this.box = h("div", { class: "composer-box" }, this.field, bar)),
    );
  }

  /** Draw the composer for `channel` (`{id, label}`). */
  draw(state, channel) {
    const place = `${state.member} ${channel.id}`;
    if (place !== this.#conversation) {
      this.#conversation = place;
      this.field.value = this.#drafts.get(place) ?? "";
      this.#suggestCommands();
      this.#fitHeight();
    }
    this.channel = channel.id;
    this.app = state.app;
    this.shortcuts.hidden = !state.app.shortcuts.length;
    const label = `Message ${channel.label}`;
    this.field.setAttribute("aria-label", label);
    this.field.placeholder = label;
    const me = state.members.find((member) => member.id === state.member);
    this.box.hidden = Boolean(me?.deleted);
    this.note.hidden = !me?.deleted;
    this.note.textContent = "This account is deactivated and cannot write or use apps.";
  }

  #createField() {
    // A text area cannot be a combobox, so the list is told of by `heard` instead.
    const aria = {
      "aria-controls": "commands",
      "aria-autocomplete": "list",
    };
    const field = h("textarea", {
      id: "composer",
      rows: 1,
      ...aria,
      dataset: { testid: "composer" },
    });
    field.addEventListener("input", () => {
      this.#drafts.set(this.#conversation, field.value);
      this.#suggestCommands();
      this.#fitHeight();
    });
    field.addEventListener("keydown", (event) => this.#onKeyDown(event));
    field.addEventListener("blur", () => this.#showCommands([]));
    return field;
  }

  #setText(words) {
    this.field.value = words;
    this.#drafts.set(this.#conversation, words);
    this.#fitHeight();
  }

  #fitHeight() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
  }

  #suggestCommands() {
    const typed = this.field.value;
    const partial = /^\/\S*$/u.test(typed);
    const all = this.app?.commands ?? [];
    this.#showCommands(partial ? all.filter(({ command }) => command.startsWith(typed)) : []);
  }

  #showCommands(matches) {
    this.#matches = matches;
    this.list.hidden = !matches.length;
    this.heard.textContent = matches.length ? `Commands that fit: ${matches.length}` : "";
    const title = h("div", { class: "commands-title" }, "Commands");
    this.list.replaceChildren(
      title,
      ...matches.map((match, index) => this.#commandRow(match, index)),
    );
    this.#select(0);
  }

  #commandRow({ command, usage_hint: hint, description }, index) {
    const name = h(
      "span",
      {},
      h("b", {}, command),
      hint && h("span", { class: "usage" }, ` ${hint}`),
    );
    const row = h(
      "div",
      { id: `command-${index}`, class: "suggestion", role: "option" },
      name,
      h("small", {}, description),
    );
    row.addEventListener("mousedown", (event) => event.preventDefault());
    row.addEventListener("click", () => this.#chooseCommand(command));
    return row;
  }

  #select(at) {
    this.#selected = at;
    const rows = this.list.querySelectorAll("[role=option]");
    rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === at)));
    rows[at]?.scrollIntoView({ block: "nearest" });
    if (rows[at]) this.field.setAttribute("aria-activedescendant", rows[at].id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  #chooseCommand(command) {
    this.#setText(`${command} `);
    this.#showCommands([]);
    this.field.focus();
  }

  #onKeyDown(event) {
    const open = this.#matches.length;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const whole = this.#matches.some(({ command }) => command === this.field.value);
    if (event.isComposing) return;
    if (open && by) this.#select((this.#selected + by + open) % open);
    else if (open && (event.key === "Tab" || (event.key === "Enter" && !whole))) {
      this.#chooseCommand(this.#matches[this.#selected].command);
    } else if (open && event.key === "Escape") this.#showCommands([]);
    else if (event.key === "Enter" && !event.shiftKey) this.#send();
    else return;
    event.preventDefault();
  }

  async #send() {
    const words = this.field.value.trim();
    if (!words) return;
    const [, command, text] = /^(\/\S+)\s*([\s\S]*)$/u.exec(words) ?? [];
    if (command && !this.app.commands.some((known) => known.command === command)) {
      return toast(`${command} is not a valid command.`);
    }
    this.#setText("");
    this.#showCommands([]);
    const { channel } = this;
    const place = this.#conversation;
    const answer = command
      ? await this.#store.act("command", { command, text, channel })
      : await this.#store.act("say", { channel, text: escaped(words) });
    // After a failure the text comes back, unless there is a new draft by now.
    if (answer.ok === false && !this.#drafts.get(place)) {
      if (place === this.#conversation) this.#setText(words);
      else this.#drafts.set(place, words);
    }
    this.#showFailure(answer);
  }

  #openShortcuts() {
    const entries = this.app.shortcuts.map(({ name, callback_id, description }) => ({
      label: name,
      detail: description,
      choose: async () => this.#showFailure(await this.#store.act("shortcut", { callback_id })),
    }));
    openMenu(this.shortcuts, "Shortcuts", entries);
  }
}

// Slack's clients escape these three characters.
function escaped(words) {
  return words.replace(/&/gu, "&amp;").replace(/</gu, "&lt;").replace(/>/gu, "&gt;");
}

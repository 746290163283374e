// Where one writes: messages, and slash commands with completion.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu, toast } from "./overlay.js";

/** The composer of one conversation; drafts are kept for each member and channel. */
export class Composer {
  #store;
  #failed;
  #drafts = new Map();
  #place = null;
  #matches = [];
  #at = 0;

  constructor(store, failed) {
    this.#store = store;
    this.#failed = failed;
    this.field = this.#box();
    this.list = h("div", { id: "commands", class: "commands", role: "listbox", hidden: true });
    this.list.setAttribute("aria-label", "Commands");
    const bolt = {
      id: "shortcuts",
      class: "bare",
      type: "button",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    };
    this.shortcuts = h(
      "button",
      { ...bolt, "aria-label": "Shortcuts", title: "Shortcuts", onclick: () => this.#menu() },
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
      this.note,
      (this.box = h("div", { class: "composer-box" }, this.field, bar)),
    );
  }

  /** Stand in `channel` (`{id, label}`) of `state`. */
  draw(state, channel) {
    const place = `${state.member} ${channel.id}`;
    if (place !== this.#place) {
      this.#place = place;
      this.field.value = this.#drafts.get(place) ?? "";
      this.#complete();
      this.#grow();
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

  #box() {
    const aria = {
      role: "combobox",
      "aria-expanded": "false",
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
      this.#drafts.set(this.#place, field.value);
      this.#complete();
      this.#grow();
    });
    field.addEventListener("keydown", (event) => this.#key(event));
    field.addEventListener("blur", () => this.#show([]));
    return field;
  }

  #write(words) {
    this.field.value = words;
    this.#drafts.set(this.#place, words);
    this.#grow();
  }

  #grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
  }

  #complete() {
    const typed = this.field.value;
    const partial = /^\/\S*$/u.test(typed);
    const all = this.app?.commands ?? [];
    this.#show(partial ? all.filter(({ command }) => command.startsWith(typed)) : []);
  }

  #show(matches) {
    this.#matches = matches;
    this.list.hidden = !matches.length;
    this.field.setAttribute("aria-expanded", String(matches.length > 0));
    const title = h("div", { class: "commands-title" }, "Commands");
    this.list.replaceChildren(title, ...matches.map((match, index) => this.#row(match, index)));
    this.#mark(0);
  }

  #row({ command, usage_hint: hint, description }, index) {
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
    row.addEventListener("click", () => this.#choose(command));
    return row;
  }

  #mark(at) {
    this.#at = at;
    const rows = this.list.querySelectorAll("[role=option]");
    rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === at)));
    if (rows[at]) this.field.setAttribute("aria-activedescendant", rows[at].id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  #choose(command) {
    this.#write(`${command} `);
    this.#show([]);
    this.field.focus();
  }

  #key(event) {
    const open = this.#matches.length;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const whole = this.#matches.some(({ command }) => command === this.field.value);
    if (event.isComposing) return;
    if (open && by) this.#mark((this.#at + by + open) % open);
    else if (open && (event.key === "Tab" || (event.key === "Enter" && !whole))) {
      this.#choose(this.#matches[this.#at].command);
    } else if (open && event.key === "Escape") this.#show([]);
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
    this.#write("");
    this.#show([]);
    const { channel } = this;
    const place = this.#place;
    const answer = command
      ? await this.#store.act("command", { command, text, channel })
      : await this.#store.act("say", { channel, text: escaped(words) });
    // Not sent is not lost: what was written comes back, unless something new stands there.
    if (answer.ok === false && !this.#drafts.get(place)) {
      if (place === this.#place) this.#write(words);
      else this.#drafts.set(place, words);
    }
    this.#failed(answer);
  }

  #menu() {
    const entries = this.app.shortcuts.map(({ name, callback_id, description }) => ({
      label: name,
      detail: description,
      choose: async () => this.#failed(await this.#store.act("shortcut", { callback_id })),
    }));
    openMenu(this.shortcuts, "Shortcuts", entries);
  }
}

// Slack's clients send these three characters escaped.
function escaped(words) {
  return words.replace(/&/gu, "&amp;").replace(/</gu, "&lt;").replace(/>/gu, "&gt;");
}

// A channel or direct message: its head, its messages, its composer.

import { drawBlocks } from "./blocks.js";
import { Composer } from "./composer.js";
import { h } from "./dom.js";
import { sizeOf } from "./filefield.js";
import { icon } from "./icons.js";
import { reconcile } from "./redraw.js";
import { namesOf } from "./scene.js";
import { formatted, moment } from "./time.js";

const NEAR = 300; // seconds: messages this close to each other share one head

/** The middle of the page while a conversation is open. */
export class Conversation {
  #store;
  #scenes;
  #failed;
  #shown = null;

  constructor(store, scenes, failed) {
    this.#store = store;
    this.#scenes = scenes;
    this.#failed = failed;
    this.composer = new Composer(store, failed);
    this.head = h("header", { class: "panel-head" });
    this.list = h("ol", { class: "messages", tabindex: "0" });
    this.node = h(
      "section",
      { class: "panel conversation" },
      this.head,
      this.list,
      this.composer.node,
    );
  }

  /** Draw `channel` (`{id, label, icon, detail}`) as `state.member` sees it. */
  draw(state, channel) {
    const names = namesOf(state);
    const detail = channel.detail && h("span", { class: "detail" }, channel.detail);
    this.head.replaceChildren(h("h1", {}, icon(channel.icon), channel.name), detail ?? "");
    this.node.setAttribute("aria-label", channel.label);
    this.list.setAttribute("aria-label", `Messages in ${channel.label}`);
    const { scrollTop, scrollHeight, clientHeight } = this.list;
    const place = `${state.member} ${channel.id}`;
    const atEnd = place !== this.#shown || scrollHeight - scrollTop - clientHeight < 60;
    this.#messages(state, channel, names);
    if (atEnd) this.list.scrollTop = this.list.scrollHeight;
    this.#shown = place;
    this.composer.draw(state, channel);
  }

  #messages(state, channel, names) {
    const messages = state.messages[channel.id] ?? [];
    const items = messages.map((message, index) => {
      const before = messages[index - 1];
      const look = { follows: follows(before, message), day: dayOf(message, before, names.me) };
      return {
        key: `${state.member} ${channel.id} ${message.ts}`,
        sign: JSON.stringify([message, look]),
        make: () => this.#message(message, look, state, channel, names),
      };
    });
    const empty = h(
      "li",
      { class: "empty", dataset: { key: "empty" } },
      "Nothing has been said here yet.",
    );
    if (items.length) reconcile(this.list, items);
    else this.list.replaceChildren(empty);
  }

  #message(message, { follows: compact, day }, state, channel, names) {
    const isApp = message.user === state.app.bot_user || !message.user;
    const name = message.name ?? names.member(message.user) ?? state.app.name;
    const when = moment(message.at ?? message.ts);
    const clock = when ? formatted("time", when, names.me) : "";
    const body = h("div", { class: "message-body" });
    this.#fill(body, message, state, channel, names);
    const head = h(
      "div",
      { class: "message-head" },
      h("b", {}, name),
      isApp && h("span", { class: "tag" }, "APP"),
      h("time", {}, clock),
    );
    const alone =
      message.ephemeral && h("div", { class: "only-you" }, icon("eye", 14), "Only visible to you");
    const gutter = compact
      ? h("time", { class: "gutter" }, clock)
      : avatar(name, message.user, isApp);
    const inside = h("div", { class: "message-main" }, alone, !compact && head, body);
    const row = h("div", { class: "message-row" }, gutter, inside);
    const look = `message${message.ephemeral ? " ephemeral" : ""}${compact ? " compact" : ""}`;
    const line = day && h("div", { class: "day" }, h("span", {}, day));
    return h("li", { class: look, dataset: { ts: message.ts } }, line, row);
  }

  #fill(body, message, state, channel, names) {
    const edited = message.edited && h("small", { class: "edited" }, " (edited)");
    if (message.files?.length) body.append(filesOf(message.files, state.member));
    if (isTyped(message, state)) {
      const words = names.text({ type: "mrkdwn", text: message.text ?? "" });
      body.prepend(h("div", { class: "text" }, words, edited));
      return;
    }
    const scene = this.#scenes.of(`message:${state.member}:${channel.id}:${message.ts}`, {
      container: { type: "message", channel: channel.id, ts: message.ts },
      blocks: message.blocks,
      values: message.state?.values,
      state,
      store: this.#store,
      after: this.#failed,
    });
    const blocks = h("div", { class: "blocks" });
    drawBlocks(blocks, message.blocks, scene);
    body.prepend(blocks, edited || "");
  }
}

/** A coloured square with initials, the same for a person everywhere. */
export function avatar(name, id, isApp = false) {
  const letters = name
    .split(/\s+/u)
    .map((word) => word[0])
    .slice(0, 2)
    .join("")
    .toUpperCase();
  const hue = [...(id ?? name)].reduce(
    (sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360,
    7,
  );
  const colour = isApp ? "var(--brand)" : `hsl(${hue} 38% 38%)`;
  const inner = isApp ? icon("app", 22) : letters;
  return h(
    "span",
    { class: "avatar", style: `background:${colour}`, "aria-hidden": "true" },
    inner,
  );
}

function filesOf(files, member) {
  const card = ({ id, name, title, size, pretty_type: kind }) => {
    const href = `/page/files/${id}?member=${encodeURIComponent(member)}`;
    const words = h("span", {}, h("b", {}, title || name), h("small", {}, `${kind} · ${sizeOf(size)}`));
    const look = { class: "file-card", href, download: name, "aria-label": `Download ${name}` };
    return h("a", look, icon("file"), words);
  };
  return h("div", { class: "file-cards" }, files.map(card));
}

// What a member typed comes with a rich_text copy of the same words, less well formatted.
function isTyped({ user, blocks }, { app }) {
  if (!blocks?.length) return true;
  return user !== app.bot_user && blocks.every((block) => block.type === "rich_text");
}

function follows(before, message) {
  if (!before || before.user !== message.user || before.ephemeral !== message.ephemeral)
    return false;
  return Number(message.ts) - Number(before.ts) < NEAR;
}

function dayOf(message, before, me) {
  const [now, last] = [message, before].map((one) => one && moment(one.at ?? one.ts));
  const words = now ? formatted("date_long", now, me) : null;
  return last && formatted("date_long", last, me) === words ? null : words;
}

// A channel or direct message: header, messages and composer.

import { drawBlocks } from "./blocks.js";
import { Composer } from "./composer.js";
import { h } from "./dom.js";
import { sizeOf } from "./filefield.js";
import { icon } from "./icons.js";
import { reconcile } from "./redraw.js";
import { namesIn } from "./surface.js";
import { formatTime, parseTime } from "./time.js";

const GROUP_SECONDS = 300; // messages of one author within this time share a header

/** The main panel while a conversation is open. */
export class Conversation {
  #store;
  #surfaces;
  #showFailure;
  #drawnFor = null;

  constructor(store, surfaces, showFailure) {
    this.#store = store;
    this.#surfaces = surfaces;
    this.#showFailure = showFailure;
    this.composer = new Composer(store, showFailure);
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
    const names = namesIn(state);
    const detail = channel.detail && h("span", { class: "detail" }, channel.detail);
    this.head.replaceChildren(h("h1", {}, icon(channel.icon), channel.name), detail ?? "");
    this.node.setAttribute("aria-label", channel.label);
    this.list.setAttribute("aria-label", `Messages in ${channel.label}`);
    const { scrollTop, scrollHeight, clientHeight } = this.list;
    const place = `${state.member} ${channel.id}`;
    const atEnd = place !== this.#drawnFor || scrollHeight - scrollTop - clientHeight < 60;
    this.#drawMessages(state, channel, names);
    if (atEnd) this.list.scrollTop = this.list.scrollHeight;
    this.#drawnFor = place;
    this.composer.draw(state, channel);
  }

  #drawMessages(state, channel, names) {
    const messages = state.messages[channel.id] ?? [];
    const items = messages.map((message, index) => {
      const before = messages[index - 1];
      const layout = {
        compact: continuesGroup(before, message),
        day: dayLabel(message, before, names.me),
      };
      return {
        key: `${state.member} ${channel.id} ${message.ts}`,
        signature: JSON.stringify([message, layout]),
        make: () => this.#createMessage(message, layout, state, channel, names),
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

  #createMessage(message, { compact, day }, state, channel, names) {
    const isApp = message.user === state.app.bot_user || !message.user;
    const name = message.name ?? names.member(message.user) ?? state.app.name;
    const when = parseTime(message.at ?? message.ts);
    const clock = when ? formatTime("time", when, names.me) : "";
    const body = h("div", { class: "message-body" });
    this.#fillBody(body, message, state, channel, names);
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
    const attrs = `message${message.ephemeral ? " ephemeral" : ""}${compact ? " compact" : ""}`;
    const line = day && h("div", { class: "day" }, h("span", {}, day));
    return h("li", { class: attrs, dataset: { ts: message.ts } }, line, row);
  }

  #fillBody(body, message, state, channel, names) {
    const edited = message.edited && h("small", { class: "edited" }, " (edited)");
    if (message.files?.length) body.append(fileCards(message.files, state.member));
    if (isTypedByMember(message, state)) {
      const words = names.text({ type: "mrkdwn", text: message.text ?? "" });
      body.prepend(h("div", { class: "text" }, words, edited));
      return;
    }
    const surface = this.#surfaces.of(`message:${state.member}:${channel.id}:${message.ts}`, {
      container: { type: "message", channel: channel.id, ts: message.ts },
      blocks: message.blocks,
      values: message.state?.values,
      state,
      store: this.#store,
      onAnswer: this.#showFailure,
    });
    const blocks = h("div", { class: "blocks" });
    drawBlocks(blocks, message.blocks, surface);
    body.prepend(blocks, edited || "");
  }
}

/** A square with the initials of a person, in a colour that depends on the id. */
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
  const colour = isApp ? "var(--brand)" : `hsl(${hue} 38% 32%)`;
  const inner = isApp ? icon("app", 22) : letters;
  return h(
    "span",
    { class: "avatar", style: `background:${colour}`, "aria-hidden": "true" },
    inner,
  );
}

function fileCards(files, member) {
  const card = ({ id, name, title, size, pretty_type: kind }) => {
    const href = `/page/files/${id}?member=${encodeURIComponent(member)}`;
    const words = h(
      "span",
      {},
      h("b", {}, title || name),
      h("small", {}, `${kind} · ${sizeOf(size)}`),
    );
    const attrs = { class: "file-card", href, download: name };
    return h("a", attrs, icon("file"), h("span", { class: "unseen" }, "Download "), words);
  };
  return h("div", { class: "file-cards" }, files.map(card));
}

// Messages of members have a rich_text copy of their text; the text itself is drawn instead.
function isTypedByMember({ user, blocks }, { app }) {
  if (!blocks?.length) return true;
  return user !== app.bot_user && blocks.every((block) => block.type === "rich_text");
}

function continuesGroup(before, message) {
  if (!before || before.user !== message.user || before.ephemeral !== message.ephemeral)
    return false;
  return Number(message.ts) - Number(before.ts) < GROUP_SECONDS;
}

function dayLabel(message, before, me) {
  const [now, last] = [message, before].map((one) => one && parseTime(one.at ?? one.ts));
  const words = now ? formatTime("date_long", now, me) : null;
  return last && formatTime("date_long", last, me) === words ? null : words;
}

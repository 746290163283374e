// Surfaces: the views and messages that contain blocks, with the values entered in them.

import { h } from "./dom.js";
import { text } from "./mrkdwn.js";
import { confirmDialog } from "./overlay.js";
import { formatTime, parseTime } from "./time.js";
import { EnteredValues } from "./values.js";

/** Names of members and channels by id, and dates in the member's time zone. */
export function namesIn(state) {
  const members = new Map(state.members.map((member) => [member.id, member]));
  const channels = new Map(state.channels.map((channel) => [channel.id, channel.name]));
  const me = members.get(state.member);
  const names = {
    me,
    member: (id) =>
      members.get(id)?.real_name ?? (id === state.app.bot_user ? state.app.name : undefined),
    channel: (id) => channels.get(id),
    text: (object) => text(object, names),
    date: (target, fallback) => slackDate(target, fallback, me),
  };
  return names;
}

/** Keeps surfaces by key, so that entered values survive a redraw. */
export class Surfaces {
  #surfaces = new Map();

  /**
   * The surface of one view or message; `onAnswer` gets the answer to each action, `heading` is the
   * element of its headers. `isReady` returns a promise: whether an action may be sent now.
   */
  of(key, { container, blocks, values, state, store, onAnswer, isReady, heading = "h2" }) {
    if (!this.#surfaces.has(key))
      this.#surfaces.set(key, { key, entered: new EnteredValues(), uploads: new Set() });
    const surface = this.#surfaces.get(key);
    const { entered, uploads } = surface;
    entered.follow(blocks, values);
    const names = namesIn(state);
    // The object stays the same, because blocks that are not redrawn refer to it.
    return Object.assign(surface, {
      names,
      heading,
      people: state.members.filter((member) => member.id !== state.app.bot_user),
      channels: state.channels,
      suggest: (block, { action_id }, words) =>
        store.suggest({ container, block_id: block.block_id, action_id, text: words }),
      upload: (file) => store.upload(file),
      // A form is sent once the files chosen in it are uploaded.
      waitFor: (upload) => {
        uploads.add(upload);
        upload.finally(() => uploads.delete(upload));
      },
      fire: async (block, element, details, pressed) => {
        if (element.confirm && !(await confirmDialog(element.confirm, names))) return;
        if (isReady && !(await isReady())) return;
        const { type, action_id } = element;
        const place = { block_id: block.block_id, action_id };
        const values = entered.all(blocks);
        const action = { type, ...place, ...details };
        pressed?.setAttribute("aria-busy", "true");
        const answer = await store.act("click", { container, ...place, action, values });
        pressed?.removeAttribute("aria-busy");
        onAnswer(answer);
      },
    });
  }

  /** Drop the surfaces whose key begins with `prefix`, except those in `keys`. */
  keep(prefix, keys) {
    for (const key of this.#surfaces.keys()) {
      if (key.startsWith(prefix) && !keys.includes(key)) this.#surfaces.delete(key);
    }
  }
}

// Slack's format is <!date^SECONDS^FORMAT^LINK|FALLBACK>.
function slackDate(target, fallback, me) {
  const [, seconds, format] = target.split("^");
  const when = parseTime(seconds);
  if (!when || !format) return h("span", {}, fallback);
  const words = format.replace(/\{(\w+)\}/gu, (all, name) => formatTime(name, when, me) ?? all);
  return h("time", { datetime: when.toISOString(), title: fallback }, words);
}

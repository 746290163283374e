// A scene: the view or message a block stands in, with its answers and its way to the app.

import { h } from "./dom.js";
import { text } from "./mrkdwn.js";
import { confirmed } from "./overlay.js";
import { formatted, moment } from "./time.js";
import { Answers } from "./values.js";

/** The words for ids, and dates in the member's own time zone. */
export function namesOf(state) {
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

/** Remembers scenes by key, so that a redraw finds what was typed. */
export class Scenes {
  #scenes = new Map();

  /** The scene of one view or message; `act` is the store's, `after` hears each answer. */
  of(key, { container, blocks, values, state, store, after, ready }) {
    if (!this.#scenes.has(key)) this.#scenes.set(key, { key, answers: new Answers() });
    const scene = this.#scenes.get(key);
    const { answers } = scene;
    answers.follow(blocks, values);
    const names = namesOf(state);
    // The same object again: blocks that were not redrawn hold on to it.
    return Object.assign(scene, {
      names,
      people: state.members.filter((member) => member.id !== state.app.bot_user),
      channels: state.channels,
      suggest: (block, { action_id }, words) =>
        store.suggest({ container, block_id: block.block_id, action_id, text: words }),
      upload: (file) => store.upload(file),
      fire: async (block, element, details, pressed) => {
        if (element.confirm && !(await confirmed(element.confirm, names))) return;
        if (ready && !ready()) return;
        const { type, action_id } = element;
        const place = { block_id: block.block_id, action_id };
        const values = answers.all(blocks);
        const action = { type, ...place, ...details };
        pressed?.setAttribute("aria-busy", "true");
        const answer = await store.act("click", { container, ...place, action, values });
        pressed?.removeAttribute("aria-busy");
        after(answer);
      },
    });
  }

  /** Forget the answers of views that are closed. */
  keep(prefix, keys) {
    for (const key of this.#scenes.keys()) {
      if (key.startsWith(prefix) && !keys.includes(key)) this.#scenes.delete(key);
    }
  }
}

// <!date^SECONDS^FORMAT^LINK|FALLBACK>
function slackDate(target, fallback, me) {
  const [, seconds, format] = target.split("^");
  const when = moment(seconds);
  if (!when || !format) return h("span", {}, fallback);
  const words = format.replace(/\{(\w+)\}/gu, (all, name) => formatted(name, when, me) ?? all);
  return h("time", { datetime: when.toISOString(), title: fallback }, words);
}

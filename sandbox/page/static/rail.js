// The left rail: who one is, where one can go, and what time it is.

import { avatar } from "./conversation.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./overlay.js";
import { reconcile } from "./redraw.js";
import { formatted, moment, secondsToNextMonth, zoneOf } from "./time.js";

const HOUR = 3600;
const STEPS = [
  ["+1 hour", () => HOUR],
  ["+1 day", () => 24 * HOUR],
  ["+7 days", () => 7 * 24 * HOUR],
  ["+1 month", secondsToNextMonth],
];

/** The rail; `go(panel)` opens a panel, `become(member)` changes who one is. */
export class Rail {
  #store;
  #go;
  #clock = { at: null, since: 0 };

  constructor(store, { go, become, failed }) {
    this.#store = store;
    this.#go = go;
    this.failed = failed;
    this.team = h("h2", { class: "team" });
    this.select = h("select", {
      id: "member",
      dataset: { testid: "member" },
      onchange: () => become(this.select.value),
    });
    this.more = h(
      "button",
      {
        id: "member-more",
        class: "bare",
        type: "button",
        "aria-label": "Member actions",
        "aria-haspopup": "menu",
        "aria-expanded": "false",
      },
      icon("more"),
    );
    this.more.addEventListener("click", () => this.#memberMenu());
    this.about = h("div", { class: "about" });
    this.picture = h("span", {});
    const who = h("div", { class: "who-row" }, this.picture, this.select, this.more);
    this.who = h(
      "div",
      { class: "who" },
      h("label", { for: "member" }, "You are"),
      who,
      this.about,
    );
    this.places = h("div", { class: "places" });
    this.away = h("p", { class: "away", role: "status", hidden: true }, "Reconnecting…");
    this.nodes = [this.team, this.who, this.places, this.away, this.#clockBox()];
    setInterval(() => this.#tick(), 1000);
  }

  /** Draw the rail with `current` as the open panel; `places` is `[{id, label, …}]` in groups. */
  draw(state, groups, current) {
    this.state = state;
    this.team.textContent = state.team.name;
    const people = state.members.filter((member) => member.id !== state.app.bot_user);
    const items = people.map((member) => ({
      key: member.id,
      sign: JSON.stringify(member),
      make: () => h("option", { value: member.id }, named(member)),
    }));
    reconcile(this.select, items);
    this.select.value = state.member;
    this.#me(people.find((member) => member.id === state.member));
    this.#clock = { at: moment(state.now), since: Date.now() };
    this.#tick();
    const parts = groups.filter((group) => group.places.length);
    reconcile(
      this.places,
      parts.map((group) => this.#group(group, current)),
    );
  }

  #me(me) {
    this.me = me;
    this.picture.replaceChildren(me ? avatar(me.real_name || me.name, me.id) : "");
    this.about.textContent = me
      ? [...flagsOf(me), me.email, me.locale].filter(Boolean).join(" · ")
      : "";
  }

  #memberMenu() {
    const { id, deleted, is_restricted: guest, is_ultra_restricted: single } = this.me;
    const change = (changes) => async () =>
      this.failed(await this.#store.act("member", { id, changes }));
    const status = (restricted, ultra) =>
      change({ is_restricted: restricted, is_ultra_restricted: ultra });
    const here = [
      !guest && { label: "Make a guest", choose: status(true, false) },
      !single && { label: "Make a single-channel guest", choose: status(true, true) },
      (guest || single) && { label: "Make a full member", choose: status(false, false) },
      { label: "Deactivate in Slack", danger: true, choose: change({ deleted: true }) },
    ];
    const gone = [{ label: "Reactivate in Slack", choose: change({ deleted: false }) }];
    openMenu(this.more, "Member actions", deleted ? gone : here.filter(Boolean));
  }

  #group({ title, places }, current) {
    const make = () =>
      h(
        "div",
        {},
        h("h3", {}, title),
        h(
          "ul",
          {},
          places.map((place) => h("li", {}, this.#place(place, current))),
        ),
      );
    return { key: title, sign: JSON.stringify([places, current]), make };
  }

  #place({ id, name, icon: picture, unread }, current) {
    const look = {
      id: `go-${id}`,
      class: `place${unread ? " unread" : ""}`,
      type: "button",
      dataset: { panel: id },
    };
    const here = id === current ? "page" : undefined;
    const badge = unread > 0 && h("span", { class: "badge", "aria-hidden": "true" }, unread);
    const props = {
      ...look,
      "aria-label": name,
      "aria-current": here,
      onclick: () => this.#go(id),
    };
    return h("button", props, icon(picture, 16), h("span", { class: "place-name" }, name), badge);
  }

  #clockBox() {
    this.time = h("time", {});
    this.zone = h("span", { class: "zone" });
    const buttons = STEPS.map(([label, seconds]) =>
      h(
        "button",
        { id: `clock-${label}`, type: "button", onclick: () => this.#move(seconds) },
        label,
      ),
    );
    const face = h("div", { class: "face" }, icon("clock", 16), this.time, this.zone);
    const look = {
      class: "clock",
      role: "group",
      "aria-label": "Clock",
      dataset: { testid: "clock" },
    };
    return h("div", look, face, h("div", { class: "steps" }, buttons));
  }

  async #move(seconds) {
    const now = moment(this.state.now);
    this.failed(await this.#store.act("clock", { advance_seconds: seconds(now) }));
  }

  // Between two fetches the sandbox's clock runs on at the pace of the real one.
  #tick() {
    const { at, since } = this.#clock;
    if (!at) return;
    const now = new Date(at.getTime() + Date.now() - since);
    this.time.textContent = formatted("stamp", now, this.me);
    this.time.setAttribute("datetime", now.toISOString());
    this.zone.textContent = zoneOf(this.me).split("/").at(-1).replaceAll("_", " ");
  }
}

function named(member) {
  const flags = flagsOf(member);
  return `${member.real_name || member.name}${flags.length ? ` (${flags.join(", ")})` : ""}`;
}

function flagsOf(member) {
  return [
    member.deleted && "deactivated",
    member.is_ultra_restricted ? "single-channel guest" : member.is_restricted && "guest",
    member.is_stranger && "other workspace",
    member.is_bot && "bot",
  ].filter(Boolean);
}

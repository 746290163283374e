// The sidebar: the current member, the conversations and other panels, and the clock.

import { avatar } from "./conversation.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./overlay.js";
import { reconcile } from "./redraw.js";
import { formatTime, parseTime, secondsToNextMonth, timeZoneOf } from "./time.js";

const HOUR = 3600;
const CLOCK_STEPS = [
  ["+1 hour", () => HOUR],
  ["+1 day", () => 24 * HOUR],
  ["+7 days", () => 7 * 24 * HOUR],
  ["+1 month", secondsToNextMonth],
];

/** The sidebar; `openPanel(id)`, `switchMember(id)` and `clockMoved()` are called after a click. */
export class Sidebar {
  #store;
  #openPanel;
  #clock = { at: null, since: 0 };

  constructor(store, { openPanel, switchMember, showFailure, clockMoved }) {
    this.#store = store;
    this.#openPanel = openPanel;
    this.showFailure = showFailure;
    this.clockMoved = clockMoved;
    this.team = h("h2", { class: "team" });
    this.select = h("select", {
      id: "member",
      dataset: { testid: "member" },
      onchange: () => switchMember(this.select.value),
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
    this.more.addEventListener("click", () => this.#openMemberMenu());
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
    this.offline = h("p", { class: "offline", role: "status", hidden: true }, "Reconnecting…");
    this.nodes = [this.team, this.who, this.places, this.offline, this.#createClock()];
    setInterval(() => this.#showTime(), 1000);
  }

  /** Draw the sidebar; `groups` is `[{title, places}]`, `current` is the id of the open panel. */
  draw(state, groups, current) {
    this.state = state;
    this.team.textContent = state.team.name;
    const people = state.members.filter((member) => member.id !== state.app.bot_user);
    const items = people.map((member) => ({
      key: member.id,
      signature: JSON.stringify(member),
      make: () => h("option", { value: member.id }, memberLabel(member)),
    }));
    reconcile(this.select, items);
    this.select.value = state.member;
    this.#drawMember(people.find((member) => member.id === state.member));
    this.#clock = { at: parseTime(state.now), since: Date.now() };
    this.#showTime();
    const parts = groups.filter((group) => group.places.length);
    reconcile(
      this.places,
      parts.map((group) => this.#placeGroup(group, current)),
    );
  }

  #drawMember(me) {
    this.me = me;
    this.picture.replaceChildren(me ? avatar(me.real_name || me.name, me.id) : "");
    this.about.textContent = me
      ? [...flagsOf(me), me.email, me.locale].filter(Boolean).join(" · ")
      : "";
  }

  #openMemberMenu() {
    const { id, deleted, is_restricted: guest, is_ultra_restricted: single } = this.me;
    const change = (changes) => async () =>
      this.showFailure(await this.#store.act("member", { id, changes }));
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

  #placeGroup({ title, places }, current) {
    const make = () =>
      h(
        "div",
        {},
        h("h3", {}, title),
        h(
          "ul",
          {},
          places.map((place) => h("li", {}, this.#placeButton(place, current))),
        ),
      );
    return { key: title, signature: JSON.stringify([places, current]), make };
  }

  #placeButton({ id, name, icon: picture, unread }, current) {
    const attrs = {
      id: `go-${id}`,
      class: `place${unread ? " unread" : ""}`,
      type: "button",
    };
    const here = id === current ? "page" : undefined;
    const props = {
      ...attrs,
      dataset: { panel: id, unread: unread > 0 ? unread : undefined },
      "aria-label": name,
      "aria-current": here,
      title: unread > 0 ? `${unread} unread` : undefined,
      onclick: () => this.#openPanel(id),
    };
    return h("button", props, icon(picture, 16), h("span", { class: "place-name" }, name));
  }

  #createClock() {
    this.time = h("time", {});
    this.zone = h("span", { class: "zone" });
    const buttons = CLOCK_STEPS.map(([label, seconds]) =>
      h(
        "button",
        { id: `clock-${label}`, type: "button", onclick: () => this.#advanceClock(seconds) },
        label,
      ),
    );
    const face = h("div", { class: "face" }, icon("clock", 16), this.time, this.zone);
    const attrs = {
      class: "clock",
      role: "group",
      "aria-label": "Clock",
      dataset: { testid: "clock" },
    };
    this.happened = h("p", { class: "happened", role: "status", dataset: { testid: "happened" } });
    return h("div", attrs, face, h("div", { class: "steps" }, buttons), this.happened);
  }

  async #advanceClock(seconds) {
    const now = parseTime(this.state.now);
    this.happened.textContent = "The clock is moving…";
    const answer = await this.#store.act("clock", { advance_seconds: seconds(now) });
    this.happened.textContent = answer.happened ?? "";
    this.showFailure(answer);
    if (answer.ok) this.clockMoved();
  }

  // Between two fetches the sandbox's clock runs in real time.
  #showTime() {
    const { at, since } = this.#clock;
    if (!at) return;
    const now = new Date(at.getTime() + Date.now() - since);
    this.time.textContent = formatTime("stamp", now, this.me);
    this.time.setAttribute("datetime", now.toISOString());
    this.zone.textContent = timeZoneOf(this.me).split("/").at(-1).replaceAll("_", " ");
  }
}

function memberLabel(member) {
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

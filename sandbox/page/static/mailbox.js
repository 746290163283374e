// The mailbox: every mail that arrived, whoever it was for.

import { h, link } from "./dom.js";
import { icon } from "./icons.js";
import { reconcile } from "./redraw.js";
import { namesOf } from "./scene.js";
import { formatted, moment } from "./time.js";

// A mail may show itself and open links beside this page; it may run and load nothing.
const FRAME = "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
const HEAD = [
  '<!doctype html><meta charset="utf-8"><base target="_blank">',
  `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
  "<style>body{margin:16px;font:15px/1.5 Arial,sans-serif}</style>",
].join("");

/** The middle of the page while the mailbox is open. */
export class Mailbox {
  #chosen = null;

  constructor() {
    this.list = h("div", { class: "mail-list", role: "list", "aria-label": "Mails" });
    this.pane = h("div", { class: "mail-pane" });
    const head = h(
      "header",
      { class: "panel-head" },
      h("h1", {}, icon("mail"), "Mailbox"),
      h("span", { class: "detail" }, "Every mail sent from this workspace arrives here"),
    );
    const look = {
      class: "panel mailbox",
      dataset: { testid: "mailbox" },
      "aria-label": "Mailbox",
    };
    this.node = h("section", look, head, h("div", { class: "mail-split" }, this.list, this.pane));
  }

  /** Draw the mails; the newest is open until another is chosen. */
  draw(state) {
    this.state = state;
    const { me } = namesOf(state);
    const mails = state.mails ?? [];
    const open = mails.find((mail) => mail.id === this.#chosen) ?? mails[0];
    const items = mails.map((mail) => ({
      key: `mail-${mail.id}`,
      sign: JSON.stringify([mail, me?.tz]),
      make: () => this.#row(mail, me),
    }));
    const rows = reconcile(this.list, items);
    rows.forEach((row, index) => {
      row.firstElementChild.setAttribute("aria-current", String(mails[index] === open));
    });
    const empty = {
      key: "none",
      sign: "",
      make: () => h("p", { class: "empty" }, "No mail has arrived yet."),
    };
    const shown = { key: `open-${open?.id}`, sign: String(me?.tz), make: () => reading(open, me) };
    reconcile(this.pane, [open ? shown : empty]);
  }

  #row(mail, me) {
    const choose = () => {
      this.#chosen = mail.id;
      this.draw(this.state);
    };
    const top = h(
      "span",
      { class: "mail-to" },
      addresses(mail.to),
      h("time", {}, stamp(mail, me, "time")),
    );
    const words = [top, h("b", {}, mail.subject), h("small", {}, mail.plain.trim().slice(0, 90))];
    const button = h(
      "button",
      { id: `mail-${mail.id}`, class: "mail-row", onclick: choose },
      words,
    );
    return h("div", { role: "listitem", dataset: { testid: "mail" } }, button);
  }
}

function reading(mail, me) {
  const pairs = [
    ["From", mail.from],
    ["To", addresses(mail.to)],
    ["Date", stamp(mail, me, "stamp")],
  ];
  const facts = pairs.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]);
  const title = `Mail: ${mail.subject}`;
  const style = `height:${frameHeight(mail.plain)}px`;
  const frame = { class: "mail-frame", sandbox: FRAME, srcdoc: HEAD + mail.html, title, style };
  const html = mail.html && h("section", {}, h("h3", {}, "As formatted"), h("iframe", frame));
  const plain = h(
    "section",
    {},
    h("h3", {}, "As plain text"),
    h("pre", { class: "mail-plain" }, linked(mail.plain)),
  );
  const look = { dataset: { testid: "mail-open" }, "aria-label": mail.subject };
  return h("article", look, h("h2", {}, mail.subject), h("dl", {}, facts), html, plain);
}

// The frame cannot be measured from outside its sandbox; the plain text tells about how long it is.
function frameHeight(words) {
  return Math.min(560, 130 + 26 * words.trim().split("\n").length);
}

function linked(words) {
  return words
    .split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/u)
    .map((part, index) => (index % 2 ? link(part, part) : part));
}

function addresses(to) {
  return [to].flat().join(", ");
}

function stamp(mail, me, format) {
  const when = moment(mail.at);
  return when ? formatted(format, when, me) : "";
}

// The mailbox: all mails that arrived, for every recipient.

import { h, link } from "./dom.js";
import { icon } from "./icons.js";
import { reconcile } from "./redraw.js";
import { namesIn } from "./surface.js";
import { formatTime, parseTime } from "./time.js";

// An HTML mail may open links in a new tab, but neither run scripts nor load anything.
const FRAME_SANDBOX =
  "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";
const FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
const FRAME_HEAD = [
  '<!doctype html><meta charset="utf-8"><base target="_blank">',
  `<meta http-equiv="Content-Security-Policy" content="${FRAME_POLICY}">`,
  "<style>body{margin:16px;font:15px/1.5 Arial,sans-serif}</style>",
].join("");

/** The main panel while the mailbox is open. */
export class Mailbox {
  #chosen = null;

  constructor() {
    this.list = h("div", { class: "mail-list", role: "list", "aria-label": "Mails" });
    this.pane = h("div", { class: "mail-pane", tabindex: "0", role: "region", "aria-label": "Open mail" });
    const head = h(
      "header",
      { class: "panel-head" },
      h("h1", {}, icon("mail"), "Mailbox"),
      h("span", { class: "detail" }, "Every mail sent from this workspace arrives here"),
    );
    const attrs = {
      class: "panel mailbox",
      dataset: { testid: "mailbox" },
      "aria-label": "Mailbox",
    };
    this.node = h("section", attrs, head, h("div", { class: "mail-split" }, this.list, this.pane));
  }

  /** Draw the mails; the newest is open until the user chooses another. */
  draw(state) {
    this.state = state;
    const { me } = namesIn(state);
    const mails = state.mails ?? [];
    const open = mails.find((mail) => mail.id === this.#chosen) ?? mails[0];
    const items = mails.map((mail) => ({
      key: `mail-${mail.id}`,
      signature: JSON.stringify([mail, me?.tz]),
      make: () => this.#createRow(mail, me),
    }));
    const rows = reconcile(this.list, items);
    rows.forEach((row, index) => {
      row.firstElementChild.setAttribute("aria-current", String(mails[index] === open));
    });
    const empty = {
      key: "none",
      signature: "",
      make: () => h("p", { class: "empty" }, "No mail has arrived yet."),
    };
    const shown = {
      key: `open-${open?.id}`,
      signature: String(me?.tz),
      make: () => openMail(open, me),
    };
    reconcile(this.pane, [open ? shown : empty]);
  }

  #createRow(mail, me) {
    const choose = () => {
      this.#chosen = mail.id;
      this.draw(this.state);
    };
    const top = h(
      "span",
      { class: "mail-to" },
      addresses(mail.to),
      h("time", {}, timeOf(mail, me, "time")),
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

function openMail(mail, me) {
  const pairs = [
    ["From", mail.from],
    ["To", addresses(mail.to)],
    ["Date", timeOf(mail, me, "stamp")],
  ];
  const facts = pairs.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]);
  const title = `Mail: ${mail.subject}`;
  const style = `height:${frameHeight(mail.plain)}px`;
  const frame = {
    class: "mail-frame",
    sandbox: FRAME_SANDBOX,
    srcdoc: FRAME_HEAD + mail.html,
    title,
    style,
  };
  const html = mail.html && h("section", {}, h("h3", {}, "As formatted"), h("iframe", frame));
  const plain = h(
    "section",
    {},
    h("h3", {}, "As plain text"),
    h("pre", { class: "mail-plain" }, withLinks(mail.plain)),
  );
  const attrs = { dataset: { testid: "mail-open" }, "aria-label": mail.subject };
  return h("article", attrs, h("h2", {}, mail.subject), h("dl", {}, facts), html, plain);
}

// A sandboxed frame cannot be measured, so its height is estimated from the plain text.
function frameHeight(words) {
  return Math.min(560, 130 + 26 * words.trim().split("\n").length);
}

function withLinks(words) {
  return words
    .split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/u)
    .map((part, index) => (index % 2 ? link(part, part) : part));
}

function addresses(to) {
  return [to].flat().join(", ");
}

function timeOf(mail, me, format) {
  const when = parseTime(mail.at);
  return when ? formatTime(format, when, me) : "";
}

// Draws rich_text blocks.

import { h, link } from "./dom.js";
import { emoji } from "./emoji.js";

const LISTS = { ordered: "ol", bullet: "ul" };
const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code" };

/** Draw a rich_text block. */
export function richText(block, names) {
  return h(
    "div",
    { class: "rich" },
    block.elements.map((part) => section(part, names)),
  );
}

function section(part, names) {
  const inside = (part.elements ?? []).map((element) => piece(element, names));
  if (part.type === "rich_text_list") {
    const items = part.elements.map((item) => h("li", {}, section(item, names)));
    const start = part.offset ? part.offset + 1 : undefined;
    const indent = part.indent ? `margin-inline-start:${part.indent * 24}px` : undefined;
    return h(LISTS[part.style] ?? "ul", { start, style: indent }, items);
  }
  if (part.type === "rich_text_preformatted") return h("pre", {}, inside);
  if (part.type === "rich_text_quote") return h("blockquote", {}, inside);
  return h("div", {}, inside);
}

function piece(element, names) {
  const style = element.style ?? {};
  return Object.keys(STYLES)
    .filter((name) => style[name])
    .reduce((node, name) => h(STYLES[name], {}, node), leaf(element, names));
}

function leaf(element, names) {
  if (element.type === "link") return link(element.url, element.text ?? element.url);
  if (element.type === "emoji") return emoji(element.name) ?? `:${element.name}:`;
  if (element.type === "user") return mention(`@${names.member(element.user_id) ?? "someone"}`);
  if (element.type === "channel")
    return mention(`#${names.channel(element.channel_id) ?? "channel"}`);
  if (element.type === "broadcast") return mention(`@${element.range}`);
  return element.text ?? "";
}

function mention(name) {
  return h("span", { class: "mention" }, name);
}

// Turns Slack's text formatting (mrkdwn) into elements.

import { h, link } from "./dom.js";
import { emoji } from "./emoji.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const WORD_CHARACTER = "[\\p{L}\\p{N}]";
const CODE = /`([^`\n]+)`/u;
const REFERENCE = /<([^<>\n]+)>/u;
const EMOJI_CODE = /:([a-z0-9_+-]+):/u;

/** Turn a text object, or a mrkdwn string, into a list of nodes. */
export function text(object, names) {
  if (!object) return [];
  if (typeof object === "string") return mrkdwn(object, names);
  return object.type === "mrkdwn" ? mrkdwn(object.text, names) : plain(object.text);
}

/** Turn a text object into a string without emoji, for accessible names and options. */
export function plainString(object) {
  const raw = typeof object === "string" ? object : (object?.text ?? "");
  return decodeEntities(
    raw.replace(/:([a-z0-9_+-]+):\s?/gu, (all, name) => (emoji(name) ? "" : all)),
  );
}

/** Turn mrkdwn into a list of nodes; `names` knows members, channels and the time zone. */
export function mrkdwn(source, names) {
  return source.split(/```([\s\S]+?)```/u).flatMap((part, index) => {
    if (index % 2) return [h("pre", {}, decodeEntities(part.replace(/^\n|\n$/gu, "")))];
    return quotes(part.replace(index ? /^\n/u : "", ""), names);
  });
}

function plain(source) {
  return scan(source, [[EMOJI_CODE, (match) => emoji(match[1])]]);
}

function quotes(source, names) {
  const nodes = [];
  for (const part of source.split(/((?:^(?:&gt;|>) ?.*(?:\n|$))+)/mu)) {
    if (/^(?:&gt;|>)/u.test(part)) {
      const inner = part.replace(/^(?:&gt;|>) ?/gmu, "").replace(/\n$/u, "");
      nodes.push(h("blockquote", {}, inline(inner, names)));
    } else if (part) nodes.push(...inline(part, names));
  }
  return nodes;
}

function inline(source, names) {
  const wrap = (tag) => (match) => h(tag, {}, inline(match[1], names));
  return scan(source, [
    [CODE, (match) => h("code", {}, decodeEntities(match[1]))],
    [REFERENCE, (match) => reference(match[1], names)],
    [EMOJI_CODE, (match) => emoji(match[1])],
    [delimitedBy("\\*"), wrap("strong")],
    [delimitedBy("_"), wrap("em")],
    [delimitedBy("~"), wrap("s")],
  ]);
}

function delimitedBy(mark) {
  return new RegExp(
    `(?<!${WORD_CHARACTER})${mark}(?=\\S)([^\\n]+?)(?<=\\S)${mark}(?!${WORD_CHARACTER})`,
    "u",
  );
}

function scan(source, rules) {
  const nodes = [];
  let rest = source;
  let plainText = "";
  while (rest) {
    const found = earliestMatch(rest, rules);
    if (!found) break;
    const [match, make] = found;
    const node = make(match);
    plainText += rest.slice(0, match.index) + (node ? "" : match[0].slice(0, -1));
    if (node) nodes.push(decodeEntities(plainText), node);
    if (node) plainText = "";
    rest = rest.slice(match.index + match[0].length - (node ? 0 : 1));
  }
  return [...nodes, decodeEntities(plainText + rest)].filter((node) => node !== "");
}

function earliestMatch(source, rules) {
  let best = null;
  for (const [pattern, make] of rules) {
    const match = pattern.exec(source);
    if (match && (!best || match.index < best[0].index)) best = [match, make];
  }
  return best;
}

function reference(inside, names) {
  const [target, label] = splitAtFirst(inside, "|");
  if (target.startsWith("@")) return mention(`@${names.member(target.slice(1)) ?? label}`);
  if (target.startsWith("#")) return mention(`#${names.channel(target.slice(1)) ?? label}`);
  if (target.startsWith("!date^")) return names.date(target, decodeEntities(label));
  if (target.startsWith("!")) return mention(`@${target.slice(1)}`);
  return link(decodeEntities(target), decodeEntities(label || target.replace(/^mailto:/u, "")));
}

function mention(name) {
  return h("span", { class: "mention" }, name);
}

function splitAtFirst(source, mark) {
  const at = source.indexOf(mark);
  return at < 0 ? [source, ""] : [source.slice(0, at), source.slice(at + 1)];
}

function decodeEntities(source) {
  return source.replace(/&(?:amp|lt|gt);/gu, (entity) => ENTITIES[entity]);
}

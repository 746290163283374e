// Builds elements; strings become text nodes, never markup.

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "selected", "inert"]);
const SVG = "http://www.w3.org/2000/svg";

/** Make an element; `on…` props are listeners, `dataset` an object; empty props are ignored. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "dataset") assign(node.dataset, value);
    else if (PROPERTIES.has(name)) node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return node;
}

/** Make an SVG image of 20 by 20 units from `[[tag, attributes], …]`. */
export function svg(shapes, attributes = {}) {
  const node = document.createElementNS(SVG, "svg");
  const all = { viewBox: "0 0 20 20", width: 20, height: 20, ...attributes };
  for (const [name, value] of Object.entries(all)) node.setAttribute(name, value);
  for (const [tag, shape] of shapes) {
    const child = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(shape)) child.setAttribute(name, value);
    node.append(child);
  }
  return node;
}

/** Join parts into an id without spaces that is the same at every redraw. */
export function idOf(...parts) {
  return parts.map((part) => encodeURIComponent(part)).join("--");
}

/** A link that opens in a new tab, or plain text if the URL is not a web, mail or phone link. */
export function link(url, ...children) {
  if (!/^(https?:|mailto:|tel:)/i.test(url)) return h("span", {}, ...children);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

function assign(dataset, values) {
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null) dataset[name] = value;
  }
}

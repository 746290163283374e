// The page's own icons, drawn in the colour of the surrounding text.

import { svg } from "./dom.js";

const SHAPES = {
  hash: "M7.5 3.5l-1.5 13M14 3.5l-1.5 13M3.5 7.5h13.5M3 12.5h13.5",
  lock: "M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9M4.5 9h11v8h-11z",
  home: "M3 9.5L10 3.5l7 6M5 8.5V17h10V8.5M8.5 17v-4.5h3V17",
  mail: "M2.5 4.5h15v11h-15zM2.5 5.5L10 11l7.5-5.5",
  bolt: "M11 2.5L4.5 11.5H9.5L9 17.5l6.5-9H10.5z",
  send: "M3 10L2.5 3.5 17.5 10 2.5 16.5zM3 10h7",
  eye: "M1.5 10S4.5 4.5 10 4.5 18.5 10 18.5 10 15.5 15.5 10 15.5 1.5 10 1.5 10zM10 7.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  close: "M5 5l10 10M15 5L5 15",
  back: "M12.5 4L6.5 10l6 6",
  more: "M4.5 10h.1M10 10h.1M15.5 10h.1",
  check: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM6.5 10l2.5 2.5L13.5 8",
  notice: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM10 6v5M10 14h.1",
  clock: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM10 5.5V10l3 2",
  user: "M10 3a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM3.5 17c0-3.5 2.5-5 6.5-5s6.5 1.5 6.5 5",
  app: "M3 3h5.5v5.5H3zM11.5 3H17v5.5h-5.5zM3 11.5h5.5V17H3zM11.5 11.5H17V17h-5.5z",
  file: "M5 2.5h6.5L15 6v11.5H5zM11.5 2.5V6H15M7.5 10h5M7.5 13h5",
  image: "M2.5 3.5h15v13h-15zM2.5 14l4.5-5 4 4.5 2.5-2.5 4 4M13 7h.1",
};

/** Draw an icon that screen readers ignore. */
export function icon(name, size = 18) {
  const stroke = name === "more" ? 2.6 : 1.5;
  const attrs = { fill: "none", stroke: "currentColor", "stroke-width": stroke };
  const round = { "stroke-linecap": "round", "stroke-linejoin": "round" };
  const shape = ["path", { d: SHAPES[name], ...attrs, ...round }];
  return svg([shape], { width: size, height: size, class: "icon", "aria-hidden": "true" });
}

// Images for the emoji codes that bots use most, so that no emoji font is needed.

import { svg } from "./dom.js";

const fill = (colour, d) => ["path", { fill: colour, d }];
const line = (colour, d, width = 2) => [
  "path",
  {
    d,
    fill: "none",
    stroke: colour,
    "stroke-width": width,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  },
];
const disc = (colour, cx = 10, cy = 10, r = 7.5) => ["circle", { cx, cy, r, fill: colour }];
const tile = (colour) => ["rect", { x: 2, y: 2, width: 16, height: 16, rx: 3.5, fill: colour }];
const GOLD = "#e5a823";
const BLUE = "#3b7dd8";
const RED = "#d33a3f";
const GREEN = "#2f9e5b";
const GREY = "#6b7480";
const SKIN = "#f3bb4b";

const person = (colour, x = 0) => [
  disc(colour, 10 + x, 6.5, 3.7),
  fill(colour, `M${3 + x} 18c0-4.6 3-7 7-7s7 2.4 7 7z`),
];
const CHECK = line("#fff", "M5.8 10.4l3 3 5.5-6.6", 2.2);
const SHACKLE = "M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9";
const CASE = fill(
  GOLD,
  "M5 8.5h10a1.5 1.5 0 0 1 1.5 1.5v6.5A1.5 1.5 0 0 1 15 18H5a1.5 1.5 0 0 1-1.5-1.5V10A1.5 1.5 0 0 1 5 8.5z",
);
const SAND = [
  line("#8a6a2f", "M5 2.5h10M5 17.5h10", 2),
  fill(
    "#cfe3f7",
    "M6 3.5h8c0 3.5-1.6 4.8-3.2 6.5 1.6 1.7 3.2 3 3.2 6.5H6c0-3.5 1.6-4.8 3.2-6.5C7.6 8.3 6 7 6 3.5z",
  ),
  fill(
    GOLD,
    "M7.2 6.2h5.6c-.7 1.5-1.8 2.5-2.8 3.4-1-.9-2.1-1.9-2.8-3.4zM7 16.5c.5-2.3 1.5-3 3-3.8 1.5.8 2.5 1.5 3 3.8z",
  ),
];
const LETTER = [
  [
    "rect",
    {
      x: 1.5,
      y: 4,
      width: 17,
      height: 12,
      rx: 1.8,
      fill: "#e9eef5",
      stroke: "#8392a7",
      "stroke-width": 1.2,
    },
  ],
  line("#8392a7", "M2.5 5.5L10 11l7.5-5.5", 1.4),
];

const PICTURES = {
  white_check_mark: [tile(GREEN), CHECK],
  heavy_check_mark: [line(GREEN, "M3.5 10.8l4.2 4.2 8.8-10", 2.8)],
  x: [line(RED, "M4.5 4.5l11 11M15.5 4.5l-11 11", 3)],
  warning: [
    fill(
      "#f4bc1c",
      "M10 2.2c.6 0 1 .3 1.3.8l7.2 12.7c.6 1-.1 2.3-1.3 2.3H2.8c-1.2 0-1.9-1.3-1.3-2.3L8.7 3c.3-.5.7-.8 1.3-.8z",
    ),
    line("#4d3a00", "M10 7.3v4.6M10 15v.1", 1.9),
  ],
  lock: [line(GREY, SHACKLE), CASE, disc("#7a5710", 10, 13, 1.5)],
  unlock: [line(GREY, "M6.5 9V5.5a3.5 3.5 0 0 1 6.7-1.4"), CASE, disc("#7a5710", 10, 13, 1.5)],
  key: [
    line(GOLD, "M9.4 10.6L16.5 3.5M13.5 6.5l2.5 2.5", 2.2),
    ["circle", { cx: 6.5, cy: 13.5, r: 3.6, fill: "none", stroke: GOLD, "stroke-width": 2.4 }],
  ],
  bell: [
    fill(
      GOLD,
      "M10 1.8a1.3 1.3 0 0 1 1.3 1.3c2.5.6 4 2.8 4 5.4 0 3.6 1 4.5 1.7 5.5H3c.7-1 1.7-1.9 1.7-5.5 0-2.6 1.5-4.8 4-5.4A1.3 1.3 0 0 1 10 1.8z",
    ),
    disc("#a8740d", 10, 16.3, 1.9),
  ],
  wave: [
    fill(
      SKIN,
      "M5 10.5c0-1 1.5-1.3 1.9-.3L7.5 12V4.6c0-1.3 1.9-1.3 1.9 0v4.6-6c0-1.3 1.9-1.3 1.9 0v6-4.8c0-1.3 1.9-1.3 1.9 0v5.6-3.2c0-1.2 1.8-1.2 1.8 0V13c0 3-1.9 5.2-4.7 5.2-2.2 0-3.6-1-4.3-3z",
    ),
    line("#b9c0c9", "M2.5 6.5c.2-1.2.8-2.2 1.7-3M17 15.5c-.3.9-.8 1.6-1.5 2.2", 1.3),
  ],
  hourglass: SAND,
  hourglass_flowing_sand: SAND,
  email: LETTER,
  envelope: LETTER,
  incoming_envelope: LETTER,
  information_source: [tile(BLUE), line("#fff", "M10 9.2v5M10 6v.1", 2.2)],
  bust_in_silhouette: person("#5a6b85"),
  busts_in_silhouette: [...person("#93a1b8", 3), ...person("#5a6b85", -2)],
  arrow_right: [tile(BLUE), line("#fff", "M5.5 10h8.5M10.8 6.6 14.2 10l-3.4 3.4", 2)],
  door: [
    fill("#b07a3f", "M5 2h10a1 1 0 0 1 1 1v15H4V3a1 1 0 0 1 1-1z"),
    line("#7d5325", "M7 5.2h6v4H7zM7 11.8h6v3.4H7z", 1.2),
    disc(GOLD, 14, 10.6, 1),
  ],
  sleeping: [
    disc(SKIN),
    line("#4d3a00", "M5.8 9.2c.8.8 1.8.8 2.6 0M11.6 9.2c.8.8 1.8.8 2.6 0M8.5 13.6h3", 1.4),
  ],
  speech_balloon: [
    fill(
      "#eef2f7",
      "M4 3h12a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H9.5L5.5 17.5V14H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z",
    ),
    line("#8392a7", "M6 7h8M6 10h5", 1.6),
  ],
  rotating_light: [
    fill(RED, "M5 15V9.5a5 5 0 0 1 10 0V15z"),
    fill("#8392a7", "M3.5 15h13v2.5h-13z"),
    line(RED, "M10 1.2v1.6M3.2 4.2l1.2 1.2M16.8 4.2l-1.2 1.2", 1.5),
  ],
  no_entry: [disc(RED, 10, 10, 8), line("#fff", "M6 10h8", 2.6)],
  red_circle: [disc(RED)],
  large_green_circle: [disc(GREEN)],
  large_yellow_circle: [disc("#f0c02d")],
  large_blue_circle: [disc(BLUE)],
  white_circle: [
    ["circle", { cx: 10, cy: 10, r: 7, fill: "#fff", stroke: "#9aa3ad", "stroke-width": 1.5 }],
  ],
  calendar: [
    [
      "rect",
      {
        x: 2.5,
        y: 3.5,
        width: 15,
        height: 14,
        rx: 2,
        fill: "#eef2f7",
        stroke: "#8392a7",
        "stroke-width": 1.2,
      },
    ],
    fill(RED, "M2.5 7.8V5.5a2 2 0 0 1 2-2h11a2 2 0 0 1 2 2v2.3z"),
    line("#8392a7", "M6 11.5h2M12 11.5h2M6 14.5h2M12 14.5h2", 1.6),
  ],
  link: [
    line(
      GREY,
      "M8.5 11.5a3.3 3.3 0 0 0 4.7 0l3-3a3.3 3.3 0 0 0-4.7-4.7l-1 1M11.5 8.5a3.3 3.3 0 0 0-4.7 0l-3 3a3.3 3.3 0 0 0 4.7 4.7l1-1",
      1.9,
    ),
  ],
  house: [
    fill("#c98b5a", "M4.5 9.5h11V17a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1z"),
    line("#a94442", "M2.5 10L10 3l7.5 7"),
    fill("#6d4527", "M8.3 12.5h3.4V18H8.3z"),
  ],
  clipboard: [
    ["rect", { x: 3.5, y: 3, width: 13, height: 15, rx: 2, fill: "#b98247" }],
    fill("#fbfbf8", "M5.5 5.5h9v10.5h-9z"),
    fill(GREY, "M7.5 2h5v3h-5z"),
    line("#9aa3ad", "M7.5 8.5h5M7.5 11h5M7.5 13.5h3", 1.2),
  ],
  pencil2: [
    [
      "rect",
      {
        x: 2.5,
        y: 4.5,
        width: 13,
        height: 13,
        rx: 2,
        fill: "#eef2f7",
        stroke: "#8392a7",
        "stroke-width": 1.2,
      },
    ],
    line(GOLD, "M8 12.5L16 3.5", 2.6),
  ],
  telephone_receiver: [line("#444c56", "M4.5 4.5c0 6 5 11 11 11", 4.2)],
  mag: [
    ["circle", { cx: 8.5, cy: 8.5, r: 5, fill: "#dbeafb", stroke: GREY, "stroke-width": 1.8 }],
    line(GREY, "M12.5 12.5l5 5", 2.4),
  ],
  tada: [
    fill(GOLD, "M2.5 17.5L7 6.5l6.5 6.5z"),
    line(RED, "M11 7l2-4", 1.8),
    line(BLUE, "M13.5 9.5l3.5-2", 1.8),
    line(GREEN, "M14 13l3.5.8", 1.8),
    disc(RED, 16.5, 3.5, 1.2),
  ],
};
PICTURES.memo = PICTURES.pencil2;
PICTURES.date = PICTURES.calendar;

/** The image for an emoji code without colons, null if there is none. */
export function emoji(name) {
  const shapes = PICTURES[name];
  if (!shapes) return null;
  const label = name.replaceAll("_", " ");
  return svg(shapes, { class: "emoji", role: "img", "aria-label": label, "data-emoji": name });
}

// The field that takes files: each is uploaded at once, and listed until it is sent or taken away.

import { h } from "./dom.js";
import { icon } from "./icons.js";

const MOST = 10;
const WORDS = {
  file_too_large: "This file is larger than 10 MB.",
  unreachable: "The file could not be uploaded. Try again?",
};

/** A native file input with the list of what was uploaded. */
export function fileField(slot) {
  const { filetypes, max_files: most = MOST } = slot.element;
  const field = h("input", {
    ...slot.attributes,
    class: "field files",
    type: "file",
    accept: filetypes?.map((type) => `.${type}`).join(","),
    multiple: most > 1,
  });
  const list = h("ul", { class: "chosen-files" });
  const note = h("p", { class: "hint", role: "status" });
  const draw = () => list.replaceChildren(...slot.value().map((file) => row(file)));
  const keep = (files) => {
    slot.put(files);
    draw();
    slot.fire();
  };
  const row = (file) => {
    const without = () => keep(slot.value().filter((one) => one.id !== file.id));
    const look = { class: "cross", type: "button", "aria-label": `Remove ${file.name}` };
    const remove = h("button", { ...look, onclick: without }, icon("close", 14));
    const size = h("small", {}, sizeOf(file.size));
    return h("li", { class: "chip" }, icon("file", 16), h("span", {}, file.name), size, remove);
  };
  field.addEventListener("change", async () => {
    const room = most === 1 ? [] : slot.value();
    const wanted = [...field.files].slice(0, most - room.length);
    note.textContent = "Uploading…";
    const answers = await Promise.all(wanted.map((file) => slot.upload(file)));
    const wrong = answers.find((answer) => !answer.ok);
    note.textContent = wrong ? (WORDS[wrong.error] ?? wrong.error) : "";
    field.value = "";
    keep([...room, ...answers.filter((answer) => answer.ok).map((answer) => answer.file)]);
  });
  draw();
  return h("div", { class: "file-field" }, field, note, list);
}

/** A size in words. */
export function sizeOf(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

// The field for files: each file is uploaded when it is chosen, and can be removed again.

import { h } from "./dom.js";
import { icon } from "./icons.js";

const DEFAULT_MAX_FILES = 10;
const UPLOAD_ERRORS = {
  file_too_large: "This file is larger than 10 MB.",
  unreachable: "The file could not be uploaded. Try again?",
};

/** A native file input with a list of the uploaded files. */
export function fileField(binding) {
  const { filetypes, max_files: most = DEFAULT_MAX_FILES } = binding.element;
  const field = h("input", {
    ...binding.attributes,
    class: "field files",
    type: "file",
    accept: filetypes?.map((type) => `.${type}`).join(","),
    multiple: most > 1,
  });
  const list = h("ul", { class: "chosen-files" });
  const note = h("p", { class: "hint", role: "status" });
  const draw = () => list.replaceChildren(...binding.value().map((file) => row(file)));
  const keep = (files) => {
    binding.put(files);
    draw();
    binding.fire();
  };
  const row = (file) => {
    const without = () => keep(binding.value().filter((one) => one.id !== file.id));
    const attrs = { class: "cross", type: "button", "aria-label": `Remove ${file.name}` };
    const remove = h("button", { ...attrs, onclick: without }, icon("close", 14));
    const size = h("small", {}, sizeOf(file.size));
    return h("li", { class: "chip" }, icon("file", 16), h("span", {}, file.name), size, remove);
  };
  const take = async () => {
    const existing = most === 1 ? [] : binding.value();
    const wanted = [...field.files].slice(0, most - existing.length);
    note.textContent = "Uploading…";
    const answers = await Promise.all(wanted.map((file) => binding.upload(file)));
    const wrong = answers.find((answer) => !answer.ok);
    note.textContent = wrong ? (UPLOAD_ERRORS[wrong.error] ?? wrong.error) : "";
    field.value = "";
    keep([...existing, ...answers.filter((answer) => answer.ok).map((answer) => answer.file)]);
  };
  field.addEventListener("change", () => binding.waitFor(take()));
  draw();
  return h("div", { class: "file-field" }, field, note, list);
}

/** A number of bytes with a unit. */
export function sizeOf(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

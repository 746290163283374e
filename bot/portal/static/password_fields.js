// Adds a button to each password field that shows and hides what is typed.
const unseen = (text) => {
  const node = document.createElement("span");
  node.className = "unseen";
  node.textContent = text;
  return node;
};

for (const place of document.querySelectorAll(".secret")) {
  const field = place.querySelector("input");
  const word = document.createElement("span");
  const said = unseen("");
  said.setAttribute("role", "status");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "show";
  // The name says which field it is about, because a page may have three of them.
  button.append(word, unseen(`: ${field.labels[0].textContent}`));

  const show = (isShown) => {
    field.type = isShown ? "text" : "password";
    word.textContent = isShown ? place.dataset.hide : place.dataset.show;
  };

  button.addEventListener("click", () => {
    show(field.type === "password");
    said.textContent = field.type === "text" ? place.dataset.shown : place.dataset.hidden;
  });
  // A browser offers to store what was typed in a password field, and remembers other texts.
  field.form.addEventListener("submit", () => show(false));
  show(false);
  field.spellcheck = false;
  field.autocapitalize = "none";
  place.append(button, said);
}

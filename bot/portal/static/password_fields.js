// Adds a button to each password field that shows and hides what is typed.
for (const place of document.querySelectorAll(".secret")) {
  const field = place.querySelector("input");
  const said = document.createElement("span");
  said.className = "unseen";
  said.setAttribute("role", "status");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "show";

  const show = (isShown) => {
    field.type = isShown ? "text" : "password";
    button.textContent = isShown ? place.dataset.hide : place.dataset.show;
    // The name says which field it is about, because a page may have three of them.
    button.setAttribute("aria-label", `${button.textContent}: ${field.labels[0].textContent}`);
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

// Ticks the rules off while a new password is typed; the server checks them all again.
const checks = {
  length: (text, number) => [...text].length >= number,
  most: (text, number) => [...text].length <= number,
  upper: (text) => /\p{Uppercase}/u.test(text),
  lower: (text) => /\p{Lowercase}/u.test(text),
  number: (text) => /\p{Nd}/u.test(text),
};

const password = document.getElementById("password");
const rules = document.getElementById("rules");

const check = () => {
  const text = password.value.normalize("NFC");
  for (const rule of rules.children) {
    const holds = checks[rule.dataset.check];
    // What the server found of the other rules was about the password before.
    const kept = holds && text !== "" && holds(text, Number(rule.dataset.number));
    rule.className = kept ? "kept" : "";
    rule.querySelector(".word").textContent = kept ? rules.dataset.kept : "";
  }
};

password.addEventListener("input", check);
// Something may have been typed, or filled in by a password manager, before this runs.
if (password.value) check();

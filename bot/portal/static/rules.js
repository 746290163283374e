// Ticks the rules off while a new password is typed; the server checks them all again.
const checks = {
  length: (text, least) => [...text].length >= least,
  upper: (text) => /\p{Lu}/u.test(text),
  lower: (text) => /\p{Ll}/u.test(text),
  number: (text) => /\p{Nd}/u.test(text),
};

const rules = document.querySelectorAll("[data-check]");
const password = document.getElementById("password");

if (password && rules.length > 0) {
  password.addEventListener("input", () => {
    for (const rule of rules) {
      const kept = checks[rule.dataset.check](password.value, Number(rule.dataset.least));
      rule.classList.toggle("kept", kept);
      if (kept) rule.classList.remove("broken");
    }
  });
}

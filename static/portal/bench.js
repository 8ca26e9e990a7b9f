// The keys of the bench: j and k move between what a line may be, m matches or proposes, f fee, w write-off, u undo, c confirm,
// s splits, g groups; there x ticks a row and a adds up. n and p lead to the next and the previous line that waits, ? helps.
// The bench works without them.
document.addEventListener("DOMContentLoaded", () => {
  const bench = document.querySelector(".pp-bench");
  const help = document.getElementById("help");
  if (!bench || !help) return;
  const choices = [...bench.querySelectorAll(".pp-choice, [data-choice]")];
  document.getElementById("keys")?.removeAttribute("hidden");
  let at = -1;

  const go = (place) => {
    if (!choices.length) return;
    choices[at]?.removeAttribute("aria-current");
    at = Math.max(0, Math.min(choices.length - 1, place));
    choices[at].setAttribute("aria-current", "true");
    choices[at].scrollIntoView({ block: "nearest" });
    choices[at].querySelector("input[type=checkbox], input[type=radio], a, button")?.focus({ preventScroll: true });
  };
  // What a form still asks for comes first; what asks for nothing is not sent by one key, but shown.
  const reach = (form) => {
    if (!form) return;
    form.closest("details")?.setAttribute("open", "");
    const field = form.querySelector("[required]:not([type=hidden])") ?? form.querySelector("button");
    field.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  };
  const follow = (name) => bench.querySelector(`a[rel=${name}]`)?.click() ?? document.querySelector(`a[rel=${name}]`)?.click();

  const keys = {
    j: () => go(at + 1),
    k: () => go(at - 1),
    m: () => {
      const proposed = document.getElementById("propose");
      if (proposed) return reach(proposed);
      if (at < 0) go(0);
      reach(choices[at]?.querySelector("form"));
    },
    f: () => reach(document.getElementById("fee")),
    w: () => reach(document.getElementById("write-off")),
    s: () => document.getElementById("split")?.click(),
    g: () => document.getElementById("group")?.click(),
    x: () => choices[at]?.querySelector("input[type=checkbox], input[type=radio]")?.click(),
    a: () => document.getElementById("add-up")?.requestSubmit(),
    u: () => reach(bench.querySelector("form[action$='/undo/']")),
    c: () => reach(bench.querySelector("form[action$='/confirm/']")),
    n: () => follow("next"),
    p: () => follow("prev"),
    "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const act = keys[event.key];
    if (!act || (event.repeat && !["j", "k"].includes(event.key))) return;
    event.preventDefault();
    act();
  });
});

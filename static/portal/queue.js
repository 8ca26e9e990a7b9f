// The keys of a queue: j and k move, x chooses, a approves, r rejects, o opens, ? helps. The queue works without them.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("approve");
  const help = document.getElementById("help");
  const rows = [...document.querySelectorAll("#queue tbody tr")];
  if (!form || !rows.length) return;
  const reason = document.getElementById("reason");
  document.getElementById("keys")?.removeAttribute("hidden");
  let at = -1;

  const go = (place) => {
    rows[at]?.removeAttribute("aria-current");
    at = Math.max(0, Math.min(rows.length - 1, place));
    rows[at].setAttribute("aria-current", "true");
    rows[at].scrollIntoView({ block: "nearest" });
    (rows[at].querySelector("input[type=checkbox]") ?? rows[at].querySelector("a")).focus({ preventScroll: true });
  };
  const box = () => rows[at]?.querySelector("input[type=checkbox]");
  const choose = (value) => {
    const one = box();
    if (!one) return;
    one.checked = value ?? !one.checked;
    one.dispatchEvent(new Event("change"));
  };
  const chooseSomething = () => {
    if (!form.querySelector("input[name=payout]:checked")) choose(true);
    return form.querySelector("input[name=payout]:checked");
  };
  const press = (decision) => form.querySelector(`button[name=decision][value=${decision}]`)?.click();

  const keys = {
    j: () => go(at + 1),
    k: () => go(at - 1),
    x: () => choose(),
    a: () => chooseSomething() && press("approve"),
    r: () => chooseSomething() && reason?.focus(),
    Enter: () => keys.o(),
    o: () => at >= 0 && window.location.assign(rows[at].dataset.page),
    "?": () => help?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.repeat && !["j", "k"].includes(event.key)) return event.preventDefault();
    if (event.ctrlKey || event.metaKey || event.altKey || help?.open) return;
    if (event.target.matches("input:not([type=checkbox]), textarea, select")) {
      if (event.key === "Enter" && event.target === reason) {
        event.preventDefault();
        press("reject");
      }
      return;
    }
    const act = keys[event.key];
    if (!act || (event.key === "Enter" && event.target.matches("a, button, summary"))) return;
    event.preventDefault();
    act();
  });
  reason?.addEventListener("input", () => reason.setCustomValidity(""));
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value === "reject" && reason && !reason.value.trim()) {
      event.preventDefault();
      reason.setCustomValidity("A rejection needs a reason.");
      reason.reportValidity();
      reason.focus();
    }
  });
});

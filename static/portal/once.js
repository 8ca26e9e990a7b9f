// A second press of a button while its answer is on the way sends nothing.
"use strict";

const ANSWER_MILLISECONDS = 5000; // a form whose answer is a download leaves the page as it is

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, ANSWER_MILLISECONDS);
});

// Back again, the page may be the one that was left, with its forms as they were.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

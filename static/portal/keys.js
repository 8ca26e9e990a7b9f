// What the theme opens by a click alone opens by keys as well.
"use strict";

const CLICKED = "[x-on\\:click]:not(a[href], button, input, summary, #changelist-filter-close)";

document.addEventListener("alpine:initialized", () => {
  for (const element of document.querySelectorAll(CLICKED)) {
    element.tabIndex = 0;
    element.setAttribute("role", "button");
  }
});

document.addEventListener("keydown", (event) => {
  if ((event.key !== "Enter" && event.key !== " ") || !event.target.matches(CLICKED)) return;
  event.preventDefault();
  event.target.click();
});

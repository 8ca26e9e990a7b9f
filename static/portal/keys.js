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

// A table that is wider than the window is scrolled by the arrow keys, once Tab has come to it.
function reachWideTables() {
  for (const table of document.querySelectorAll(".pp-scroll")) {
    if (table.scrollWidth <= table.clientWidth) continue;
    table.tabIndex = 0;
    table.setAttribute("role", "region");
    table.setAttribute("aria-label", table.closest("section")?.querySelector("h2")?.textContent.trim() || "Table");
  }
}

document.addEventListener("alpine:initialized", () => requestAnimationFrame(reachWideTables));
addEventListener("resize", reachWideTables);

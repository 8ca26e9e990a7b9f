// What the theme opens by a click alone opens by keys as well, and what it draws is named for those who hear it.
"use strict";

const CLICKED = "[x-on\\:click]:not(a[href], button, input, summary, #changelist-filter-close)";
const NAMES = { close: "Close the menu", search: "Search" };

document.addEventListener("alpine:initialized", () => {
  for (const element of document.querySelectorAll(CLICKED)) {
    element.tabIndex = 0;
    element.setAttribute("role", "button");
  }
  // The theme draws icons by words of a font, which are no part of what a link says.
  for (const icon of document.querySelectorAll(".material-symbols-outlined")) {
    const word = icon.textContent.trim();
    const button = icon.closest("button, [role=button]");
    if (button?.textContent.trim() === word && !button.ariaLabel) button.ariaLabel = NAMES[word] ?? "Light or dark";
    if (icon !== button) icon.setAttribute("aria-hidden", "true");
  }
  document.querySelector("#nav-sidebar a.active")?.setAttribute("aria-current", "page");
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

// The theme writes the name of a chosen file into a field beside it, which our forms do not have: they are left alone.
document.addEventListener("DOMContentLoaded", () => {
  for (const input of document.querySelectorAll(".pp-page input[type=file]")) input.hasChangeListener = true;
});

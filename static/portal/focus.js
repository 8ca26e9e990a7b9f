// The theme hides a page until its scripts run, and by then browsers have given up on `autofocus`.
"use strict";

document.addEventListener("alpine:initialized", () => {
  requestAnimationFrame(() => {
    const field = document.querySelector("[autofocus]");
    if (field && document.activeElement === document.body) field.focus();
  });
});

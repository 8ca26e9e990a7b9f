// Keeps a page on which something is at work up to date: what is said of it is exchanged, and when it is done, the page.
"use strict";
setInterval(async () => {
  const shown = document.querySelector("[data-busy] [aria-live]");
  if (!shown || document.hidden) return;
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelector("[data-busy] [aria-live]");
  if (!now) location.reload();
  else if (now.textContent !== shown.textContent) shown.replaceWith(now);
}, 2000);

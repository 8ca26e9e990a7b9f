// Renews a page on which something is at work, while it can be seen and nobody is at a form of it.
"use strict";
setInterval(() => {
  if (document.querySelector("[data-busy]") && !document.hidden && !document.querySelector("form :focus")) location.reload();
}, 2000);

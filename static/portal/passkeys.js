// Asks the browser for a passkey: what it is asked stands in the form, and its answer goes with the form.
"use strict";

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function asked(options) {
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));
  const ready = { ...options, challenge: bytes(options.challenge) };
  if (options.user) ready.user = { ...options.user, id: bytes(options.user.id) };
  if (options.allowCredentials) ready.allowCredentials = known(options.allowCredentials);
  if (options.excludeCredentials) ready.excludeCredentials = known(options.excludeCredentials);
  return ready;
}

function answered(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function ask(button) {
  const form = button.form;
  const options = JSON.parse(button.dataset.passkey);
  if (options.user && !form.reportValidity()) return;
  const problem = document.getElementById("passkey-problem");
  problem.hidden = true;
  try {
    const publicKey = asked(options);
    const request = options.user ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey });
    form.querySelector("[data-passkey-answer]").value = answered(await request);
    form.submit();
  } catch (error) {
    problem.textContent = `The browser has given no passkey (${error.name}). Try it again, or use a code.`;
    problem.hidden = false;
  }
}

document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("button[data-passkey]")) {
    if (window.PublicKeyCredential) button.addEventListener("click", () => ask(button));
    else button.disabled = true;
  }
});

// Signs with a passkey what a form sends. A form names what to sign in data-asked, or in data-ask where that is asked
// for; with data-create a passkey is made first. Without this file nothing is signed, and the page says so.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const named = (form, name) => form.elements.namedItem(name);

  async function create(form) {
    const asked = JSON.parse(form.dataset.create);
    const made = await navigator.credentials.create({
      publicKey: {
        rp: { id: asked.rp_id, name: asked.rp_id },
        user: { id: bytes(asked.user), name: asked.name, displayName: asked.name },
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
        excludeCredentials: asked.credentials.map((id) => ({ type: "public-key", id: bytes(id) })),
        authenticatorSelection: { userVerification: "required", residentKey: "preferred" },
        attestation: "none",
      },
    });
    const key = made.response.getPublicKey();
    if (!key) throw new Error(form.dataset.unusable);
    named(form, "credential").value = text(made.rawId);
    named(form, "public_key").value = text(key);
  }

  async function ask(form) {
    if (form.dataset.asked) return JSON.parse(form.dataset.asked);
    const answer = await fetch(form.dataset.ask, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.detail);
    return said;
  }

  async function sign(form) {
    if (form.dataset.create && !named(form, "credential").value) await create(form);
    const asked = await ask(form);
    if (!asked.challenge) return form.submit(); // nothing of it is put on record
    const { response, rawId } = await navigator.credentials.get({
      publicKey: {
        challenge: bytes(asked.challenge),
        rpId: asked.rp_id,
        allowCredentials: asked.credentials.map((id) => ({ type: "public-key", id: bytes(id) })),
        userVerification: "required",
      },
    });
    named(form, "signature").value = JSON.stringify({
      at: asked.at,
      credential: text(rawId),
      authenticator_data: text(response.authenticatorData),
      client_data: text(response.clientDataJSON),
      signature: text(response.signature),
      leaves: asked.leaves ?? [],
    });
    if (asked.command && named(form, "command")) named(form, "command").value = asked.command;
    return form.submit();
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("button[type=submit]");
    const said = form.querySelector("[role=alert]");
    const say = (words) => {
      button.disabled = false;
      said.textContent = words;
      said.hidden = false;
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      button.disabled = true;
      said.hidden = true;
      if (!window.PublicKeyCredential) say(form.dataset.unusable);
      else sign(form).catch((error) => say(error.name === "NotAllowedError" ? form.dataset.stopped : error.message));
    });
  }
})();

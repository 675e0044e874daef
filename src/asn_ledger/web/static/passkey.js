// Signs with a passkey what a form sends, or takes the file that was signed elsewhere with a TTE. A form names what to
// sign in data-asked, or in data-ask where that is asked for; with data-create a passkey is made first, with
// data-certificate a certificate is sent along. Without this file nothing is signed, and the page says so.
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

  const base64 = (file) =>
    new Promise((done, failed) => {
      const reader = new FileReader();
      reader.addEventListener("load", () => done(reader.result.slice(reader.result.indexOf(",") + 1)));
      reader.addEventListener("error", () => failed(reader.error));
      reader.readAsDataURL(file);
    });

  // Shows how the act is signed with a TTE: its PDF, its fingerprint, and where the signed file goes.
  function offer(form, asked) {
    const place = form.querySelector(".tte");
    if (!asked.pdf || !place) return;
    const pdf = Uint8Array.from(atob(asked.pdf), (c) => c.charCodeAt(0));
    const digits = [...bytes(asked.challenge)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    place.querySelector("[data-tte-act]").href = URL.createObjectURL(new Blob([pdf], { type: "application/pdf" }));
    place.querySelector("[data-tte-fingerprint]").textContent = digits.match(/.{4}/g).join(" ");
    place.hidden = false;
    form.asked = asked;
  }

  async function send(form, file) {
    const given = { signed_file: await base64(file), leaves: form.asked?.leaves ?? [] };
    named(form, "signature").value = JSON.stringify(given);
    form.submit();
  }

  async function sign(form) {
    const signed = form.querySelector("[data-tte-signed]")?.files[0];
    if (signed && form.asked) return send(form, signed);
    if (form.dataset.create && !named(form, "credential").value) await create(form);
    const certificate = form.querySelector("[data-certificate]")?.files[0];
    if (certificate) named(form, "certificate").value = await base64(certificate);
    const asked = await ask(form);
    if (!asked.challenge) return form.submit(); // nothing of it is put on record
    if (asked.command && named(form, "command")) named(form, "command").value = asked.command;
    offer(form, asked);
    if (!asked.credentials.length) throw new Error(form.dataset.tte);
    if (!window.PublicKeyCredential) throw new Error(form.dataset.unusable);
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
    if (form.dataset.asked) offer(form, JSON.parse(form.dataset.asked));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      button.disabled = true;
      said.hidden = true;
      sign(form).catch((error) => say(error.name === "NotAllowedError" ? form.dataset.stopped : error.message));
    });
  }
})();

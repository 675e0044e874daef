// Checks a receipt (c2sp.org/tlog-proof@v1) in the browser: nothing is sent anywhere, and a saved copy works without a
// network. Each value has one spelling, as everywhere in these formats, so that no bit of a receipt is free.
"use strict";

(() => {
  const form = document.getElementById("check");
  if (!form) return;
  const said = document.getElementById("check-said");
  const words = new Map([...document.querySelectorAll("#check-words [data-word]")].map((one) => [one.dataset.word, one.textContent]));
  const MOST = { receipt: 700000, entry: 65535, hashes: 64, signatures: 64 };
  const BIGGEST = 2n ** 63n - 1n;

  class Refused extends Error {}
  const require = (holds, word) => {
    if (!holds) throw new Refused(word);
  };

  const bytesOf = (text) => new TextEncoder().encode(text);
  const joined = (...parts) => {
    const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  };
  const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
  const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  function base64(text, word) {
    let binary;
    try {
      binary = atob(text);
    } catch {
      throw new Refused(word);
    }
    require(btoa(binary) === text, word);
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  }

  function decimal(text, word) {
    require(/^(0|[1-9][0-9]{0,18})$/.test(text), word);
    const value = BigInt(text);
    require(value <= BIGGEST, word);
    return value;
  }

  const fineName = (name) => name !== "" && !/[\s+\p{C}\p{Z}]/u.test(name) && bytesOf(name).length <= 255;

  async function readKey(text) {
    const [name, id, ...rest] = text.trim().split("+");
    require(rest.length > 0 && fineName(name) && /^[0-9a-f]{8}$/.test(id), "bad_key");
    const raw = base64(rest.join("+"), "bad_key");
    require(raw.length === 33 && raw[0] === 1, "bad_key");
    const made = await sha256(joined(bytesOf(`${name}\n`), raw));
    require(hex(made.slice(0, 4)) === id, "bad_key");
    return { name, id: made.slice(0, 4), raw: raw.slice(1) };
  }

  function readReceipt(text) {
    require(text.length <= MOST.receipt, "bad_receipt");
    const at = text.indexOf("\n\n");
    require(at >= 0, "bad_receipt");
    const lines = text.slice(0, at).split("\n");
    require(lines.shift() === "c2sp.org/tlog-proof@v1", "bad_receipt");
    if (lines[0]?.startsWith("extra ")) require(base64(lines.shift().slice(6), "bad_receipt").length > 0, "bad_receipt");
    require(lines[0]?.startsWith("index "), "bad_receipt");
    const index = decimal(lines.shift().slice(6), "bad_receipt");
    require(lines.length <= MOST.hashes, "bad_receipt");
    const path = lines.map((line) => base64(line, "bad_receipt"));
    require(path.every((part) => part.length === 32), "bad_receipt");
    return { index, path, note: text.slice(at + 2) };
  }

  function readNote(note) {
    require(!/[\u0000-\u0009\u000b-\u001f]/.test(note), "bad_note");
    const at = note.lastIndexOf("\n\n");
    require(at >= 0 && note.endsWith("\n"), "bad_note");
    const text = note.slice(0, at + 1);
    const lines = note.slice(at + 2, -1).split("\n");
    require(lines.length <= MOST.signatures, "bad_note");
    const signatures = lines.map((line) => {
      const [name, encoded] = [line.slice(2, line.indexOf(" ", 2)), line.slice(line.indexOf(" ", 2) + 1)];
      require(line.startsWith("\u2014 ") && line.indexOf(" ", 2) > 0 && fineName(name), "bad_note");
      const value = base64(encoded, "bad_note");
      require(value.length > 4, "bad_note");
      return { name, id: value.slice(0, 4), value: value.slice(4) };
    });
    const [origin, size, root, ...further] = text.slice(0, -1).split("\n");
    require(root !== undefined && origin !== "" && further.every((line) => line !== ""), "bad_note");
    const checkpoint = { text, signatures, origin, size: decimal(size, "bad_note"), root: base64(root, "bad_note") };
    require(checkpoint.root.length === 32, "bad_note");
    return checkpoint;
  }

  async function checkSigned(checkpoint, key) {
    const own = checkpoint.signatures.filter((one) => one.name === key.name && same(one.id, key.id));
    require(own.length > 0 && checkpoint.origin === key.name, "not_signed");
    const imported = await crypto.subtle.importKey("raw", key.raw, { name: "Ed25519" }, false, ["verify"]);
    for (const one of own) {
      const holds = await crypto.subtle.verify({ name: "Ed25519" }, imported, one.value, bytesOf(checkpoint.text));
      require(holds, "wrong_signature");
    }
  }

  // RFC 9162 section 2.1.3.2.
  async function checkIncluded(entry, index, path, checkpoint) {
    require(index < checkpoint.size, "not_included");
    let [position, last] = [index, checkpoint.size - 1n];
    let computed = await sha256(joined([0], entry));
    for (const sibling of path) {
      require(last > 0n, "not_included");
      if (position & 1n || position === last) {
        computed = await sha256(joined([1], sibling, computed));
        while (!(position & 1n) && position) [position, last] = [position >> 1n, last >> 1n];
      } else {
        computed = await sha256(joined([1], computed, sibling));
      }
      [position, last] = [position >> 1n, last >> 1n];
    }
    require(last === 0n && same(computed, checkpoint.root), "not_included");
  }

  function readEntry(text, index) {
    let entry;
    try {
      entry = JSON.parse(text);
    } catch {
      throw new Refused("bad_entry");
    }
    require(entry !== null && typeof entry === "object" && entry.v === 1, "bad_entry");
    require(Number.isSafeInteger(entry.position) && BigInt(entry.position) === index + 1n, "other_position");
    return entry;
  }

  // What the ledger says that it lost: a receipt of an earlier origin may be of it. The signature has been checked by then.
  function lossOf(checkpoint) {
    const told = [...document.querySelectorAll("#check-losses li")].map((one) => ({ ...one.dataset, reason: one.textContent }));
    const ofThis = (one) => [one.earlier, one.seen].includes(checkpoint.origin) && checkpoint.size >= BigInt(one.first);
    return told.find(ofThis);
  }

  const say = (word, values = {}) =>
    words.get(word).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

  function show(kind, head, lines) {
    const box = document.createElement("div");
    box.className = `state ${kind}`;
    const main = document.createElement("strong");
    main.className = "main";
    main.textContent = head;
    box.append(main);
    for (const line of lines) {
      const part = document.createElement("span");
      part.textContent = line;
      box.append(part);
    }
    said.replaceChildren(box);
  }

  async function check() {
    require(globalThis.crypto?.subtle, "no_crypto");
    const typed = Object.fromEntries(["key", "receipt", "entry"].map((name) => [name, form.elements[name].value]));
    for (const name of ["key", "receipt", "entry"]) require(typed[name].trim() !== "", `no_${name}`);
    const key = await readKey(typed.key);
    const receipt = readReceipt(typed.receipt.replaceAll("\r\n", "\n").replace(/\n*$/, "\n"));
    const checkpoint = readNote(receipt.note);
    await checkSigned(checkpoint, key);
    const text = typed.entry.trim();
    require(bytesOf(text).length <= MOST.entry, "bad_entry");
    await checkIncluded(bytesOf(text), receipt.index, receipt.path, checkpoint);
    const entry = readEntry(text, receipt.index);
    const others = checkpoint.signatures.filter((one) => one.name !== key.name).length;
    const values = {
      position: `@${entry.position}`, ledger: entry.ledger, at: entry.recorded_at, size: checkpoint.size,
      origin: checkpoint.origin, root: hex(checkpoint.root), others,
    };
    const loss = lossOf(checkpoint);
    if (loss && receipt.index + 1n >= BigInt(loss.first)) {
      show("vacant", say("lost", { ...values, ...loss }), [say("proved", values), say("lost_beside", loss)]);
      return;
    }
    show("held", say("sound", values), [say("proved", values), say("signed", values), say("unproved", values), say("witnesses", values)]);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.replaceChildren();
    try {
      await check();
    } catch (error) {
      const known = error instanceof Refused;
      const unsupported = error?.name === "NotSupportedError";
      show("vacant", say("refused"), [say(known ? error.message : unsupported ? "no_crypto" : "unread")]);
    }
    said.focus();
  });

  // A file of one's own, chosen or dropped, is read into its field.
  const read = async (file, name) => {
    if (file) form.elements[name].value = await file.text();
  };
  for (const name of ["receipt", "entry"]) {
    const field = form.elements[name];
    document.getElementById(`${name}-file`).addEventListener("change", (event) => read(event.target.files[0], name));
    field.addEventListener("dragover", (event) => event.preventDefault());
    field.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      read(event.dataTransfer.files[0], name);
    });
  }
})();

// The grid of a decree: cells are reached by arrows, Tab and Enter, completed while one types, and filled by pasting
// what a spreadsheet copies. Without this file the grid is a plain form.
"use strict";

(() => {
  const table = document.querySelector("table.grid");
  if (!table) return;
  const body = table.tBodies[0];
  const MOST = 1000;
  const heads = new Map([...table.querySelectorAll("thead th[data-column]")].map((th) => [th.dataset.column, th]));
  const columns = [...heads.keys()];
  const said = document.getElementById("grid-said");

  const rows = () => [...body.rows].filter((row) => !row.classList.contains("said"));
  const cell = (row, column) => rows()[row]?.querySelector(`input[data-column="${columns[column]}"]`);
  const place = (input) => [
    rows().indexOf(input.closest("tr")),
    columns.indexOf(input.dataset.column),
  ];

  function addRow() {
    const all = rows();
    if (all.length > MOST) return false;
    const number = all.length; // the first row stands for all rows
    const row = all[all.length - 1].cloneNode(true);
    row.removeAttribute("class");
    const head = row.querySelector("th");
    head.id = `n${number}`;
    head.textContent = String(number);
    for (const wrong of row.querySelectorAll(".wrongly")) wrong.remove();
    for (const input of row.querySelectorAll("input")) {
      const column = input.dataset.column;
      input.id = `r${number}-${column}`;
      input.name = `r${number}.${column}`;
      input.value = "";
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
      input.setAttribute("aria-labelledby", `c-${column} n${number}`);
      for (const name of ["role", "aria-expanded", "aria-controls", "aria-autocomplete", "aria-activedescendant"]) input.removeAttribute(name);
    }
    body.append(row);
    return true;
  }

  function go(row, column) {
    if (row < 0 || column < 0 || column >= columns.length) return false;
    while (row >= rows().length) if (!addRow()) return false;
    const target = cell(row, column);
    target.focus();
    target.select();
    return true;
  }

  // What a spreadsheet puts on the clipboard: cells between tabs, rows between line ends, quotes around both.
  function read(text) {
    const found = [[""]];
    let quoted = false;
    for (let i = 0; i < text.length; i++) {
      const letter = text[i];
      const row = found[found.length - 1];
      if (quoted) {
        if (letter === '"' && text[i + 1] === '"') { row[row.length - 1] += '"'; i++; }
        else if (letter === '"') quoted = false;
        else row[row.length - 1] += letter;
      } else if (letter === '"' && row[row.length - 1] === "") quoted = true;
      else if (letter === "\t") row.push("");
      else if (letter === "\n") found.push([""]);
      else if (letter !== "\r") row[row.length - 1] += letter;
    }
    if (found.length > 1 && text.endsWith("\n")) found.pop();
    return found;
  }

  table.addEventListener("paste", (event) => {
    const input = event.target;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!input.dataset?.column || !/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
    event.preventDefault();
    close();
    const [first, from] = place(input);
    const pasted = read(text);
    let lost = 0;
    pasted.forEach((texts, r) => {
      while (first + r >= rows().length) if (!addRow()) { lost++; return; }
      texts.forEach((value, c) => {
        const target = cell(first + r, from + c);
        if (target) target.value = value.replace(/\s+/g, " ").trim();
        else if (value.trim()) lost++;
      });
    });
    say(`${pasted.length} × ${Math.max(...pasted.map((row) => row.length))}${lost ? ` (−${lost})` : ""}`);
    input.focus();
  });

  function say(words) { said.textContent = words; }

  // Dates: 5326 is 5 March 2026; the server reads it the same way, this only shows it.
  function dated(text) {
    const four = /^(\d)(\d)(\d\d)$/.exec(text);
    const six = /^(\d\d)(\d\d)(\d\d)$/.exec(text);
    const eight = /^(\d\d)(\d\d)((?:19|20)\d\d)$/.exec(text);
    if (four && /^(19|20)/.test(text)) return text;
    const found = four ?? six ?? eight;
    if (!found) return text;
    const year = found[3].length === 4 ? Number(found[3]) : 2000 + Number(found[3]) - (2000 + Number(found[3]) > new Date().getFullYear() + 20 ? 100 : 0);
    const day = new Date(Date.UTC(year, Number(found[2]) - 1, Number(found[1])));
    if (day.getUTCMonth() !== Number(found[2]) - 1 || day.getUTCDate() !== Number(found[1])) return text;
    return `${found[1].padStart(2, "0")}-${found[2].padStart(2, "0")}-${year}`;
  }

  table.addEventListener("focusout", (event) => {
    const input = event.target;
    if (heads.get(input.dataset?.column)?.dataset.completes === "date") input.value = dated(input.value.trim());
    close();
  });

  // Completion: a list under the cell; arrows choose, Enter and Tab take, Escape leaves.
  let list = null, owner = null, chosen = -1, offers = [], asked = 0;

  function close() {
    list?.remove();
    if (owner) { owner.setAttribute("aria-expanded", "false"); owner.removeAttribute("aria-activedescendant"); owner.removeAttribute("aria-controls"); }
    list = owner = null; chosen = -1; offers = [];
  }

  function open(input, found) {
    close();
    if (!found.length) return;
    owner = input; offers = found;
    list = document.createElement("ul");
    list.className = "completions"; list.id = "completions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", heads.get(input.dataset.column).textContent);
    found.forEach((offer, n) => {
      const item = document.createElement("li");
      item.id = `completion-${n}`; item.textContent = offer.words;
      item.setAttribute("role", "option"); item.setAttribute("aria-selected", "false");
      item.addEventListener("mousedown", (event) => { event.preventDefault(); chosen = n; take(); });
      list.append(item);
    });
    document.body.append(list);
    const box = input.getBoundingClientRect();
    list.style.left = `${Math.max(0, Math.min(box.left, innerWidth - list.offsetWidth))}px`;
    list.style.top = box.bottom + list.offsetHeight > innerHeight ? `${Math.max(0, box.top - list.offsetHeight)}px` : `${box.bottom}px`;
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "true"], ["aria-controls", "completions"]]) input.setAttribute(name, value);
    say(String(found.length));
  }

  function choose(step) {
    const items = [...list.children];
    chosen = (chosen + step + items.length) % items.length;
    items.forEach((item, n) => item.setAttribute("aria-selected", String(n === chosen)));
    items[chosen].scrollIntoView({ block: "nearest" });
    owner.setAttribute("aria-activedescendant", items[chosen].id);
  }

  function take() {
    const [row] = place(owner);
    for (const [column, value] of Object.entries(offers[chosen].fills)) {
      const target = cell(row, columns.indexOf(column));
      if (target) target.value = value;
    }
    close();
  }

  async function offer(input) {
    const head = heads.get(input.dataset.column), typed = input.value.trim(), turn = ++asked;
    if (head.dataset.options) {
      const plain = typed.toLowerCase();
      const words = JSON.parse(head.dataset.options).filter((word) => plain && word.toLowerCase().includes(plain) && word.toLowerCase() !== plain);
      open(input, words.slice(0, 8).map((word) => ({ words: word, fills: { [input.dataset.column]: word } })));
      return;
    }
    const address = { people: table.dataset.people, posts: table.dataset.posts, units: table.dataset.units, scans: table.dataset.scans }[head.dataset.completes];
    if (!address || typed.length < 3) { close(); return; }
    await new Promise((done) => setTimeout(done, 120));
    if (turn !== asked) return;
    try {
      const answer = await fetch(`${address}?q=${encodeURIComponent(typed.slice(0, 200))}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const found = await answer.json();
      if (turn !== asked || document.activeElement !== input) return;
      open(input, found.map((one) => head.dataset.completes === "people"
        ? { words: `${one.nip}  ${one.name}`, fills: { nip: one.nip, name: one.name } }
        : head.dataset.completes !== "posts" ? { words: Object.values(one)[0], fills: head.dataset.completes === "units" ? { [head.dataset.column]: one.unit } : one } : { words: `${one.post} · ${one.unit}`, fills: { post: one.code || one.post, unit: one.unit } }));
    } catch { close(); }
  }

  table.addEventListener("input", (event) => { if (event.target.dataset?.column) offer(event.target); });

  table.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!input.dataset?.column || event.isComposing || event.altKey || event.metaKey) return;
    const [row, column] = place(input);
    const open_ = list !== null && owner === input;
    const atStart = input.selectionStart === 0 && (input.selectionEnd === 0 || input.selectionEnd === input.value.length);
    const atEnd = input.selectionEnd === input.value.length && (input.selectionStart === input.selectionEnd || input.selectionStart === 0);
    let done = true;
    switch (event.key) {
      case "ArrowDown": if (open_) choose(1); else done = go(row + 1, column); break;
      case "ArrowUp": if (open_) choose(-1); else done = go(row - 1, column); break;
      case "ArrowLeft": done = atStart && !event.shiftKey && go(row, column - 1); break;
      case "ArrowRight": done = atEnd && !event.shiftKey && go(row, column + 1); break;
      case "Tab": if (open_ && chosen >= 0) take(); done = false; break;
      case "Escape": done = open_; close(); break;
      case "Enter":
        if (event.ctrlKey) { close(); input.form.requestSubmit(input.form.querySelector('button[value="check"]')); }
        else if (open_ && chosen >= 0) take();
        else { close(); done = go(row + (event.shiftKey ? -1 : 1), column) || true; }
        break;
      default: done = false;
    }
    if (done) event.preventDefault();
  });
})();

// Sends scans in pieces (tus 1.0 with checksum) and goes on where it stopped, also after the page was closed.
(() => {
  "use strict";

  const zone = document.getElementById("drop");
  if (!zone) return;
  const picker = zone.querySelector("input[type=file]");
  const list = document.getElementById("sending");
  const row = document.getElementById("sending-row");
  const words = zone.dataset;
  const PIECE = 4 * 1024 * 1024;
  const ATTEMPTS = 8;
  const ANEW = 2;
  const STORING = 1500;
  const AT_ONCE = 2;
  const waiting = [];
  let underway = 0;

  const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const headers = (more) => ({ "Tus-Resumable": "1.0.0", "X-CSRFToken": token(), "Accept": "application/problem+json", ...more });
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
  const text64 = (text) => base64(new TextEncoder().encode(text));
  // The browser offers digests on secure addresses only; elsewhere the length alone is checked.
  const digest = async (bytes) => (window.crypto?.subtle ? base64(await crypto.subtle.digest("SHA-256", bytes)) : null);

  // Where the file was left, under a digest of what it is: no file name is kept in the browser.
  const memory = async (file) => {
    const mark = await digest(new TextEncoder().encode([words.dossier, file.name, file.size, file.lastModified].join("\n")));
    const key = mark && `upload:${mark}`;
    return {
      recall: () => key && localStorage.getItem(key),
      keep: (url) => key && localStorage.setItem(key, url),
      forget: () => key && localStorage.removeItem(key),
    };
  };

  const refused = async (response) => {
    let told = {};
    try { told = await response.json(); } catch { /* not a problem document */ }
    const english = document.documentElement.lang === "en";
    const said = [english ? told.message_en : told.message_vi, english ? told.next_en : told.next, told.code && `[${told.code}]`];
    const error = new Error(said.filter(Boolean).join(" ") || words.failed);
    error.told = Boolean(told.code);
    error.final = response.status >= 400 && response.status < 500 && ![409, 423, 429, 460].includes(response.status);
    error.gone = response.status === 404 || response.status === 410;
    return error;
  };

  // How many bytes the server has, and whether the archive has the file: only then is it sent.
  const standing = (response) => {
    const offset = response.headers.get("Upload-Offset");
    if (offset === null) throw new Error(words.failed);
    return { offset: Number(offset), done: response.headers.get("Upload-Complete") === "?1" };
  };

  const create = async (file) => {
    const metadata = `dossier ${text64(words.dossier)},filename ${text64(file.name)},filetype ${text64(file.type)}`;
    const response = await fetch(words.endpoint, { method: "POST", headers: headers({ "Upload-Length": String(file.size), "Upload-Metadata": metadata }) });
    if (!response.ok) throw await refused(response);
    return response.headers.get("Location");
  };

  const ask = async (url) => {
    const response = await fetch(url, { method: "HEAD", headers: headers() });
    if (!response.ok) throw await refused(response);
    return standing(response);
  };

  const send = async (url, file, offset) => {
    const piece = await file.slice(offset, offset + PIECE).arrayBuffer();
    const sum = await digest(piece);
    const more = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) };
    if (sum) more["Upload-Checksum"] = `sha256 ${sum}`;
    const response = await fetch(url, { method: "PATCH", headers: headers(more), body: piece });
    if (!response.ok) throw await refused(response);
    return standing(response);
  };

  // Goes on where the server says it is. Anew only where the server says that it knows nothing of the file: whatever
  // else goes wrong, the bytes may be there already.
  const bring = async (file, show) => {
    const kept = await memory(file);
    let url = kept.recall();
    let at = null;
    let failures = 0;
    let anew = 0;
    // A full disk or a store that is away is no flaky network: what the server said is shown while it is tried again.
    let trouble = "";
    while (!at?.done) {
      try {
        if (!url) { url = await create(file); kept.keep(url); at = { offset: 0, done: false }; }
        else if (!at || at.offset >= file.size) at = await ask(url);
        if (at.offset < file.size) at = await send(url, file, at.offset);
        failures = 0;
        trouble = "";
        show(at.offset, at.offset < file.size ? null : words.storing);
        if (at.offset >= file.size && !at.done) await pause(STORING);
      } catch (error) {
        if (error.gone && url && ++anew <= ANEW) { kept.forget(); url = null; at = null; continue; }
        if (error.told) trouble = error.message;
        if (error.final || ++failures > ATTEMPTS) throw trouble ? new Error(trouble) : error;
        show(at?.offset ?? 0, trouble || words.waiting);
        await pause(Math.min(30000, 500 * 2 ** failures));
        at = null;
      }
    }
    kept.forget();
  };

  const start = async ({ file, item }) => {
    const bar = item.querySelector("progress");
    const state = item.querySelector("[data-state]");
    const show = (offset, words_) => {
      bar.value = offset;
      item.classList.toggle("told", Boolean(words_));
      state.textContent = words_ || `${Math.floor((100 * offset) / file.size)} %`;
    };
    try {
      show(0);
      await bring(file, show);
      item.remove();
      window.htmx?.trigger("#files", "refresh");
    } catch (error) {
      bar.hidden = true;
      state.textContent = error.message;
      item.classList.add("failed");
    }
    underway -= 1;
    next();
  };

  const next = () => {
    while (underway < AT_ONCE && waiting.length) { underway += 1; start(waiting.shift()); }
  };

  const add = (files) => {
    for (const file of files) {
      const item = row.content.firstElementChild.cloneNode(true);
      item.querySelector("[data-name]").textContent = file.name;
      item.querySelector("progress").max = Math.max(1, file.size);
      list.append(item);
      waiting.push({ file, item });
    }
    next();
  };

  picker.addEventListener("change", () => { add(picker.files); picker.value = ""; });
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => { event.preventDefault(); zone.classList.remove("over"); add(event.dataTransfer.files); });
  window.addEventListener("beforeunload", (event) => { if (underway || waiting.length) event.preventDefault(); });
})();

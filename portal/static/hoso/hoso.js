// The little that pages need beyond HTML and htmx: keys, focus, dialogs. No inline script anywhere.
(() => {
  "use strict";

  const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  // Ctrl+Enter sends the page's main form from anywhere in it.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest("form") || document.querySelector("[data-submit]")?.form;
    if (!form || form.method !== "post") return;
    event.preventDefault();
    form.requestSubmit();
  });

  // data-enter="change": Enter (a card reader sends it too) means the field is complete, not that the form is.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
    const field = event.target.closest('[data-enter="change"]');
    if (!field) return;
    event.preventDefault();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // data-picks="#list": arrows go from the search field into its list and back, Enter takes the first.
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("[data-picks]") || event.target.closest(".picks");
    if (!field) return;
    const search = field.matches("[data-picks]") ? field : document.querySelector("[data-picks]");
    const picks = [...document.querySelectorAll(`${search.dataset.picks} .pick`)];
    const at = picks.indexOf(event.target);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const to = at + (event.key === "ArrowDown" ? 1 : -1);
      (picks[to] || (to < 0 ? search : picks[picks.length - 1]))?.focus();
    } else if (event.key === "Enter" && at < 0 && !event.ctrlKey) {
      event.preventDefault();
      picks[0]?.click();
    }
  });

  // data-key="n" on a link or a button: the key presses it. Shown beside it as <kbd>.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
    if (typing(event.target)) return;
    if (event.key === "?") { document.getElementById("keys-help")?.showModal(); return; }
    const wanted = event.key.toLowerCase();
    const target = document.querySelector(`[data-key="${CSS.escape(wanted)}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.matches("input, textarea, select")) { target.focus(); target.select?.(); } else target.click();
  });

  // The list of keys of this page, made from the page itself.
  const help = document.getElementById("keys-help");
  if (help) {
    const list = help.querySelector("dl");
    const listed = new Set();
    for (const element of document.querySelectorAll("[data-key]")) {
      if (listed.has(element.dataset.key)) continue;
      listed.add(element.dataset.key);
      const key = document.createElement("dt");
      const kbd = document.createElement("kbd");
      kbd.textContent = element.dataset.key.toUpperCase();
      key.append(kbd);
      const what = document.createElement("dd");
      const said = element.cloneNode(true);
      for (const hint of said.querySelectorAll("kbd")) hint.remove();
      what.textContent = element.dataset.keyLabel || element.getAttribute("aria-label") || said.textContent.trim();
      list.prepend(key, what);
    }
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
    const closer = event.target.closest("[data-closes]");
    if (closer) closer.closest("dialog, .note")?.[closer.closest("dialog") ? "close" : "remove"]();
    if (event.target.closest("[data-prints]")) window.print();
  });

  // The server says that the machine has finished: a page that shows the next step shows the new one.
  document.body.addEventListener("hoso:settled", () => {
    if (document.querySelector("[data-reload-when-settled]") && !document.querySelector("dialog[open]")) location.reload();
  });

  // A part that is asked for again and again tells an error once: the newest stands, the ones before it go.
  document.body.addEventListener("htmx:afterSwap", () => {
    const told = new Set();
    for (const note of [...document.querySelectorAll("#toasts [data-error]")].reverse()) {
      if (told.has(note.dataset.error)) note.remove();
      told.add(note.dataset.error);
    }
  });

  // A picture that cannot be had says why: its address is asked once more for words.
  document.addEventListener("error", async (event) => {
    const sheet = event.target.closest?.(".sheet");
    const source = event.target.getAttribute?.("src") || event.target.getAttribute?.("href");
    if (!sheet || !source || sheet.querySelector("[data-error]")) return;
    const answer = await fetch(source, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer && !answer.ok) sheet.insertAdjacentHTML("beforeend", await answer.text());
  }, true);

  // A form is sent once: the button says so and a second press does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.hasAttribute("hx-post") || form.hasAttribute("hx-get")) return;
    form.dataset.sent = "yes";
    window.addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
  });
})();

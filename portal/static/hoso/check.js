// The check page: lights the field's box on the page, Enter confirms and goes on, Tab only goes on.
(() => {
  "use strict";

  const form = document.getElementById("check");
  if (!form) return;
  const SVG = "http://www.w3.org/2000/svg";
  const rows = [...form.querySelectorAll(".ask-field")];
  const doubtful = rows.filter((row) => row.classList.contains("doubtful"));
  const input = (row) => row.querySelector("input, textarea");
  const box = (row) => row.dataset.box && row.dataset.box.split(" ").map(Number);
  const rects = new Map();
  let touched = false;

  const element = (name, attributes) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };

  // Once the pages are drawn: a box over each field's place, and the same place cut out above its input.
  const place = () => {
    for (const row of rows) {
      const where = box(row);
      const svg = where && document.querySelector(`[data-sheet="${row.dataset.page}"] svg`);
      if (!svg || rects.has(row)) continue;
      const [x0, y0, x1, y1] = where;
      const rect = element("rect", { x: x0 - 6, y: y0 - 6, width: x1 - x0 + 12, height: y1 - y0 + 12, rx: 6, class: "box" });
      rect.addEventListener("click", () => input(row).focus());
      svg.append(rect);
      rects.set(row, rect);
      const margin = (y1 - y0) * 0.6;
      const picture = svg.querySelector("image");
      const cut = element("svg", { viewBox: `${x0 - margin} ${y0 - margin} ${x1 - x0 + 2 * margin} ${y1 - y0 + 2 * margin}`, "aria-hidden": "true" });
      cut.append(picture.cloneNode());
      const crop = row.querySelector(".crop");
      crop.replaceChildren(cut);
      crop.hidden = false;
    }
    const row = document.activeElement?.closest?.(".ask-field");
    if (row) light(row);
  };

  const light = (row) => {
    for (const rect of rects.values()) rect.classList.remove("lit");
    const rect = rects.get(row);
    if (!rect) return;
    rect.classList.add("lit");
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    rect.scrollIntoView({ block: "center", inline: "nearest", behavior: calm ? "auto" : "smooth" });
  };

  const confirm = (row) => {
    row.classList.add("confirmed");
    rects.get(row)?.classList.add("confirmed");
  };

  const next = (row) => {
    const order = doubtful.includes(row) ? doubtful : rows;
    const rest = order.slice(order.indexOf(row) + 1).concat(doubtful).find((item) => !item.classList.contains("confirmed"));
    if (rest) { input(rest).focus(); input(rest).select(); } else document.getElementById("confirm").focus();
  };

  form.addEventListener("focusin", (event) => { const row = event.target.closest(".ask-field"); if (row) light(row); });
  form.addEventListener("input", () => { touched = true; });
  form.addEventListener("keydown", (event) => {
    const row = event.target.closest(".ask-field");
    if (!row || event.key !== "Enter" || event.ctrlKey || event.isComposing || event.shiftKey) return;
    event.preventDefault();
    confirm(row);
    next(row);
  });
  form.addEventListener("submit", () => { touched = false; });
  window.addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
  document.body.addEventListener("htmx:afterSettle", place);
  if (doubtful.length) { input(doubtful[0]).focus(); input(doubtful[0]).select(); } else document.getElementById("confirm").focus();
})();

// Choosing rows of a list to be signed: how many are chosen, the whole page by one key, a range with Shift.
(() => {
  "use strict";

  for (const form of document.querySelectorAll("[data-chooses]")) {
    const boxes = [...form.querySelectorAll('input[name="result"]')];
    const whole = form.querySelector("[data-chooses-whole]");
    const all = form.querySelector("[data-chooses-all]");
    const told = form.querySelector("[data-chosen]");
    if (!told) continue;
    let last = null;

    const count = () => {
      const chosen = boxes.filter((box) => box.checked).length;
      told.textContent = whole?.checked ? whole.dataset.choosesWhole : chosen;
      for (const box of boxes) box.disabled = whole?.checked === true;
    };

    all?.addEventListener("click", () => {
      if (whole?.checked) return;
      const every = boxes.every((box) => box.checked);
      for (const box of boxes) box.checked = !every;
      count();
    });
    whole?.addEventListener("change", count);
    for (const box of boxes) {
      box.addEventListener("click", (event) => {
        if (event.shiftKey && last !== null) {
          const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
          for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
        }
        last = box;
        count();
      });
    }
    window.addEventListener("pageshow", count);
  }
})();

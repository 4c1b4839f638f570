// Days are typed as they are written in Vietnam, 22/11/2026 or 22112026. The browser's own field follows the language of
// its computer and would show 11/22/2026 on an English one. The server is sent what that field would have sent.
(() => {
  "use strict";

  const DAY = /(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|\b(\d{2})(\d{2})(\d{4})\b/;
  const TIME = /(\d{1,2}):(\d{2})/;
  const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2}))?/;
  const two = (text) => text.padStart(2, "0");

  const written = (iso) => iso.replace(ISO, (_all, year, month, day, time) => `${time ? `${time} ` : ""}${day}/${month}/${year}`);

  const sent = (field) => {
    const [day, time] = [DAY.exec(field.value), TIME.exec(field.value)];
    if (!day || (field.dataset.time && !time)) return field.value;
    const [d, m, y] = day[3] ? day.slice(1, 4) : day.slice(4, 7);
    return `${y}-${two(m)}-${two(d)}${field.dataset.time ? `T${two(time[1])}:${time[2]}` : ""}`;
  };

  const exists = (iso) => {
    const instant = new Date(`${iso.slice(0, 10)}${iso.slice(10) || "T00:00"}Z`);
    return ISO.test(iso) && !isNaN(instant) && instant.toISOString().startsWith(iso.slice(0, 10));
  };

  for (const field of document.querySelectorAll('input[type="date"], input[type="datetime-local"]')) {
    if (field.type === "datetime-local") field.dataset.time = "yes";
    const iso = field.value;
    field.type = "text";
    field.autocomplete = "off";
    field.placeholder = field.dataset.time ? "hh:mm dd/mm/yyyy" : "dd/mm/yyyy";
    field.value = written(iso);
    field.addEventListener("input", () => field.setCustomValidity(field.value && !exists(sent(field)) ? field.placeholder : ""));
    field.addEventListener("change", () => field.reportValidity());
    field.form.addEventListener("formdata", (event) => event.formData.set(field.name, sent(field)));
  }
})();

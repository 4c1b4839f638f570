// What `looks.py` asks of a page; each function returns plain lists and objects.
(() => {
  "use strict";

  const IN_WORDS = ["BUTTON", "A", "SPAN", "LABEL", "TD", "TH", "P", "DD", "DT", "LI"];
  const SPOKEN = ["aria-label", "title", "placeholder", "alt"];
  const seen = (element) => element.checkVisibility() && !element.closest(".quietly, .skip, svg");
  const named = (element) => [element.tagName.toLowerCase(), ...element.classList].join(".") + (element.id ? `#${element.id}` : "");

  // What sticks out or is cut off; the headings; the title.
  const shape = () => {
    const wide = document.documentElement.clientWidth;
    const wrong = [];
    if (document.documentElement.scrollWidth > wide) wrong.push("the page is wider than its window");
    for (const element of document.querySelectorAll("body *")) {
      if (!seen(element)) continue;
      const box = element.getBoundingClientRect();
      if (box.width && box.right > wide + 1) wrong.push(`${named(element)} sticks out of the window`);
      const block = IN_WORDS.includes(element.tagName) && getComputedStyle(element).display !== "inline";
      if (block && element.clientWidth && element.scrollWidth > element.clientWidth + 1) wrong.push(`${named(element)} is too narrow for its words`);
    }
    const heads = [...document.querySelectorAll("h1")].filter((head) => head.checkVisibility());
    if (heads.length !== 1) wrong.push(`${heads.length} headings of the first level`);
    if (!/^\S.* · hoso$/.test(document.title)) wrong.push(`the title is “${document.title}”`);
    return wrong;
  };

  // Every text and every label that is read out, but for what says of itself that it is Vietnamese.
  const texts = () => {
    const found = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (!walker.currentNode.parentElement.closest("[lang=vi], script, template, textarea")) found.push(walker.currentNode.data);
    }
    for (const element of document.querySelectorAll(SPOKEN.map((name) => `[${name}]`).join())) {
      if (!element.closest("[lang=vi]")) found.push(...SPOKEN.map((name) => element.getAttribute(name)).filter(Boolean));
    }
    return found;
  };

  // Where the focus is, whether that can be seen, and whether it is in the window.
  const focus = () => {
    const at = document.activeElement;
    const style = getComputedStyle(at.matches(".quietly") ? at.parentElement : at);
    const box = at.getBoundingClientRect();
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return { none: at === document.body, name: named(at), seen: ring || at.matches(".quietly"), inside: box.bottom > 0 && box.top < innerHeight };
  };

  return { shape, texts, focus };
})()

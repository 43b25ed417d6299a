// Filters, tips over plots, the way from a mark to its act, and the choice of dark or light. Without it everything is there to read.
"use strict";
(() => {
  const find = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Filters: an element stays when every chosen field fits it.
  const day = (element) => element.dataset.day || "";
  const fits = {
    text: (element, words) => {
      const held = `${element.textContent} ${element.dataset.codes || ""}`.toLowerCase();
      return words.toLowerCase().split(/\s+/).every((word) => held.includes(word));
    },
    sure: (element, least) => Number(element.dataset.sure) >= Number(least),
    from: (element, first) => day(element) >= first,
    to: (element, last) => day(element) !== "" && day(element) <= last,
  };
  // A field may name several values, and an element may hold several.
  const shares = (element, key, value) => (element.dataset[key] || "").split(" ").some((held) => value.split(" ").includes(held));
  for (const form of find("form[data-filter]")) {
    form.hidden = false;
    const output = form.querySelector("output");
    const lists = find(form.dataset.filter);
    const apply = () => {
      const wanted = [...new FormData(form)].filter(([, value]) => value.trim());
      let shown = 0, all = 0;
      for (const list of lists) {
        for (const element of list.children) {
          const kept = wanted.every(([key, value]) => (fits[key] ? fits[key](element, value.trim()) : shares(element, key, value)));
          element.hidden = !kept;
          shown += kept;
          all += 1;
        }
      }
      output.textContent = wanted.length ? `${shown} of ${all} shown` : "";
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
  }

  // An act that is linked to is opened, and shown where a filter hides it.
  const openTarget = () => {
    const element = location.hash.startsWith("#act-") && document.getElementById(location.hash.slice(1));
    if (element) {
      element.hidden = false;
      element.open = true;
      element.scrollIntoView({ block: "center" });
      element.querySelector("summary").focus({ preventScroll: true });
    }
  };
  addEventListener("hashchange", openTarget);
  openTarget();

  // Tips over plots; a click leads from a mark to its act.
  const tip = document.getElementById("tip");
  const showTip = (event) => {
    const mark = event.target.closest && event.target.closest("[data-tip]");
    tip.hidden = !mark;
    if (!mark) return;
    tip.textContent = mark.dataset.tip;
    const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
    tip.style.left = `${Math.max(8, Math.min(event.clientX + 12, room))}px`;
    tip.style.top = `${event.clientY + 16 + tip.offsetHeight > innerHeight ? event.clientY - tip.offsetHeight - 12 : event.clientY + 16}px`;
  };
  addEventListener("pointermove", showTip);
  addEventListener("pointerdown", showTip);
  addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
  addEventListener("click", (event) => {
    const mark = event.target.closest && event.target.closest("[data-go]");
    if (mark && document.getElementById(`act-${mark.dataset.go}`)) {
      location.hash = `act-${mark.dataset.go}`;
      openTarget();
    }
  });

  // Paper shows what is folded.
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = find("details:not([open])");
    for (const element of unfolded) element.open = true;
  });
  addEventListener("afterprint", () => { for (const element of unfolded) element.open = false; });

  // Dark or light: the system's choice, else the reader's.
  const button = document.getElementById("theme");
  const root = document.documentElement;
  const remembered = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const name = () => { button.textContent = isDark() ? "Light" : "Dark"; };
  if (remembered()) root.dataset.theme = remembered();
  button.hidden = false;
  name();
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* a page from disk may have no storage */ }
    name();
  });
})();

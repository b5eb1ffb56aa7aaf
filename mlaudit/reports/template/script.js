// What the page can do beyond being read: filter its findings, copy a command, change between light and dark.
// Without it nothing is missing. It reads the page alone, and makes elements, never markup.
"use strict";
const make = (name, properties, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};
const offenders = [...document.querySelectorAll(".offender")];
const rules = [...document.querySelectorAll("details.rule")];
const opened = new Map([...document.querySelectorAll("details.rule, details.more")].map((each) => [each, each.open]));
const texts = new Map(offenders.map((each) => [each, `${each.textContent} ${each.closest(".rule").querySelector("summary").textContent}`.toLowerCase()]));

const words = make("input", { type: "search", id: "filter", autocomplete: "off" });
const level = make("select", { id: "level" },
  ...["all levels", "error", "warning", "note"].map((name) => make("option", { textContent: name, value: name })));
const told = make("span", { className: "told" });
told.setAttribute("role", "status");

const filter = () => {
  const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
  const asked = wanted.length > 0 || level.selectedIndex > 0;
  let shown = 0;
  for (const each of offenders) {
    const fits = wanted.every((word) => texts.get(each).includes(word))
      && (level.selectedIndex === 0 || each.closest(".rule").classList.contains(level.value));
    each.hidden = !fits;
    shown += fits;
  }
  for (const [each, open] of opened) {
    const some = each.querySelector(".offender:not([hidden])") !== null;
    each.hidden = !some;
    each.open = asked ? some : open;
  }
  told.textContent = asked ? `${shown} of ${offenders.length} findings` : "";
};
words.addEventListener("input", filter);
level.addEventListener("change", filter);

const theme = make("button", { type: "button" });
const dark = () => (document.documentElement.dataset.theme
  || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const name_theme = () => { theme.textContent = dark() ? "Light colours" : "Dark colours"; };
theme.addEventListener("click", () => {
  document.documentElement.dataset.theme = dark() ? "light" : "dark";
  name_theme();
});
name_theme();

const tools = make("div", { className: "tool bar" });
tools.setAttribute("role", "search");
if (rules.length) {
  tools.append(
    make("label", { htmlFor: "filter", textContent: "Filter findings" }), words,
    make("label", { htmlFor: "level", textContent: "Level", className: "hidden" }), level, told);
}
tools.append(theme);
document.querySelector("nav.gauges").append(tools);

const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = make("textarea", { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
};
for (const code of document.querySelectorAll(".command code")) {
  const button = make("button", { type: "button", className: "tool", textContent: "Copy" });
  button.setAttribute("aria-label", `Copy ${code.textContent}`);
  button.addEventListener("click", async () => {
    await copy(code.textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  code.after(" ", button);
}

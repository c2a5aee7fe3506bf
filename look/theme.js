// Light or dark: what the reader chose, kept in this browser, or else what the system has. It runs before anything is drawn.
const system = window.matchMedia("(prefers-color-scheme: dark)");

function chosenTheme() {
  try {
    return localStorage.getItem("theme") ?? "";
  } catch {
    return ""; // a browser may forbid a page to keep anything
  }
}

function chooseTheme(name) {
  try {
    localStorage.setItem("theme", name);
  } catch {}
  showTheme(name);
}

function showTheme(name = chosenTheme()) {
  const dark = name ? name === "dark" : system.matches;
  if (document.body.classList.contains("dark") !== dark) document.body.classList.toggle("dark", dark);
}

// Gradio sets the class by the system alone: when it starts, and when the system changes.
new MutationObserver((_, waiting) => {
  if (!document.body) return;
  waiting.disconnect();
  showTheme();
  new MutationObserver(() => showTheme()).observe(document.body, { attributeFilter: ["class"] });
}).observe(document.documentElement, { childList: true });

document.addEventListener("change", (event) => {
  if (event.target.name === "theme") chooseTheme(event.target.value);
});

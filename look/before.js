// A page that is loaded anew, as it is once the program answers again, has lost its conversation. It says so, and what had been asked; what
// stood in the box stands there again. The browser keeps this for the tab alone.
const BEFORE = "before";

const newElement = (tag, about = {}) => Object.assign(document.createElement(tag), about);

function questionsAsked() {
  const asked = [...document.querySelectorAll("#chat [data-testid=user] .md > div:first-child")].map((each) => each.textContent);
  return [...new Set(asked)];
}

window.addEventListener("pagehide", () => {
  const typed = document.querySelector("#question textarea")?.value.trim();
  try {
    sessionStorage.setItem(BEFORE, JSON.stringify({ asked: questionsAsked(), typed }));
  } catch {} // a browser may forbid a page to keep anything
});

function takeBefore() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(BEFORE));
    sessionStorage.removeItem(BEFORE);
    return kept;
  } catch {
    return null;
  }
}

function showBefore(element, choose) {
  const { asked = [], typed = "" } = takeBefore() ?? {};
  if (typed) choose(typed);
  // A link asks its own questions again.
  if (!asked.length || new URLSearchParams(location.search).has("ask")) return;
  const said = newElement("span", { className: "by", textContent: "The page was loaded anew, and its conversation is gone. Asked before:" });
  const buttons = asked.map((question) => newElement("button", { textContent: question, onclick: () => choose(question) }));
  const row = newElement("p", { className: "examples" });
  row.append(said, ...buttons, newElement("button", { textContent: "Forget these", onclick: () => row.remove() }));
  element.append(row);
}

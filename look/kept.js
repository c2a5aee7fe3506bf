// What was asked, kept in this browser by whoever wants that. A click puts a question into the box again: its answer is made anew, from the
// articles there are then. Without the wish nothing is kept, and whoever takes it back deletes all.
const KEPT = "questions";
const MAX_KEPT = 100;

function keptQuestions() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT));
    return Array.isArray(kept) ? kept : null;
  } catch {
    return null;
  }
}

function keepQuestions(questions) {
  try {
    if (questions) localStorage.setItem(KEPT, JSON.stringify(questions.slice(0, MAX_KEPT)));
    else localStorage.removeItem(KEPT);
  } catch {} // a browser may forbid a page to keep anything
}

function addQuestions(kept) {
  keepQuestions([...new Set([...questionsAsked().reverse(), ...kept])]);
}

function showKept(element, choose) {
  const wanted = newElement("input", { type: "checkbox" });
  const label = newElement("label");
  label.append(wanted, " Keep what I ask in this browser");
  const list = newElement("p", { className: "examples" });
  const all = newElement("details");
  all.append(newElement("summary", { textContent: "Earlier questions" }), label, list);
  element.append(all);
  const draw = () => {
    const kept = keptQuestions();
    wanted.checked = kept !== null;
    list.replaceChildren(...(kept ?? []).map((question) => newElement("button", { textContent: question, onclick: () => choose(question) })));
    if (kept?.length) list.append(newElement("button", { textContent: "Delete all", onclick: () => (keepQuestions([]), draw()) }));
  };
  wanted.addEventListener("change", () => {
    if (wanted.checked) addQuestions([]);
    else keepQuestions(null);
    draw();
  });
  let known = 0;
  new MutationObserver(() => {
    const asked = questionsAsked().length;
    const kept = asked > known && keptQuestions();
    known = asked;
    if (!kept) return;
    addQuestions(kept);
    draw();
  }).observe(document, { childList: true, subtree: true });
  // Another tab may have asked, or deleted.
  window.addEventListener("storage", draw);
  draw();
}

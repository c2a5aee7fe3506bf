// What an answer offers beside its text: the quotation behind a mark on hover or focus, a copy with footnotes; and the page's keys.
const card = () => document.getElementById("card") ?? document.body.appendChild(Object.assign(document.createElement("aside"), { id: "card" }));
let hinted = null; // the mark whose quotation is shown, and its title, which the browser would show as well

// As the page itself quotes: single marks where the text holds double ones (rag/page.py).
const quoted = (text) => (/[“”"]/.test(text) ? `‘${text}’` : `“${text}”`);

function showCard(mark) {
  hideCard();
  hinted = { mark, title: mark.title };
  mark.removeAttribute("title");
  const number = Number(mark.textContent.replace(/\D/g, ""));
  const source = mark.closest(".answer")?.querySelector(`.sources li:nth-child(${number})`)?.textContent ?? "";
  const [quote, about] = ["p", "cite"].map((tag) => document.createElement(tag));
  [quote.textContent, about.textContent] = [quoted(hinted.title), source];
  card().replaceChildren(quote, about);
  card().setAttribute("role", "tooltip");
  mark.setAttribute("aria-describedby", "card");
  card().classList.add("shown");
  const { left, bottom, top } = mark.getBoundingClientRect();
  const { width, height } = card().getBoundingClientRect();
  const below = bottom + height + 8 < window.innerHeight || top < height + 8;
  card().style.left = `${Math.max(8, Math.min(left, window.innerWidth - width - 8))}px`;
  card().style.top = `${below ? bottom + 6 : top - height - 6}px`;
}

function hideCard() {
  if (!hinted) return;
  card().classList.remove("shown");
  hinted.mark.title = hinted.title;
  hinted.mark.removeAttribute("aria-describedby");
  hinted = null;
}

["mouseover", "focusin"].forEach((name) =>
  document.addEventListener(name, (event) => {
    const mark = event.target.closest?.("a.cite[title]");
    if (mark) showCard(mark);
    else if (hinted && !event.target.closest?.("a.cite")) hideCard();
  }),
);
document.addEventListener("scroll", hideCard, true);
document.addEventListener("click", hideCard, true);

// Plain text: the outcome, each statement with its marks, then each source with the sentence that is quoted from it.
function withFootnotes(answer) {
  const quotes = new Map([...answer.querySelectorAll("a.cite[title]")].map((mark) => [mark.textContent, mark.title]));
  const said = [...answer.querySelectorAll(".status, .short-answer, .claim .said")].map((each) => each.textContent.trim());
  const rows = [...answer.querySelectorAll(".values tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent.trim()).join(" | "));
  const sources = [...answer.querySelectorAll(".sources li")].map((each, place) => {
    const mark = `[${place + 1}]`;
    return `${mark} ${each.textContent.trim()}${quotes.has(mark) ? `: ${quoted(quotes.get(mark))}` : ""}`;
  });
  return [...said, ...rows, "", ...sources].join("\n");
}

async function copyText(text, button) {
  button.dataset.label ??= button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    // Without permission, or on a page that is not served securely.
    window.prompt("Copy this text:", text);
  }
  setTimeout(() => (button.textContent = button.dataset.label), 1500);
}

// Saves a file that the program has made; ui/exports.py calls it.
function saveFile({ name, type, text }) {
  const link = Object.assign(document.createElement("a"), { download: name, href: URL.createObjectURL(new Blob([text], { type })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button.copy");
  if (button) copyText(withFootnotes(button.closest(".answer")), button);
  const link = event.target.closest("a.again");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  copyText(new URL(link.getAttribute("href"), location.href.split(/[?#]/)[0]).href, link);
});

function askSomething() {
  document.querySelector("[role=tab]")?.click();
  requestAnimationFrame(() => document.querySelector("#question textarea")?.focus());
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "Escape" && hinted) return hideCard();
  if (event.key === "Escape" && isReading()) return closePane();
  if (event.target.closest("input, textarea, select, [contenteditable], [role=tab], [role=radio], [role=listbox]")) return;
  const step = { n: 1, ArrowRight: 1, p: -1, ArrowLeft: -1 }[event.key];
  if (event.key === "/") askSomething();
  else if (step && isReading()) walk(step);
  else return;
  event.preventDefault();
});

// A new question is scrolled to the top of the conversation, and its answer grows below it without moving what is being read.
let asked = 0;
new MutationObserver(() => {
  const questions = document.querySelectorAll("#chat [data-testid=user]");
  const log = questions[0]?.closest("[role=log]");
  if (questions.length > asked) {
    const last = questions[questions.length - 1].closest(".message-row");
    requestAnimationFrame(() => (log.scrollTop += last.getBoundingClientRect().top - log.getBoundingClientRect().top));
  }
  // What a link asked is in the address as long as it is the conversation.
  const linked = new URLSearchParams(location.search).getAll("ask").length;
  if (linked && (questions.length > linked || questions.length < asked)) history.replaceState(null, "", addressOf("", ASKED));
  asked = questions.length;
  // Gradio labels a message with its markup, and the box for files with other words than those on it.
  questions.forEach((each) => each.setAttribute("aria-label", "Question"));
  document.querySelectorAll("#chat [data-testid=bot]").forEach((each) => each.setAttribute("aria-label", "Answer"));
  document.querySelector("#upload .upload-container")?.removeAttribute("aria-label");
}).observe(document, { childList: true, subtree: true });

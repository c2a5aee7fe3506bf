// The source pane: a mark opens it, keys and buttons walk through the citations of the same answer, Esc closes it.
// Whatever else opens an article in it (the library, a shared link) shows it too.
const narrow = window.matchMedia("(max-width: 60rem)");
let opened = null; // the link that the pane shows
let trail = []; // the links of the answer that it is from, each once, in order
let awaited = false; // whether the pane does not show it yet
let opener = null; // what had the focus before
const pane = () => document.getElementById("pane");
const isReading = () => document.body.classList.contains("reading");

function openLink(link, links = []) {
  trail = [...new Set(links)];
  // The same place again changes nothing in the pane, but its reader may have scrolled away.
  const same = link === opened && isReading();
  opened = link;
  awaited = true;
  if (same) scrollToCited();
  showPane();
  window.openSource?.(link);
}

function openMark(mark) {
  opener = mark;
  const answer = mark.closest(".answer");
  openLink(mark.getAttribute("href"), [...(answer?.querySelectorAll("a.cite[title]") ?? [])].map((each) => each.getAttribute("href")));
}

function walk(step) {
  const next = trail[trail.indexOf(opened) + step];
  if (next) openLink(next, trail);
}

function showPane() {
  const before = isReading();
  document.body.classList.add("reading");
  const place = trail.indexOf(opened);
  const bar = document.querySelector(".pane-bar");
  bar.querySelector(".place").textContent = trail.length > 1 && place >= 0 ? `${place + 1} of ${trail.length}` : "";
  bar.querySelector("[name=previous]").disabled = place <= 0;
  bar.querySelector("[name=next]").disabled = place < 0 || place === trail.length - 1;
  // Over a narrow page the pane lies on top: whoever uses keys is taken there, and back again by closing it.
  if (!before && narrow.matches) bar.querySelector("[name=close]").focus();
}

function closePane() {
  document.body.classList.remove("reading");
  opened = null;
  showAddress("");
  opener?.isConnected && opener.focus();
}

// The address bar holds what is shown, so that it can be shared, and survives a reload.
const OPENED = ["article", "at"];
const ASKED = ["ask", "since", "until", "outlet", "only"];

function addressOf(query, replaced = OPENED) {
  const address = new URL(location.href);
  replaced.forEach((name) => address.searchParams.delete(name));
  const others = address.searchParams.toString();
  address.search = [others, query].filter(Boolean).join("&");
  return address.href;
}

function showAddress(query) {
  history.replaceState(null, "", addressOf(query));
}

function queryOf(article) {
  const [, id, start, end] = (opened ?? "").split(":");
  const at = id === article && Number(end) > 0 ? `&at=${start}-${end}` : "";
  return `article=${encodeURIComponent(article)}${at}`;
}

function shownArticle() {
  return pane()?.querySelector("article.source")?.id.replace("article-", "");
}

function openShared() {
  const asked = new URLSearchParams(location.search);
  const [start, end] = (asked.get("at") ?? "").split("-");
  if (asked.get("article")) openLink(`#cite:${asked.get("article")}:${Number(start) || 0}:${Number(end) || 0}`);
}

// The pane's own element calls this once it can open links.
window.sourceIsReady = openShared;

document.addEventListener("click", (event) => {
  const mark = event.target.closest("a.cite");
  if (mark) {
    event.preventDefault();
    openMark(mark);
  }
  const button = event.target.closest(".pane-bar button");
  if (button?.name === "close") closePane();
  if (button?.name === "previous") walk(-1);
  if (button?.name === "next") walk(1);
  if (button?.name === "only") {
    window.askOnly(shownArticle());
    if (narrow.matches) closePane();
    askSomething();
  }
  if (button?.name === "share") copyText(addressOf(queryOf(shownArticle())), button);
});

// Gradio changes the text of the elements that are there already, so any change inside the pane may be another article.
new MutationObserver((changes) => {
  if (!pane() || !changes.some((change) => pane().contains(change.target))) return;
  const isOpened = (opened ?? "").startsWith(`#cite:${shownArticle()}:`);
  // What is there until the one that is awaited comes is the article before it, or why there is none.
  if (awaited && !isOpened && !pane().querySelector(".problem")) return;
  awaited = false;
  if (!shownArticle()) return;
  if (!isOpened) [opened, trail] = [`#cite:${shownArticle()}:0:0`, []];
  showPane();
  showAddress(queryOf(shownArticle()));
  scrollToCited();
}).observe(document, { childList: true, characterData: true, subtree: true });

// A sentence that is in view from the top of its article stays there, with title and date above it.
function scrollToCited() {
  const cited = pane().querySelector("#cited");
  const below = cited ? cited.getBoundingClientRect().top - pane().getBoundingClientRect().top + pane().scrollTop : 0;
  pane().scrollTop = below < 0.6 * pane().clientHeight ? 0 : below - pane().clientHeight / 3;
}

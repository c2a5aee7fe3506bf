// A click on a mark opens the source pane; when the pane has changed, it is scrolled to the cited sentence.
let opened = null;
document.addEventListener("click", (event) => {
  const mark = event.target.closest("a.cite");
  if (!mark) return;
  event.preventDefault();
  const link = mark.getAttribute("href");
  // The same place again changes nothing in the pane, but its reader may have scrolled away.
  if (link === opened) scrollToCited();
  opened = link;
  if (window.openSource) window.openSource(link);
});
// Gradio changes the text of the elements that are there already, so any change inside the pane may be another article.
new MutationObserver((changes) => {
  const pane = document.getElementById("pane");
  if (pane && changes.some((change) => pane.contains(change.target))) scrollToCited();
}).observe(document, { childList: true, characterData: true, subtree: true });

function scrollToCited() {
  const pane = document.getElementById("pane");
  const cited = pane.querySelector("#cited");
  const above = cited ? cited.getBoundingClientRect().top - pane.getBoundingClientRect().top : 0;
  pane.scrollTop += above - (cited ? pane.clientHeight / 3 : pane.scrollTop);
  if (!pane.querySelector("article")) return;
  // On a narrow screen the pane lies below the conversation.
  const { top } = (cited || pane).getBoundingClientRect();
  if (top < 0 || top > window.innerHeight - 100) pane.scrollIntoView();
}

// A click on a mark opens the source pane; when the pane has changed, it is scrolled to the cited sentence.
document.addEventListener("click", (event) => {
  const mark = event.target.closest("a.cite");
  if (!mark) return;
  event.preventDefault();
  if (window.openSource) window.openSource(mark.getAttribute("href"));
});
let shown = null;
new MutationObserver(() => {
  const pane = document.getElementById("pane");
  const article = pane && pane.querySelector("article.source");
  if (!article || article === shown) return;
  shown = article;
  const cited = article.querySelector("#cited");
  const above = cited ? cited.getBoundingClientRect().top - pane.getBoundingClientRect().top : 0;
  pane.scrollTop += above - (cited ? pane.clientHeight / 3 : pane.scrollTop);
  // On a narrow screen the pane lies below the conversation.
  if (pane.getBoundingClientRect().top > window.innerHeight) pane.scrollIntoView();
}).observe(document, { childList: true, subtree: true });

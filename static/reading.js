// The reading view: the history of a sentence opens beside the text. Without this file it is a page of its own.
(() => {
  "use strict";

  const panel = document.getElementById("sentence-panel");
  let opened = null; // the sentence whose history is shown

  const sentenceOf = (event) => event.detail.requestConfig?.elt.closest(".sentence");

  function mark(sentence) {
    opened?.removeAttribute("aria-current");
    opened = sentence;
    opened?.setAttribute("aria-current", "true");
  }

  function close() {
    const sentence = opened;
    htmx.trigger(panel, "htmx:abort"); // an answer that is still on its way would open it again
    panel.replaceChildren();
    mark(null);
    sentence?.focus();
  }

  panel.addEventListener("htmx:afterSwap", (event) => {
    mark(sentenceOf(event));
    panel.querySelector("h2").focus({ preventScroll: true });
    opened.scrollIntoView({ block: "nearest" });
  });

  panel.addEventListener("click", (event) => {
    if (!event.target.closest("[data-close]")) return;
    event.preventDefault();
    close();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && opened) close();
  });

  // Signed out, gone or out of reach: go there as the plain link does, and read why.
  const follow = (event) => location.assign(sentenceOf(event).href);
  document.addEventListener("htmx:sendError", follow);
  document.addEventListener("htmx:responseError", follow);
  document.addEventListener("htmx:timeout", follow);
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.isError || event.detail.xhr.responseURL === sentenceOf(event).href) return;
    event.detail.shouldSwap = false;
    follow(event);
  });

  // With a key held, a link opens in a tab of its own; htmx would take that click too.
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) event.stopPropagation();
  }, true);
})();

import { csrfToken } from "./outbox.js";

/* Mending the split: a dialog in which a sentence is cut before a word, or merged with a neighbour. It is the page
   of the sentence, shown over the text, and its form is sent as the page would send it. */

const gapsOf = (dialog) => [...dialog.querySelectorAll(".gap")];

export class Mending {
  /* `settle()` resolves to "" once the server has all decisions, or to a sentence that says why it cannot;
     `leave()` is called before the page changes. Whoever closes the dialog meanwhile has changed their mind. */
  constructor(dialog, { settle, leave, warn, offline }) {
    Object.assign(this, { dialog, settle, leave, warn, offline });
    dialog.addEventListener("submit", (event) => this.#send(event));
    dialog.addEventListener("keydown", (event) => this.#press(event));
    dialog.addEventListener("close", () => { this.sending = null; });
    window.addEventListener("pageshow", () => { this.sending = null; });
    dialog.addEventListener("click", ({ target }) => this.#click(target));
  }

  async open(address) {
    if (this.dialog.open) return undefined;
    const { signal, stop } = untilAHandMoves();
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, cache: "no-store", signal }).catch(() => null);
    const page = answer?.ok ? await answer.text().catch(() => "") : "";
    if (signal.aborted) return undefined; // it would open over what is typed there
    stop();
    if (!answer || answer.status >= 500) return this.warn(this.offline);
    const form = new DOMParser().parseFromString(page, "text/html").querySelector("form.mending");
    if (!form) return location.assign(address); // signed out, or cut differently meanwhile: the page says so
    this.dialog.replaceChildren(document.adoptNode(form));
    this.dialog.showModal();
    const [first, ...others] = gapsOf(this.dialog);
    for (const gap of others) gap.tabIndex = -1;
    (first || this.dialog.querySelector("button, a")).focus();
    return undefined;
  }

  #click(target) {
    if (target.closest("[data-close]")) return this.dialog.close();
    return undefined;
  }

  /* The words are one stop for Tab; arrows move among them. */
  #moveTo(gap) {
    for (const one of gapsOf(this.dialog)) one.tabIndex = one === gap ? 0 : -1;
    gap.focus();
  }

  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const gaps = gapsOf(this.dialog);
    const at = gaps.indexOf(document.activeElement);
    const isRightToLeft = getComputedStyle(this.dialog.querySelector(".gaps") || this.dialog).direction === "rtl";
    const by = { ArrowRight: isRightToLeft ? -1 : 1, ArrowLeft: isRightToLeft ? 1 : -1 }[event.key];
    // By the letter, whatever Caps Lock says; with Shift across a paragraph.
    const key = event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase();
    const button = event.key.length === 1 && this.dialog.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (by && gaps.length) this.#moveTo(gaps[Math.max(0, Math.min(gaps.length - 1, at + by))]);
    else if (event.key === "Home" && gaps.length) this.#moveTo(gaps[0]);
    else if (event.key === "End" && gaps.length) this.#moveTo(gaps.at(-1));
    else if (button && !event.repeat && this.hasKeys()) button.click();
    else return;
    event.preventDefault();
  }

  hasKeys() { return document.getElementById("desk").dataset.shortcuts !== "off"; }

  /* What waits goes first: a decision is stored before its sentence is cut. */
  async #send(event) {
    event.preventDefault();
    if (this.sending) return;
    const form = event.target;
    const sending = this.sending = {}; // closing the dialog forgets it
    const { name, value } = event.submitter;
    const trouble = form.querySelector("[data-trouble]");
    trouble.hidden = true;
    form.setAttribute("aria-busy", "true");
    const why = await this.settle();
    form.removeAttribute("aria-busy");
    if (this.sending !== sending) return;
    if (why) {
      this.sending = null;
      trouble.hidden = false;
      trouble.textContent = why;
      return;
    }
    const pressed = document.createElement("input");
    Object.assign(pressed, { type: "hidden", className: "pressed", name, value });
    form.querySelector(".pressed")?.remove(); // of a press after which somebody chose to stay
    form.append(pressed);
    form.elements.csrfmiddlewaretoken.value = csrfToken(); // whoever signed in again has another one
    this.leave();
    form.submit();
  }
}

/* A signal that is aborted by the next key or press, and what makes it deaf. */
function untilAHandMoves() {
  const [hand, over] = [new AbortController(), new AbortController()];
  const move = (event) => { if (!event.repeat && event.key !== "Shift") hand.abort(); };
  for (const sign of ["keydown", "pointerdown"]) {
    document.addEventListener(sign, move, { capture: true, signal: over.signal });
  }
  hand.signal.addEventListener("abort", () => over.abort());
  return { signal: hand.signal, stop: () => over.abort() };
}

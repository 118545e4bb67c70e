/* The text of a statement as a list box: its sentences are the options, one of them is current. Beside it a map
   of the whole, and a clock that tells how long each sentence was looked at. */

const STEADY = 0.36; // of the room between the bars: where the current sentence begins
const IDLE = 30_000; // ms without a hand on anything, after which nobody is counted as reading
const NS = "http://www.w3.org/2000/svg";

export class Text {
  /* `desk` holds the text and, in data-attributes, its words; `form` is the bar below it. */
  constructor(desk, form, words) {
    Object.assign(this, { form, words });
    this.sentences = [...desk.querySelectorAll(".sentence")];
    this.places = new Map(this.sentences.map((one, at) => [one, at]));
    this.current = desk.querySelector(".sentence[aria-current]") || this.sentences[0];
    this.masthead = document.querySelector(".masthead");
    const text = document.getElementById("text");
    text.setAttribute("role", "listbox");
    text.setAttribute("aria-labelledby", "title");
    const { first, total, firstParagraph, paragraph: name } = desk.dataset;
    Object.assign(this, { first: Number(first), total: Number(total) }); // a page of a very long text is not all of it
    [...text.children].forEach((paragraph, at) => {
      paragraph.setAttribute("role", "group");
      paragraph.setAttribute("aria-label", name.replace("%n", at + Number(firstParagraph)));
    });
    for (const one of this.sentences) this.#describe(one);
  }

  find(number) { return document.getElementById(`s-${number}`); }
  placeOf(element) { return this.places.get(element); }
  behind(element, by = 1) { return this.sentences[this.placeOf(element) + by]; }
  wordsOf(element) { return element.querySelector(".words").textContent; }

  #describe(element) {
    const isCurrent = element === this.current;
    const values = {
      role: "option", "aria-selected": String(isCurrent),
      "aria-posinset": this.placeOf(element) + this.first, "aria-setsize": this.total,
    };
    for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
    element.tabIndex = isCurrent ? 0 : -1;
  }

  moveTo(element) {
    const before = this.current;
    before.removeAttribute("aria-current");
    this.current = element;
    element.setAttribute("aria-current", "true");
    for (const one of [before, element]) {
      one.setAttribute("aria-selected", String(one === element));
      one.tabIndex = one === element ? 0 : -1;
    }
  }

  /* Show a decision; `status` is "", "waiting" or "failed", `why` what there is to say about the last. */
  show(element, decision, status = "", why = "") {
    element.querySelector(".words").className = this.words.classOf(decision);
    element.querySelector(".tags")?.remove();
    if (decision || status) {
      const tags = document.createElement("span");
      tags.className = "tags";
      tags.dir = "auto";
      tags.lang = document.documentElement.lang;
      const pause = document.createElement("span");
      pause.className = "unseen";
      pause.textContent = ": ";
      tags.append(...this.words.tagsOf(decision, status), pause);
      element.prepend(tags);
    }
    element.classList.toggle("waiting", status === "waiting");
    element.classList.toggle("failed", status === "failed");
    element.title = why;
  }

  /* The current sentence begins at the same height, wherever it stands in the text. */
  hold() {
    const top = Math.max(0, this.masthead.getBoundingClientRect().bottom);
    const bar = this.form.getBoundingClientRect().top;
    // Where there is little height neither bar stays in sight.
    const room = (bar > top && bar < window.innerHeight ? bar : window.innerHeight) - top;
    const box = this.current.querySelector(".words").getClientRects()[0];
    const { bottom } = this.current.getBoundingClientRect();
    // One that would reach behind the bar from there begins higher.
    const line = Math.max(top + room * 0.08, Math.min(top + room * STEADY, top + room * 0.95 - (bottom - box.top)));
    window.scrollBy({ top: box.top - line, behavior: "instant" });
  }
}

/* ---- the map in the margin: a row for each sentence, what was decided and what was flagged --------------- */

export class MarginMap {
  constructor(text, words, go) {
    Object.assign(this, { text, words });
    const total = text.sentences.length;
    this.svg = document.getElementById("map");
    this.svg.setAttribute("viewBox", `0 0 10 ${total}`);
    this.rows = text.sentences.map((_one, at) => [this.#rect(0, at, 6), this.#rect(7, at, 3)]);
    this.here = this.#rect(0, 0, 10);
    this.here.setAttribute("class", "here");
    this.svg.append(...this.rows.flat(), this.here);
    this.svg.addEventListener("click", (event) => {
      const { top, height } = this.svg.getBoundingClientRect();
      const at = Math.floor(((event.clientY - top) / height) * total);
      go(text.sentences[Math.max(0, Math.min(total - 1, at))]);
    });
  }

  #rect(x, y, width) {
    const rect = document.createElementNS(NS, "rect");
    for (const [name, value] of Object.entries({ x, y, width, height: 1 })) rect.setAttribute(name, value);
    return rect;
  }

  show(element, decision, status = "") {
    const [row, flag] = this.rows[this.text.placeOf(element)];
    const [first] = this.words.chosen(decision);
    row.setAttribute("class", first ? `palette-${first.palette}` : decision?.state || "untouched");
    const isFlagged = decision && (decision.unsure || decision.badSplit || decision.comment || decision.check);
    flag.setAttribute("class", status === "failed" ? "failed" : isFlagged ? "flag" : "");
  }

  moveTo(element) { this.here.setAttribute("y", this.text.placeOf(element)); }
}

/* ---- how long a sentence was looked at, without the time in which nobody was there ----------------------- */

export class Clock {
  #spent = new Map(); // sentence → ms
  #since = 0;
  #seen = performance.now(); // when a hand was last on anything
  #current = null;

  constructor() {
    for (const sign of ["keydown", "pointerdown", "pointermove", "wheel", "scroll", "touchstart"]) {
      document.addEventListener(sign, () => this.#tick(), { passive: true, capture: true });
    }
    document.addEventListener("visibilitychange", () => this.#tick());
  }

  /* Count for this sentence from now on. */
  moveTo(element) {
    this.#tick();
    this.#current = element;
  }

  /* What was counted for a sentence since it was last asked, in whole ms. */
  take(element) {
    this.#tick();
    const spent = Math.round(this.#spent.get(element) || 0);
    this.#spent.delete(element);
    return spent;
  }

  #tick() {
    const now = performance.now();
    // What goes beyond the idle limit was spent elsewhere; so was the time with the page out of sight.
    const until = Math.min(now, this.#seen + IDLE);
    if (this.#current && this.#since && until > this.#since) {
      this.#spent.set(this.#current, (this.#spent.get(this.#current) || 0) + until - this.#since);
    }
    this.#seen = now;
    this.#since = document.hidden ? 0 : now;
  }
}

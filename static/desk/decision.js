/* Decisions as the desk holds them: { state, labels, reason, unsure, badSplit, comment, check }, or null for a
   sentence that is untouched; `check` is true for what a mend brought and nobody has looked at since. How they are compared, named and shown, and what becomes of a chain of them. */

export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

export const NO_MARKS = { unsure: false, badSplit: false, comment: "" };

/* What the page says of a sentence: the key that the next decision is based on, and the decision. */
export function fromElement({ dataset: { key, state, labels, reason, unsure, badSplit, comment, check } }) {
  const isOpen = state === "untouched" || state === "withdrawn";
  const decision = {
    state, labels: labels ? labels.split(" ") : [], reason: reason || "",
    unsure: unsure === "1", badSplit: badSplit === "1", comment: comment || "", check: check === "1",
  };
  return { key: key || "", decision: isOpen ? null : decision };
}

/* The same from an answer of the API, where an untouched sentence has a null key or one that was withdrawn. */
export function fromAnswer({ key, state, labels, reason, unsure, bad_split: badSplit, comment, check }) {
  if (state === "untouched") return { key: key || "", decision: null };
  return { key, decision: { state, labels, reason: reason || "", unsure, badSplit, comment, check } };
}

export const sameMarks = (one, other) => Object.keys(NO_MARKS).every((mark) => one[mark] === other[mark]);

export function saysTheSame(one, other) {
  if (!one || !other) return one === other;
  return one.state === other.state && Boolean(one.check) === Boolean(other.check) && one.reason === other.reason && sameMarks(one, other)
    && [...one.labels].sort().join() === [...other.labels].sort().join();
}

/* How what waits for a sentence has to change to follow on `key`, which was decided elsewhere: the first is based
   on it, and an undo of something that no longer stands becomes a decision for what it would have brought back. */
export function rebased(entry, chain, key) {
  const isOurs = chain.some((one) => one.key === entry.takesBack);
  return {
    refused: null,
    basedOn: entry === chain[0] ? key : entry.basedOn,
    takesBack: isOurs ? entry.takesBack : "",
  };
}

/* What undo would have to take back of a chain, the last one first. */
export function standingOf(chain) {
  let done = [];
  for (const entry of chain) {
    const isUndo = entry.takesBack && done.some((one) => one.key === entry.takesBack);
    if (isUndo) done = done.filter((one) => one.key !== entry.takesBack);
    else done.push(entry);
  }
  return done.reverse();
}

/* What undo and redo walk over, as far as this page knows: { element, key, before, after }, the next one last. */
export class Steps {
  done = [];
  undone = [];

  /* Note an entry of the outbox, from this page or another: `before` is what stood on its sentence. */
  note(element, { key, takesBack, decision }, before) {
    const step = { element, key, before, after: decision };
    const isRedo = takesBack && this.undone.some((one) => one.key === takesBack);
    if (!takesBack) this.undone = [];
    this.forget([takesBack]);
    if (takesBack && !isRedo) this.undone.push(step);
    else this.done.push(step);
  }

  forget(keys) {
    this.done = this.done.filter((one) => !keys.includes(one.key));
    this.undone = this.undone.filter((one) => !keys.includes(one.key));
  }
}

/* The words and letters for decisions, as the buttons of the form have them. */
export class Words {
  constructor(form, { untouched, toCheck, unsaved, failed }) {
    this.labels = [...form.querySelectorAll("button[data-slug]")].map((button) => button.dataset);
    this.none = form.querySelector('[value="none"]').dataset.name;
    this.skipped = form.querySelector("#skip").dataset.name;
    this.unsure = form.elements.unsure.dataset.name;
    this.badSplit = form.elements.bad_split.dataset.name;
    this.comment = form.querySelector("#note").dataset.name;
    this.untouched = untouched;
    this.toCheck = toCheck;
    this.statuses = { waiting: unsaved, failed };
  }

  chosen(decision) { return this.labels.filter(({ slug }) => decision?.labels.includes(slug)); }

  nameOf(decision) {
    if (!decision) return this.untouched;
    if (decision.state === "none") return this.none;
    if (decision.state === "skipped") return this.skipped;
    return this.chosen(decision).map(({ name }) => name).join(", ");
  }

  /* `status` is "", "waiting" or "failed"; the first is only heard: the text does not jump with every key. */
  tagsOf(decision, status = "") {
    return [...this.#marksOf(decision), ...(status ? [tag(0, status === "failed" ? "!" : "", this.statuses[status])] : [])];
  }

  #marksOf(decision) {
    if (!decision) return [];
    const tags = this.chosen(decision).map(({ palette, letter, name }) => tag(palette, letter, name));
    if (decision.state === "none") tags.push(tag(0, "–", this.none));
    if (decision.state === "skipped") tags.push(tag(0, "…", this.skipped));
    if (decision.check) tags.push(tag(0, "↻", this.toCheck));
    if (decision.unsure) tags.push(tag(0, "?", this.unsure));
    if (decision.badSplit) tags.push(tag(0, "✂", this.badSplit));
    if (decision.comment) tags.push(tag(0, "✎", this.comment));
    return tags;
  }

  /* What the words of a sentence look like. */
  classOf(decision) {
    const [first, ...more] = this.chosen(decision);
    return ["words", decision?.state || "untouched", decision?.check ? "to-check" : "", first ? `palette-${first.palette}` : "", more.length ? "several" : ""].filter(Boolean).join(" ");
  }
}

function tag(palette, letter, name) {
  const said = document.createElement("span");
  said.className = "unseen";
  said.textContent = letter ? name : ` ${name}`;
  if (!letter) return said;
  const mark = document.createElement("b");
  mark.className = `tag palette-${palette}`;
  mark.title = name;
  const seen = document.createElement("span");
  seen.ariaHidden = "true";
  seen.textContent = letter;
  mark.append(seen, said);
  return mark;
}

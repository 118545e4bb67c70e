/* A desk without an outbox, to prove the proofs: in place of static/desk/outbox.js, with the same interface.
   Each decision is sent at once and by itself, once, and forgotten whatever becomes of it. */

export const csrfToken = () => document.cookie.match(/(?:^|; )(?:__Host-csrf|csrftoken)=([^;]*)/)?.[1] || "";

export class Outbox extends EventTarget {
  entries = [];
  held = "";
  isKept = true;
  refused = [];
  written = Promise.resolve();

  constructor({ owner }) {
    super();
    this.owner = owner;
    setTimeout(() => this.#tell("open", { entries: [] })); // there is never anything that waits
  }

  get waiting() { return this.entries; }

  storedSince() { return []; }

  of(sentence) { return this.entries.filter((entry) => entry.sentence === sentence); }

  async add(...entries) {
    this.entries.push(...entries);
    this.#tell("change");
    await Promise.all(entries.map((entry) => this.#sendOnce(entry)));
  }

  async change(entries, change) { for (const entry of entries) Object.assign(entry, change(entry)); }
  async forget(sentence) { this.entries = this.entries.filter((entry) => entry.sentence !== sentence); }
  async retry() {}
  async send() {}

  signOut() {}
  tried() { return this.drained(); }

  async drained() {
    while (this.entries.length) await new Promise((done) => this.addEventListener("change", done, { once: true }));
  }

  async #sendOnce(entry) {
    const row = this.#rowOf(entry);
    const answer = await this.#put(entry.corpus, row).catch(() => null);
    const body = answer?.ok ? await answer.json().catch(() => null) : null;
    this.entries = this.entries.filter((one) => one !== entry);
    this.#tell("settled", [{ entry, annotation: body?.results[0].annotation || row, refused: null }]);
    this.#tell("change");
  }

  #rowOf({ sentence, key, basedOn, takesBack, decision, decidedAt, shownMs }) {
    const row = { sentence, key, based_on: basedOn, username: this.owner, decided_at: decidedAt, shown_ms: shownMs };
    if (takesBack) return { ...row, takes_back: takesBack };
    if (!decision) return { ...row, state: "withdrawn" };
    const { state, labels, reason, unsure, badSplit, comment } = decision;
    return { ...row, state, labels, reason: reason || null, unsure, bad_split: badSplit, comment };
  }

  #put(corpus, row) {
    return fetch(corpus, {
      method: "PUT", redirect: "error", body: JSON.stringify([row]),
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    });
  }

  #tell(what, detail) { this.dispatchEvent(new CustomEvent(what, { detail })); }
}

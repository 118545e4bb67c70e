/* What a reviewer has decided and the server has not acknowledged yet. Kept in this browser, so that it survives
   a reload, a closed tab and a restart; by account, so that nobody sends what somebody else decided; sent in
   order, what waits as one batch. All tabs of an account share it, and one of them sends at a time.

   An entry: { key, basedOn, owner, corpus, sentence, place, takesBack, decision, decidedAt, shownMs, refused }
     corpus    the address that takes its decisions        sentence   its public id, `place` its address
     takesBack key of the entry that undo or redo changes back, else ""
     decision  what the page shows: { state, labels, reason, unsure, badSplit, comment }, null for untouched
     refused   null, or why the server did not take it: { code, detail, current } */

const MOST = 200; // of a batch
const LONGEST_PAUSE = 10_000; // ms between two tries
const LATELY = 60_000; // ms for which it is remembered what was stored

/* ---- the browser's own database, or memory where it cannot be had --------------------------------------- */

const answerOf = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});

class Database {
  static async open() {
    const request = indexedDB.open("annotator", 1);
    request.onupgradeneeded = () => {
      const store = request.result.createObjectStore("decisions", { keyPath: "order", autoIncrement: true });
      store.createIndex("owner", "owner");
      store.createIndex("key", ["owner", "key"], { unique: true });
    };
    const database = new Database();
    database.connection = await answerOf(request);
    return database;
  }

  isKept = true;

  all(owner) {
    return answerOf(this.connection.transaction("decisions").objectStore("decisions").index("owner").getAll(owner));
  }

  add(entries) {
    return this.#write((store) => {
      entries.forEach((entry) => store.add(entry));
      store.transaction.commit(); // even if this tab goes away now
    });
  }

  change(owner, key, values) {
    return this.#write((store) => {
      store.index("key").openCursor([owner, key]).onsuccess = ({ target: { result: cursor } }) => {
        cursor?.update({ ...cursor.value, ...values });
      };
    });
  }

  remove(owner, keys) {
    return this.#write((store) => keys.forEach((key) => {
      store.index("key").openCursor([owner, key]).onsuccess = ({ target }) => target.result?.delete();
    }));
  }

  #write(work) {
    // Strict: done means that it is on the disk.
    const transaction = this.connection.transaction("decisions", "readwrite", { durability: "strict" });
    work(transaction.objectStore("decisions"));
    return new Promise((done, fail) => {
      transaction.oncomplete = done;
      transaction.onabort = () => fail(transaction.error);
    });
  }
}

class Memory {
  isKept = false;
  entries = [];

  async all() { return this.entries.map((entry) => ({ ...entry })); }
  async add(entries) { this.entries.push(...entries.map((entry) => ({ ...entry }))); }
  async change(_owner, key, values) { Object.assign(this.entries.find((entry) => entry.key === key) || {}, values); }
  async remove(_owner, keys) { this.entries = this.entries.filter((entry) => !keys.includes(entry.key)); }
}

/* ---- the outbox ------------------------------------------------------------------------------------------ */

const cookieOf = (names) => document.cookie.match(new RegExp(`(?:^|; )(?:${names})=([^;]*)`))?.[1] || "";
export const csrfToken = () => cookieOf("__Host-csrf|csrftoken");
const pause = (failures) => Math.min(1000 * 2 ** (failures - 1), LONGEST_PAUSE) * (0.8 + 0.4 * Math.random());

export class Outbox extends EventTarget {
  entries = []; // all that waits for this account, in the order in which it was decided
  held = ""; // why nothing is sent now: "", "waiting", "signedOut", "otherPerson"
  #unwritten = []; // of them, in memory only
  #failures = 0;
  #timer = 0;
  #isSending = false;
  #channel = globalThis.BroadcastChannel ? new BroadcastChannel("annotator") : null;

  /* `owner` is the name the account signs in with; `signIn` an address that gives out CSRF tokens. */
  constructor({ owner, signIn, patience = () => 30_000 }) {
    super();
    Object.assign(this, { owner, signIn, patience });
    this.store = Database.open().catch(() => new Memory());
    this.written = this.#begin();
  }

  get isKept() { return this.keeps !== false; }
  get refused() { return this.entries.filter((entry) => entry.refused); }

  /* What can be sent: nothing behind a refused decision on the same sentence. */
  get waiting() {
    const blocked = new Set(this.refused.map((entry) => entry.sentence));
    return this.entries.filter((entry) => !blocked.has(entry.sentence));
  }

  of(sentence) { return this.entries.filter((entry) => entry.sentence === sentence); }

  /* Sentences of which this browser has sent a decision that was stored since a time: a page that was on its way
     from the server meanwhile does not show it. */
  storedSince(time) { return this.#lately().filter(({ at }) => at >= time).map(({ sentence }) => sentence); }

  #lately() {
    try {
      return JSON.parse(localStorage.getItem(this.#latelyIn)) || [];
    } catch {
      return []; // nothing can be kept here: a reload shows it
    }
  }

  #remember(sentences) {
    const at = Date.now();
    const before = this.#lately().filter((one) => one.at > at - LATELY);
    const now = sentences.map((sentence) => ({ sentence, at }));
    try {
      localStorage.setItem(this.#latelyIn, JSON.stringify([...before, ...now].slice(-MOST)));
    } catch {
      // as above
    }
  }

  get #latelyIn() { return `annotator stored ${this.owner}`; }

  async #begin() {
    const store = await this.store;
    this.keeps = store.isKept;
    this.#merge(await store.all(this.owner));
    if (this.#channel) this.#channel.onmessage = ({ data }) => this.#hear(data);
    window.addEventListener("online", () => this.retry());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.retry(); });
    window.addEventListener("focus", () => this.retry());
    this.#tell("open", { entries: this.entries });
    this.send();
  }

  /* Take decisions in, in this order. They are shown and kept at once, and sent as soon as they are kept. */
  add(...entries) {
    this.entries.push(...entries);
    this.#unwritten.push(...entries);
    this.#shout("added", entries);
    this.#tell("change");
    this.written = this.written.then(() => this.#write()).catch(() => { this.keeps = false; });
    return this.written.then(() => this.send());
  }

  /* What came in while the disk was busy goes there at once: fast keys on a slow disk do not queue up. */
  async #write() {
    const entries = this.#unwritten.splice(0);
    if (entries.length) await (await this.store).add(entries);
  }

  /* Change entries that wait: `change(entry)` returns what is new about it. */
  async change(entries, change) {
    for (const entry of entries) {
      const values = change(entry);
      Object.assign(entry, values);
      this.written = this.written.then(async () => (await this.store).change(this.owner, entry.key, values)).catch(() => {});
      this.#shout("changed", { key: entry.key, values });
    }
    this.#tell("change");
    await this.written;
    return this.send();
  }

  /* Give up what waits for a sentence. */
  forget(sentence) { return this.#giveUp(this.of(sentence)); }

  /* Give up the first of what waits for a sentence; what follows stands on what it stood on. */
  async skip(entry) {
    const behind = this.of(entry.sentence).filter((one) => one !== entry);
    const given = this.#giveUp([entry]);
    await this.change(behind, (one) => ({
      basedOn: one.basedOn === entry.key ? entry.basedOn : one.basedOn,
      takesBack: one.takesBack === entry.key ? "" : one.takesBack,
    }));
    return given;
  }

  async #giveUp(entries) {
    const keys = entries.map((entry) => entry.key);
    this.#drop(keys);
    this.#shout("dropped", entries.map(({ key, sentence }) => ({ key, sentence })));
    this.#tell("change");
    await this.written;
    await (await this.store).remove(this.owner, keys).catch(() => {});
  }

  /* What is held stays so until something was stored: a page that says so does not flicker with every try. */
  retry() {
    clearTimeout(this.#timer);
    if (!this.waiting.length && this.held) this.#hold("");
    return this.send({ evenHeld: true });
  }

  /* Somebody found that nobody is signed in, or not this person. */
  signOut() { this.#hold("signedOut"); }

  /* Resolves when nothing waits any more. */
  async drained() {
    while (this.waiting.length) await this.#changed();
  }

  /* Resolves when nothing waits any more, or what waits cannot be sent now. */
  async tried() {
    while (this.waiting.length && !this.held) await this.#changed();
  }

  #changed() { return new Promise((done) => this.addEventListener("change", done, { once: true })); }

  async send({ evenHeld = false } = {}) {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      for (let isHeld = this.held && !evenHeld; !isHeld && this.#next().length; isHeld = this.held) {
        await this.#alone(() => this.#sendNext());
      }
    } finally {
      this.#isSending = false;
      this.#tell("change");
    }
  }

  /* One tab at a time. Where tabs cannot agree, two may send the same: the server stores it once. */
  #alone(work) {
    return navigator.locks ? navigator.locks.request(`annotator outbox of ${this.owner}`, work) : work();
  }

  /* What goes next: in order, of one corpus. */
  #next() {
    const { waiting } = this;
    const end = waiting.findIndex((entry) => entry.corpus !== waiting[0].corpus);
    return waiting.slice(0, Math.min(MOST, end < 0 ? waiting.length : end));
  }

  async #sendNext() {
    await this.written;
    if (this.keeps) this.#merge(await (await this.store).all(this.owner)); // another tab may have sent it
    const batch = this.#next();
    if (!batch.length) return this.#hold("");
    this.#tell("change");
    const answer = await this.#put(batch).catch(() => null);
    const results = answer?.ok ? await answer.json().then((body) => body.results, () => null) : null;
    const isOurs = results?.length === batch.length
      && results.every((result, at) => (result.annotation?.key ?? batch[at].key) === batch[at].key);
    if (isOurs) return this.#settle(batch, results);
    if (answer?.status === 401) return this.#hold("signedOut");
    if (answer?.status === 403 || answer?.status === 404) return this.#refuseAll(batch, answer);
    return this.#later(Number(answer?.headers.get("Retry-After")) || 0);
  }

  async #put(batch, isSecond = false) {
    const answer = await fetch(batch[0].corpus, {
      method: "PUT", redirect: "error", signal: AbortSignal.timeout(this.patience()),
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify(batch.map((entry) => this.#rowOf(entry))),
    });
    if (answer.status !== 403 || isSecond) return answer;
    await fetch(this.signIn, { cache: "no-store" }); // whoever signed in again needs a fresh token
    return this.#put(batch, true);
  }

  #rowOf({ sentence, key, basedOn, takesBack, decision, decidedAt, shownMs }) {
    const row = { sentence, key, based_on: basedOn, username: this.owner, decided_at: decidedAt, shown_ms: shownMs };
    if (takesBack) return { ...row, takes_back: takesBack };
    if (!decision) return { ...row, state: "withdrawn" };
    const { state, labels, reason, unsure, badSplit, comment } = decision;
    return { ...row, state, labels, reason: reason || null, unsure, bad_split: badSplit, comment };
  }

  /* This corpus takes nothing from this person any more; others do. */
  async #refuseAll(batch, answer) {
    const problem = await answer.json().catch(() => null);
    if (!problem?.detail || problem.detail.startsWith("CSRF")) return this.#later(0);
    const type = "not_allowed";
    return this.#settle(batch, batch.map(() => ({ problem: { type, detail: problem.detail } })));
  }

  async #settle(batch, results) {
    this.held = "";
    const stored = [];
    const became = [];
    const busy = new Set(); // sentences of decisions that met others too often: to be sent again
    batch.forEach((entry, at) => {
      const { annotation, problem } = results[at];
      const code = problem?.type.split(":").at(-1);
      if (annotation) stored.push(entry.key);
      else if (code === "other_person") return this.#hold("otherPerson");
      else if (code === "busy" || busy.has(entry.sentence)) return busy.add(entry.sentence);
      // What follows a refused decision on its sentence waits with it, whatever was said about it.
      else if (!became.some((one) => one.refused && one.entry.sentence === entry.sentence)) {
        const [reason] = Object.values(problem.errors || {}).flat();
        entry.refused = { code, detail: reason || problem.detail, current: problem.current ?? null };
      } else return undefined;
      return became.push({ entry, annotation, refused: entry.refused });
    });
    const store = await this.store;
    this.#remember(became.filter(({ annotation }) => annotation).map(({ entry }) => entry.sentence));
    this.#drop(stored);
    await store.remove(this.owner, stored).catch(() => {}); // sent again by the next page: the server knows it
    for (const { entry, refused } of became) if (refused) await store.change(this.owner, entry.key, { refused });
    if (became.length) this.#shout("settled", became); // it wakes tabs that cannot send
    this.#tell("settled", became);
    if (became.length) this.#failures = 0;
    return busy.size ? this.#later(0) : this.#tell("change");
  }

  #hold(why) {
    this.held = why;
    this.#tell("change");
  }

  #later(seconds) {
    this.#failures += 1;
    this.#timer = setTimeout(() => this.retry(), Math.max(pause(this.#failures), Math.min(seconds, 60) * 1000));
    this.#hold("waiting");
  }

  /* ---- other tabs ------------------------------------------------------------------------------------- */

  #shout(what, about) { this.#channel?.postMessage({ owner: this.owner, what, about }); }

  #hear({ owner, what, about }) {
    if (owner !== this.owner) return;
    if (what === "added") {
      this.entries.push(...about);
      this.#tell("elsewhere", about);
    } else if (what === "changed") {
      Object.assign(this.entries.find((entry) => entry.key === about.key) || {}, about.values);
    } else if (what === "dropped") {
      this.#drop(about.map(({ key }) => key));
      this.#tell("dropped", about);
    } else {
      for (const { entry, refused } of about) {
        if (!refused) this.#drop([entry.key]);
        else Object.assign(this.entries.find((one) => one.key === entry.key) || {}, { refused });
      }
      if (this.held) this.retry(); // it went well there
      this.#tell("settled", about);
    }
    this.#tell("change");
  }

  /* What is kept is what waits; what has not been written yet waits too. */
  #merge(kept) {
    const known = new Map(this.entries.map((entry) => [entry.key, entry]));
    const keys = new Set(kept.map((entry) => entry.key));
    const unwritten = this.entries.filter((entry) => !keys.has(entry.key) && !entry.isWritten);
    this.entries = [...kept.map((one) => Object.assign(known.get(one.key) || one, { isWritten: true })), ...unwritten];
  }

  #drop(keys) { this.entries = this.entries.filter((entry) => !keys.includes(entry.key)); }

  #tell(what, detail) { this.dispatchEvent(new CustomEvent(what, { detail })); }
}

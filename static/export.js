// The export page: it downloads by itself, shows how far it is, goes on where a connection broke, and can be
// cancelled. Without this file, and for very many rows, the link downloads as links do.
const [TRIES, ANEW] = [6, 3]; // how often it is asked for without anything new, and from the beginning
const FOLDED = 8e6; // bytes after which what has come is handed to the browser, which may put it on its disk
const NEWS = 10_000; // milliseconds between two announcements
const BROKEN_OFF = "\n*** This export broke off here";
const [LINE_FEED, QUOTE, STAR] = [10, 34, 42];

// Where the ids stand in a row: the statement and, but for whole statements, the sentence.
const IDS = {
  jsonl: /^\{"corpus":"[^"]*","statement":"([^"]*)"(?:,"sentence":"([^"]*)")?/,
  csv: /^[^,]*,([^,]*),([^,]*)/,
};

/** The whole rows of what has come: how many, and where to go on. What begins a row waits for its end. */
class Rows {
  constructor(format, layer) {
    Object.assign(this, { format, layer });
    this.restart();
  }

  restart() {
    Object.assign(this, { count: 0, place: null, ofPlace: 0, hasHeader: this.format !== "csv" });
    this.reconnect();
  }

  // A new answer begins with a new row.
  reconnect() {
    Object.assign(this, { rest: new Uint8Array(), isQuoted: false, hasBrokenOff: false });
  }

  /** Take some bytes, and return those that end whole rows. */
  take(chunk) {
    const bytes = new Uint8Array(this.rest.length + chunk.length);
    bytes.set(this.rest);
    bytes.set(chunk, this.rest.length);
    let from = 0;
    for (let at = this.rest.length; at < bytes.length && !this.hasBrokenOff; at++) {
      if (bytes[at] === QUOTE && this.format === "csv") this.isQuoted = !this.isQuoted;
      if (bytes[at] !== LINE_FEED || this.isQuoted) continue;
      if (at === from || bytes[from] === STAR) this.hasBrokenOff = true;
      else {
        this.note(bytes.subarray(from, Math.min(at, from + 300)));
        from = at + 1;
      }
    }
    this.rest = bytes.slice(from);
    return bytes.slice(0, from);
  }

  note(begin) {
    if (!this.hasHeader) {
      this.hasHeader = true;
      return;
    }
    const [, statement, sentence] = new TextDecoder().decode(begin).match(IDS[this.format]) ?? [];
    const place = this.layer === "statements" ? statement : sentence;
    this.ofPlace = place === this.place ? this.ofPlace + 1 : 1;
    this.place = place;
    this.count += 1;
  }

  get isWhole() {
    return !this.hasBrokenOff && this.rest.length === 0;
  }

  /** What `after` says: the id of the last row; where a sentence has several, how many of them came. */
  get after() {
    const hasSeveral = this.layer === "annotations" || this.layer === "history";
    return hasSeveral ? `${this.place}:${this.ofPlace}` : this.place;
  }
}

/** Bytes of a file that cannot be gone on with. */
class Whole {
  restart() {
    Object.assign(this, { count: 0, end: "" });
  }

  reconnect() {
    this.restart();
  }

  take(chunk) {
    this.end = (this.end + new TextDecoder("latin1").decode(chunk.slice(-200))).slice(-200);
    return chunk;
  }

  get isWhole() {
    return !this.end.includes(BROKEN_OFF);
  }

  place = null;
}

class Refused extends Error {}

class Busy extends Error {
  constructor(seconds) {
    super();
    this.seconds = seconds;
  }
}

const wait = (seconds, signal) =>
  new Promise((done, stopped) => {
    const timer = setTimeout(done, 1000 * seconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      stopped(signal.reason);
    });
  });

/** One download, from the click to the file. `tell` shows how far it is and what happens. */
class Download {
  constructor(link, tell) {
    this.address = new URL(link.href);
    this.tell = tell;
    this.stop = new AbortController();
    const { layer } = link.dataset;
    this.rows = layer ? new Rows(this.address.searchParams.get("format"), layer) : new Whole();
    this.expected = layer ? Number(link.dataset.rows) : 0;
    this.begin();
  }

  begin() {
    this.rows.restart();
    Object.assign(this, { file: new Blob(), parts: [], held: 0, size: 0, asOf: null });
  }

  async run() {
    for (let tries = 1; ; tries++) {
      const before = this.size;
      try {
        await this.receive();
        return new Blob([this.file, ...this.parts], { type: this.type });
      } catch (error) {
        if (error instanceof Refused || this.stop.signal.aborted) throw error;
        if (this.rows.place && this.size > before) tries = 1;
        if (tries >= (this.rows.place ? TRIES : ANEW) && !(error instanceof Busy)) throw error;
        await this.pause(error, tries);
      }
    }
  }

  async pause(error, tries) {
    const seconds = error instanceof Busy ? error.seconds : Math.min(2 ** (tries - 1), 30);
    if (!this.rows.place) this.begin();
    this.tell(error instanceof Busy ? "busy" : this.rows.place ? "lost" : "again", { n: seconds });
    await wait(seconds, this.stop.signal);
  }

  async receive() {
    this.rows.reconnect();
    const address = new URL(this.address);
    if (this.rows.place) {
      address.searchParams.set("as_of", this.asOf);
      address.searchParams.set("after", this.rows.after);
    }
    const answer = await fetch(address, { signal: this.stop.signal, cache: "no-store" });
    if (answer.status === 503) throw new Busy(Number(answer.headers.get("Retry-After")) || 5);
    if (!answer.ok || answer.redirected) throw new Refused(await why(answer));
    this.asOf ??= answer.headers.get("Annotator-As-Of");
    this.type = answer.headers.get("Content-Type");
    this.name ??= answer.headers.get("Content-Disposition")?.match(/filename="([^"]+)"/)?.[1] ?? "export";
    const reader = answer.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      this.keep(this.rows.take(value));
      this.tell("", {});
    }
    if (!this.rows.isWhole) throw new Error("It broke off.");
  }

  keep(bytes) {
    if (!bytes.length) return;
    this.parts.push(bytes);
    this.held += bytes.length;
    this.size += bytes.length;
    if (this.held < FOLDED) return;
    this.file = new Blob([this.file, ...this.parts]);
    Object.assign(this, { parts: [], held: 0 });
  }
}

async function why(answer) {
  try {
    const { detail, errors } = await answer.json();
    return Object.values(errors ?? {}).flat()[0] ?? detail;
  } catch {
    return String(answer.status); // no JSON: signed out meanwhile, or something in between answered
  }
}

// ---- what the page shows ----

const language = document.documentElement.lang;
const number = new Intl.NumberFormat(language);

function sized(bytes) {
  const step = bytes < 1e6 ? 1 : 2;
  const unit = ["byte", "kilobyte", "megabyte"][step];
  const style = { style: "unit", unit, maximumFractionDigits: step - 1 };
  return new Intl.NumberFormat(language, style).format(bytes / 1000 ** step);
}

function save(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

let running = null;

function show(box, download) {
  const bar = box.querySelector("progress");
  const state = box.querySelector("[role=status]");
  const share = document.getElementById("received-share");
  let announced = Date.now();
  let painted = 0;
  let isInterrupted = false; // what is said then stands until something comes again
  const say = (words) => {
    if (state.textContent !== words) state.textContent = words;
    announced = Date.now();
  };
  const fill = (words, values) => words.replace(/%(\w+)/g, (all, name) => values[name] ?? all);
  const soFar = () => {
    const { rows, expected, size } = download;
    if (!expected) return fill(box.dataset.bytes, { size: sized(size) });
    const all = Math.max(expected, rows.count); // more may have come in since they were counted
    return fill(box.dataset.rows, { n: number.format(rows.count), all: number.format(all) });
  };
  return (what, values) => {
    if (what) say(fill(box.dataset[what], values));
    if (!what && isInterrupted) say(soFar());
    isInterrupted = Boolean(what);
    if (!what && Date.now() - painted < 100) return;
    painted = Date.now();
    share.textContent = soFar();
    if (download.expected) bar.value = Math.min(1, download.rows.count / download.expected);
    else bar.removeAttribute("value");
    if (!what && Date.now() - announced > NEWS) say(soFar());
  };
}

function working(box, isWorking) {
  for (const one of box.querySelectorAll("p:not([role=status])")) one.hidden = !isWorking;
}

async function begin(link) {
  const box = document.getElementById("downloading");
  let tell = () => {};
  const download = new Download(link, (...news) => tell(...news));
  tell = show(box, download);
  running = download;
  box.hidden = false;
  working(box, true);
  box.querySelector("[role=status]").textContent = "";
  tell("", {});
  try {
    const file = await download.run();
    save(file, download.name);
    tell("done", { name: download.name });
  } catch (error) {
    if (download.stop.signal.aborted) tell("stopped", {});
    else if (error instanceof Refused) tell("refused", { why: error.message });
    else tell("givenUp", {});
  }
  const hadFocus = box.contains(document.activeElement);
  working(box, false);
  if (hadFocus) document.getElementById("download")?.focus();
  running = null;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("#stop-download")) running?.stop.abort();
  const link = event.target.closest("#download");
  if (!link?.dataset.rows || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (!running) begin(link);
});

addEventListener("beforeunload", (event) => {
  if (running) event.preventDefault(); // who leaves the page ends the download
});

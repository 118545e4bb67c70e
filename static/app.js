/* The desk: keys and clicks become decisions at once; the outbox brings them to the server one by one.
   Without this file every button of the page still works as a plain form. */
(() => {
  "use strict";

  const desk = document.getElementById("desk");
  if (!desk) return;

  const form = document.getElementById("decision");
  const saveState = document.getElementById("save-state");
  const retryButton = document.getElementById("retry");
  const giveUpButton = document.getElementById("give-up");
  const refusedNotice = document.getElementById("refused");
  const finished = document.getElementById("finished");
  const note = document.getElementById("note");
  const skip = document.getElementById("skip");
  const help = document.getElementById("help");
  const guide = document.getElementById("guide");

  const shortcuts = document.getElementById("shortcuts");
  const text = document.getElementById("text");
  const flag = document.getElementById("held");

  const sentences = () => [...desk.querySelectorAll(".sentence")];
  const labelButtons = [...form.querySelectorAll("button[data-slug]")];
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

  /* ---- what is known about each sentence ---------------------------------------------------------------- */

  // id of the sentence → { key: what the next save is based on, decision: what the page shows }
  const known = new Map();
  const done = []; // what this page has done, for undo: { id, key, before, after }

  function fromElement(element) {
    const { key, state, labels, reason, unsure, badSplit, comment } = element.dataset;
    const isOpen = state === "untouched" || state === "withdrawn";
    return {
      key: key || "",
      decision: isOpen ? null : {
        state, labels: labels ? labels.split(" ") : [], reason: reason || "",
        unsure: unsure === "1", badSplit: badSplit === "1", comment: comment || "",
      },
    };
  }

  function about(element) {
    if (!known.has(element.id)) known.set(element.id, fromElement(element));
    return known.get(element.id);
  }

  /* ---- showing a decision before the server has confirmed it -------------------------------------------- */

  function tag(palette, letter, name) {
    const mark = document.createElement("b");
    mark.className = `tag palette-${palette}`;
    mark.title = name;
    const seen = document.createElement("span");
    seen.ariaHidden = "true";
    seen.textContent = letter;
    const said = document.createElement("span");
    said.className = "unseen";
    said.textContent = name;
    mark.append(seen, said);
    return mark;
  }

  function tagsOf(decision) {
    const marks = labelButtons.filter((b) => decision.labels.includes(b.dataset.slug))
      .map((b) => tag(b.dataset.palette, b.dataset.letter, b.dataset.name));
    if (decision.state === "none") marks.push(tag(0, "–", form.querySelector('[value="none"]').dataset.name));
    if (decision.state === "skipped") marks.push(tag(0, "…", skip.dataset.name));
    if (decision.unsure) marks.push(tag(0, "?", form.elements.unsure.dataset.name));
    if (decision.badSplit) marks.push(tag(0, "✂", form.elements.bad_split.dataset.name));
    if (decision.comment) marks.push(tag(0, "✎", note.dataset.name));
    return marks;
  }

  function show(element, decision, isWaiting) {
    const words = element.querySelector(".words");
    const chosen = decision ? labelButtons.filter((b) => decision.labels.includes(b.dataset.slug)) : [];
    words.className = ["words", decision ? decision.state : "untouched",
      chosen.length ? `palette-${chosen[0].dataset.palette}` : "", chosen.length > 1 ? "several" : ""].join(" ").trim();
    element.querySelector(".tags")?.remove();
    if (decision) {
      const tags = document.createElement("span");
      tags.className = "tags";
      tags.dir = "auto";
      tags.lang = document.documentElement.lang;
      const pause = document.createElement("span");
      pause.className = "unseen";
      pause.textContent = ": ";
      tags.append(...tagsOf(decision), pause);
      element.prepend(tags);
    }
    element.classList.toggle("waiting", isWaiting);
  }

  const sameMarks = (one, other) => ["unsure", "badSplit", "comment"].every((mark) => one[mark] === other[mark]);

  function saysTheSame(one, other) {
    if (!one || !other) return one === other;
    return one.state === other.state && one.reason === other.reason && sameMarks(one, other)
      && [...one.labels].sort().join() === [...other.labels].sort().join();
  }

  function nameOf(decision) {
    if (!decision) return saveState.dataset.untouched;
    if (decision.state === "none") return form.querySelector('[value="none"]').dataset.name;
    if (decision.state === "skipped") return skip.dataset.name;
    return labelButtons.filter((b) => decision.labels.includes(b.dataset.slug)).map((b) => b.dataset.name).join(", ");
  }

  /* ---- where we are -------------------------------------------------------------------------------------- */

  let current = desk.querySelector(".sentence[aria-current]") || sentences()[0];

  const numberOf = (element) => element.id.slice(2); // s-12 → 12
  const addressOf = (pattern, element) => pattern.replace(/\.\d+\//, `.${numberOf(element)}/`);

  /* ---- for assistive technology: the text is a list box, its sentences are the options ------------------ */

  const places = new Map(sentences().map((one, at) => [one.id, at + 1]));

  function describe(element) {
    const values = {
      role: "option", "aria-selected": String(element === current),
      "aria-posinset": places.get(element.id), "aria-setsize": places.size,
    };
    for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
    element.tabIndex = element === current ? 0 : -1;
  }

  text.setAttribute("role", "listbox");
  text.setAttribute("aria-labelledby", "title");
  [...text.children].forEach((paragraph, at) => {
    paragraph.setAttribute("role", "group");
    paragraph.setAttribute("aria-label", desk.dataset.paragraph.replace("%n", at + 1));
  });

  // The same words twice are said twice only when the text differs.
  function speak(region, words) {
    region.textContent = region.textContent === words ? `${words}\u00a0` : words;
  }

  const say = (words) => speak(document.getElementById("said"), words);
  const warn = (words) => speak(document.getElementById("warned"), words);

  const drafts = new Map(); // id → marks given to a sentence before its decision

  function fillForm() {
    const { key, decision } = about(current);
    const given = decision || drafts.get(current.id);
    form.action = addressOf(form.dataset.save, current);
    form.elements.key.value = newKey();
    form.elements.based_on.value = key;
    form.elements.unsure.checked = Boolean(given?.unsure);
    form.elements.bad_split.checked = Boolean(given?.badSplit);
    form.elements.comment.value = given?.comment || "";
    for (const box of form.querySelectorAll('[name="labels"]')) box.checked = Boolean(decision?.labels.includes(box.value));
    for (const button of form.querySelectorAll(".choice")) {
      const isOn = button.value === "none" ? decision?.state === "none" : Boolean(decision?.labels.includes(button.dataset.slug));
      button.setAttribute("aria-pressed", String(isOn));
    }
  }

  function bringIntoView(element) {
    const box = element.getBoundingClientRect();
    const bar = form.getBoundingClientRect().top;
    if (box.top >= bar * 0.15 && box.bottom <= bar * 0.8) return;
    // The middle of the sentence a little above the middle of the room; of one that does not fit, its beginning.
    const middle = (box.top + box.bottom) / 2 - bar * 0.45;
    window.scrollBy({ top: Math.min(middle, box.top - bar * 0.15), behavior: "instant" });
  }

  // Whoever moves away from a comment just typed has not given it up.
  function keepMarks() {
    const before = about(current).decision;
    if (!before) keepDraft();
    else if (!sameMarks(before, marks())) changeMark();
  }

  // Marks given before the decision: shown as waiting, and saved with it.
  function keepDraft() {
    const now = marks();
    drafts.set(current.id, now);
    const isEmpty = sameMarks(now, { unsure: false, badSplit: false, comment: "" });
    show(current, isEmpty ? null : { state: "untouched", labels: [], ...now }, true);
  }

  function hasUnsavedComment() {
    const kept = [...drafts].some(([id, draft]) => draft.comment && !known.get(id)?.decision);
    return kept || (form.elements.comment.value.trim() !== (about(current).decision?.comment || ""));
  }

  function goTo(element, { focus = true } = {}) {
    if (!element) return;
    if (element !== current) keepMarks();
    const before = current;
    before.removeAttribute("aria-current");
    current = element;
    current.setAttribute("aria-current", "true");
    for (const one of [before, current]) describe(one);
    const left = [skip, note].find((fold) => fold.contains(document.activeElement));
    skip.open = note.open = false;
    if (left && !focus) left.querySelector("summary").focus();
    fillForm();
    bringIntoView(current);
    if (focus) current.focus({ preventScroll: true });
    history.replaceState(null, "", current.getAttribute("href").split("#")[0]);
  }

  const isAtButtons = () => !hasShortcuts() && form.contains(document.activeElement);

  function heard(element) {
    const { decision } = about(element);
    const words = element.querySelector(".words").textContent;
    return decision ? `${nameOf(decision)}: ${words}` : words;
  }

  function step(by) {
    const all = sentences();
    const following = all[all.indexOf(current) + by];
    if (following && isAtButtons()) say(heard(following));
    goTo(following, { focus: !isAtButtons() });
  }

  function moveOn() {
    const all = sentences();
    const following = all[all.indexOf(current) + 1] || all.find((one) => !about(one).decision);
    // Who works with the buttons stays at them, and hears what comes next.
    if (following && isAtButtons()) say(`${nameOf(about(current).decision)}. ${heard(following)}`);
    if (following) return goTo(following, { focus: !isAtButtons() });
    fillForm();
    finished.hidden = false;
    finished.scrollIntoView({ block: "center" });
    finished.focus({ preventScroll: true });
  }

  /* ---- decisions ----------------------------------------------------------------------------------------- */

  function marks() {
    return {
      unsure: form.elements.unsure.checked,
      badSplit: form.elements.bad_split.checked,
      comment: form.elements.comment.value.trim(),
    };
  }

  function decide(decision, { stays = false } = {}) {
    const element = current;
    drafts.delete(element.id);
    const before = about(element).decision;
    const entry = enqueue(element, decision, "save");
    done.push({ id: element.id, key: entry.key, before, after: decision });
    say(nameOf(decision));
    if (conflicts.delete(element.id)) showConflict(); // a newer choice settles it
    if (stays) fillForm();
    else moveOn();
  }

  const choose = {
    label: (slug) => decide({ state: "labelled", labels: [slug], reason: "", ...marks() }),
    none: () => decide({ state: "none", labels: [], reason: "", ...marks() }),
    skip: (reason) => decide({ state: "skipped", labels: [], reason, ...marks() }),
    labels: () => {
      const ticked = [...form.querySelectorAll('[name="labels"]:checked')].map((box) => box.value);
      const before = about(current).decision;
      if (ticked.length) return decide({ state: "labelled", labels: ticked, reason: "", ...marks() });
      if (before) return decide({ ...before, ...marks() }, { stays: before.state === "labelled" });
      keepDraft(); // nothing is decided yet: the comment goes with the decision that comes next
      note.open = false;
      return current.focus({ preventScroll: true });
    },
  };

  function toggleLabel(slug) {
    const before = about(current).decision;
    const had = before?.labels || [];
    const labels = had.includes(slug) ? had.filter((one) => one !== slug) : [...had, slug];
    decide(labels.length ? { state: "labelled", labels, reason: "", ...marks() } : null, { stays: true });
  }

  function changeMark(box) {
    const before = about(current).decision;
    if (before) decide({ ...before, ...marks() }, { stays: true });
    else keepDraft();
    if (box) say(`${box.dataset.name}: ${box.checked ? box.dataset.on : box.dataset.off}`);
  }

  function undo() {
    const last = done.pop();
    if (!last) return undoEarlier();
    const element = document.getElementById(last.id);
    // A decision that was taken away altogether left nothing that the server could take back: it is made again.
    enqueue(element, last.before, last.after ? "undo" : "save");
    finished.hidden = true;
    say(nameOf(last.before));
    return goTo(element);
  }

  // What was done before this page was opened is for the server to find; it then opens the right statement.
  let undoWhenSaved = false;
  let isPlainForm = false;

  async function undoEarlier() {
    undoWhenSaved = outbox.length > 0;
    if (undoWhenSaved) return;
    try {
      await fetch(form.dataset.health, { cache: "no-store" });
    } catch {
      warn(saveState.dataset.offline);
      saveState.textContent = saveState.dataset.offline; // better than the browser's own page in place of the desk
      return;
    }
    leaving = !hasUnsavedComment();
    isPlainForm = true;
    form.elements.key.value = newKey();
    form.requestSubmit(document.getElementById("undo"));
  }

  /* ---- the outbox: one request at a time, in the order of the keys; nothing leaves it unacknowledged ----- */

  const outbox = [];
  const conflicts = new Map(); // id → { mine }: saves that were refused, until the reviewer has chosen
  let isSending = false;
  let leaving = false;
  let failures = 0;
  let timer = 0;
  let held = ""; // why the outbox stands still: "", "waiting", "signedOut", "otherPerson", "notAccepted"

  function enqueue(element, decision, kind) {
    const entry = {
      kind, id: element.id, key: newKey(), basedOn: about(element).key, decision, decidedAt: new Date().toISOString(),
    };
    known.set(element.id, { key: entry.key, decision });
    show(element, decision, true);
    outbox.push(entry);
    send();
    return entry;
  }

  function valuesOf(entry) {
    const values = {
      key: entry.key, based_on: entry.basedOn, decided_at: entry.decidedAt, reviewer: form.elements.reviewer.value,
    };
    if (entry.kind === "undo") return values;
    if (!entry.decision) return { ...values, choose: "withdraw" };
    const { state, labels, reason, unsure, badSplit, comment } = entry.decision;
    values.choose = state === "labelled" ? "labels" : state === "none" ? "none" : `skip:${reason}`;
    if (labels.length) values.labels = labels;
    if (unsure) values.unsure = "1";
    if (badSplit) values.bad_split = "1";
    if (comment) values.comment = comment;
    return values;
  }

  function cookieToken() {
    const found = document.cookie.match(/(?:^|; )(?:__Host-csrf|csrftoken)=([^;]*)/);
    return found ? found[1] : form.elements.csrfmiddlewaretoken.value;
  }

  const isSignIn = (url) => new URL(url, location.href).pathname === form.dataset.signIn;

  function send() {
    tell();
    if (isSending || !outbox.length || (held && held !== "waiting")) return;
    clearTimeout(timer);
    const entry = outbox[0];
    const element = document.getElementById(entry.id);
    isSending = true;
    htmx.ajax("POST", addressOf(form.dataset[entry.kind], element), {
      source: element, target: `#${entry.id}`, swap: "outerHTML", values: valuesOf(entry),
      headers: { "X-CSRFToken": cookieToken() },
    }).catch(() => {}); // what went wrong is told by htmx:afterRequest, below
  }

  function hold(why) {
    held = why;
    tell();
  }

  function later() {
    failures += 1;
    timer = setTimeout(send, Math.min(1000 * 2 ** (failures - 1), 10000));
    hold("waiting");
  }

  /* What the server says about our save, in a header that only our own view writes. */
  function refusalOf(xhr, entry) {
    const said = JSON.parse(xhr.getResponseHeader("HX-Trigger") || "{}")["desk:refused"];
    return said?.key === entry.key ? said : null;
  }

  // Before the swap: only an answer that names our key is about our save; a sign-in page or a proxy's word is not.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const entry = outbox[0];
    if (!isSending || event.detail.target.id !== entry?.id) return;
    const { xhr } = event.detail;
    event.detail.shouldSwap = xhr.getResponseHeader("Saved-Key") === entry.key || Boolean(refusalOf(xhr, entry)?.stale);
  });

  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (!isSending) return;
    const { xhr } = event.detail;
    const entry = outbox[0];
    isSending = false;
    const refusal = refusalOf(xhr, entry);
    if (xhr.getResponseHeader("Saved-Key") === entry.key) {
      outbox.shift();
      failures = 0;
      held = "";
      settle(entry.id);
      send();
      if (undoWhenSaved && !outbox.length) undoEarlier();
    } else if (refusal?.stale) {
      refused(entry);
    } else if (refusal?.code === "other_person") {
      hold("otherPerson");
    } else if (refusal) {
      hold("notAccepted");
    } else if (isSignIn(xhr.responseURL) || xhr.status === 403) {
      hold("signedOut");
    } else if ([400, 404, 405, 410, 413].includes(xhr.status)) {
      hold("notAccepted");
    } else {
      later();
    }
  });

  // After a swap the element is a new one: give it back what belongs to this page.
  for (const moment of ["htmx:afterSwap", "htmx:afterSettle"]) {
    document.body.addEventListener(moment, (event) => {
      const id = event.detail.target?.id;
      if (id?.startsWith("s-")) settle(id);
    });
  }

  function settle(id) {
    const element = document.getElementById(id);
    const pending = outbox.findLast((entry) => entry.id === id);
    const before = about(element).decision;
    if (!pending) known.set(id, fromElement(element));
    show(element, about(element).decision, Boolean(pending));
    if (current.id === id && current !== element) {
      const hadFocus = document.activeElement === document.body || document.activeElement === current;
      current = element;
      current.setAttribute("aria-current", "true");
      describe(current);
      if (hadFocus) current.focus({ preventScroll: true });
    }
    describe(element);
    if (current === element && !pending && !saysTheSame(before, about(element).decision)) fillForm();
  }

  /* A save that came too late: another tab or device has decided. Both are shown; typing goes on meanwhile. */
  function refused(entry) {
    const element = document.getElementById(entry.id);
    const mine = outbox.findLast((one) => one.id === entry.id).decision;
    forget(entry.id);
    const standing = fromElement(element);
    known.set(entry.id, standing);
    settle(entry.id);
    if (!saysTheSame(mine, standing.decision)) conflicts.set(entry.id, { mine });
    if (current.id === entry.id) fillForm();
    showConflict();
    send();
  }

  // Take the saves of one sentence out of the outbox, and out of what undo walks over.
  function forget(id) {
    for (let at = outbox.length - 1; at >= 0; at -= 1) {
      if (outbox[at].id !== id) continue;
      const [{ key }] = outbox.splice(at, 1);
      const noted = done.findIndex((one) => one.key === key);
      if (noted >= 0) done.splice(noted, 1);
    }
  }

  function showConflict() {
    const [id, conflict] = conflicts.entries().next().value || [];
    refusedNotice.hidden = !id;
    if (!id) return tell();
    const element = document.getElementById(id);
    const words = element.querySelector(".words").textContent;
    const short = words.length > 60 ? `${words.slice(0, 60)}…` : words;
    refusedNotice.querySelector("p").textContent = refusedNotice.dataset.text.replace("%s", short)
      .replace("%m", nameOf(conflict.mine)).replace("%t", nameOf(about(element).decision));
    return tell();
  }

  refusedNotice.addEventListener("click", (event) => {
    const keep = event.target.closest("[data-keep]")?.dataset.keep;
    if (!keep) return;
    const [id, { mine }] = conflicts.entries().next().value;
    const element = document.getElementById(id);
    conflicts.delete(id);
    if (keep === "mine") {
      const before = about(element).decision;
      const entry = enqueue(element, mine, "save");
      done.push({ id, key: entry.key, before, after: mine });
    }
    showConflict();
    goTo(element);
  });

  const CALM = new Set(["saved", "saving", "refused"]); // what was refused has an alert of its own
  let told = "saved";
  let quiet = 0;

  // Said when the hands rest, not after every key; trouble is said at once, and once.
  function speakOf(word, words) {
    if (word === told) return;
    told = word;
    clearTimeout(quiet);
    if (CALM.has(word)) document.getElementById("warned").textContent = "";
    else warn(words);
    if (word !== "saved") return;
    quiet = setTimeout(() => say(`${words}. ${document.getElementById("progress").innerText.trim()}`), 1200);
  }

  function tell() {
    const waiting = outbox.length;
    const word = held && waiting ? held : conflicts.size ? "refused" : waiting ? "saving" : "saved";
    const words = saveState.dataset[word].replace("%n", waiting);
    if (saveState.textContent !== words) saveState.textContent = words;
    speakOf(word, words);
    saveState.className = ["saved", "saving", "waiting"].includes(word) ? word : "failed";
    flag.hidden = !held || !waiting;
    giveUpButton.hidden = held !== "notAccepted";
  }

  retryButton.addEventListener("click", () => {
    held = "";
    current.focus({ preventScroll: true });
    send();
  });

  giveUpButton.addEventListener("click", () => {
    held = "";
    const { id } = outbox[0];
    forget(id);
    location.reload(); // what stands is for the server to say
  });

  window.addEventListener("online", () => send());
  window.addEventListener("pageshow", () => { leaving = isPlainForm = false; });
  window.addEventListener("beforeunload", (event) => {
    if ((outbox.length || conflicts.size || hasUnsavedComment()) && !leaving) event.preventDefault();
  });

  /* ---- mouse, touch, keys --------------------------------------------------------------------------------- */

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (isPlainForm) return;
    event.preventDefault();
    if (button?.id === "undo") return void undo();
    const [kind, value] = (button?.value || "labels").split(":");
    choose[kind](value);
  });

  for (const box of [form.elements.unsure, form.elements.bad_split]) box.addEventListener("change", () => changeMark(box));

  desk.addEventListener("click", (event) => {
    const link = event.target.closest(".sentence");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goTo(link);
  });

  document.getElementById("previous").addEventListener("click", () => step(-1));
  document.getElementById("next").addEventListener("click", () => step(1));
  document.getElementById("help-open").addEventListener("click", () => help.showModal());

  /* ---- shortcuts: on unless switched off, here or on the account page ----------------------------------- */

  const hasShortcuts = () => desk.dataset.shortcuts !== "off";
  const keyOf = new Map([...desk.querySelectorAll("[aria-keyshortcuts]")].map((one) => [one, one.getAttribute("aria-keyshortcuts")]));

  function switchShortcuts(isOn) {
    desk.dataset.shortcuts = isOn ? "on" : "off";
    for (const [element, key] of keyOf) {
      if (isOn) element.setAttribute("aria-keyshortcuts", key);
      else element.removeAttribute("aria-keyshortcuts");
    }
  }

  shortcuts.addEventListener("change", async () => {
    const box = shortcuts.elements.shortcuts;
    const failure = shortcuts.querySelector(".error");
    const body = new URLSearchParams(new FormData(shortcuts));
    const headers = { "HX-Request": "true", "X-CSRFToken": cookieToken() };
    const answer = await fetch(shortcuts.action, { method: "POST", headers, body }).catch(() => null);
    failure.hidden = answer?.status === 204;
    if (!failure.hidden) box.checked = !box.checked;
    switchShortcuts(box.checked);
  });

  function openNote() {
    note.open = true;
    form.elements.comment.focus();
  }

  function openSkip() {
    skip.open = true;
    skip.querySelector("button").focus();
  }

  const keys = {
    n: choose.none,
    s: openSkip,
    u: () => form.elements.unsure.click(),
    m: openNote,
    z: undo,
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Home: () => goTo(sentences()[0]),
    End: () => goTo(sentences().at(-1)),
    g: () => { guide.open = !guide.open; },
    "?": () => help.showModal(),
  };
  for (const button of labelButtons) keys[keyOf.get(button)] = () => choose.label(button.dataset.slug);

  function isTyping(target) {
    return target.matches("textarea, select, input:not([type=checkbox])");
  }

  const NAMED = new Set(["ArrowDown", "ArrowUp", "Home", "End"]); // these work without shortcuts too
  const MOVES = new Set(["j", "k", ...NAMED]);
  const REST = new Set(["z", "g", "?", ...MOVES]); // what works when all is decided

  // By the letter, whatever Caps Lock says; digits by their place, since French keyboards have them shifted.
  function actionOf(event) {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!hasShortcuts() && !NAMED.has(key)) return null;
    const digit = event.code.match(/^(?:Digit|Numpad)([1-9])$/)?.[1];
    const reason = skip.open && digit && skip.querySelectorAll("button")[Number(digit) - 1];
    if (reason) return () => choose.skip(reason.dataset.reason);
    const isAtTheEnd = finished.contains(document.activeElement);
    if ((event.repeat && !MOVES.has(key)) || (isAtTheEnd && !REST.has(key))) return null;
    const shifted = event.shiftKey && labelButtons.find((b) => keyOf.get(b) === key);
    return shifted ? () => toggleLabel(shifted.dataset.slug) : keys[key];
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
    if (event.key === "Escape" && (skip.open || note.open)) {
      const given = about(current).decision || drafts.get(current.id);
      form.elements.comment.value = given?.comment || "";
      skip.open = note.open = false;
      current.focus({ preventScroll: true });
      return;
    }
    if (isTyping(event.target)) {
      if (event.target === form.elements.comment && event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        choose.labels();
      }
      return;
    }
    const act = actionOf(event);
    // Inside the guideline these keys scroll it.
    if (!act || (NAMED.has(event.key) && event.target.closest(".side-scroll"))) return;
    event.preventDefault();
    act();
  });

  switchShortcuts(hasShortcuts());
  for (const one of sentences()) describe(one);
  fillForm();
  if (current === sentences()[0]) window.scrollTo(0, 0);
  else bringIntoView(current);
  current.focus({ preventScroll: true });
})();

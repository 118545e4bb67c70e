/* The desk: keys and clicks become decisions at once; the outbox brings them to the server one by one.
   Without this file every button of the page still works as a plain form. */
(() => {
  "use strict";

  const desk = document.getElementById("desk");
  if (!desk) return;

  const form = document.getElementById("decision");
  const saveState = document.getElementById("save-state");
  const retryButton = document.getElementById("retry");
  const refusedNotice = document.getElementById("refused");
  const finished = document.getElementById("finished");
  const note = document.getElementById("note");
  const skip = document.getElementById("skip");
  const help = document.getElementById("help");
  const guide = document.getElementById("guide");

  const sentences = () => [...desk.querySelectorAll(".sentence")];
  const labelButtons = [...form.querySelectorAll("button[data-slug]")];
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

  /* ---- what is known about each sentence ---------------------------------------------------------------- */

  // id of the sentence → { key: what the next save is based on, decision: what the page shows }
  const known = new Map();
  const done = []; // what this page has done, for undo: { id, before }

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
      tags.lang = document.documentElement.lang;
      tags.append(...tagsOf(decision));
      element.prepend(tags);
    }
    element.classList.toggle("waiting", isWaiting);
  }

  /* ---- where we are -------------------------------------------------------------------------------------- */

  let current = desk.querySelector(".sentence[aria-current]") || sentences()[0];

  const drafts = new Map(); // id → marks given to a sentence before its decision

  function fillForm() {
    const { key, decision } = about(current);
    const given = decision || drafts.get(current.id);
    form.action = current.dataset.url;
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
    if (box.top < bar * 0.15 || box.bottom > bar * 0.8) {
      window.scrollBy({ top: (box.top + box.bottom) / 2 - bar * 0.45, behavior: "instant" });
    }
  }

  // Whoever moves away from a comment just typed has not given it up.
  function keepMarks() {
    const before = about(current).decision;
    const now = marks();
    if (!before) drafts.set(current.id, now);
    else if (["unsure", "badSplit", "comment"].some((mark) => before[mark] !== now[mark])) changeMark();
  }

  function goTo(element, { focus = true } = {}) {
    if (!element) return;
    if (element !== current) keepMarks();
    current.removeAttribute("aria-current");
    current = element;
    current.setAttribute("aria-current", "true");
    skip.open = note.open = false;
    fillForm();
    bringIntoView(current);
    if (focus) current.focus({ preventScroll: true });
    history.replaceState(null, "", current.getAttribute("href").split("#")[0]);
  }

  function step(by) {
    const all = sentences();
    goTo(all[all.indexOf(current) + by]);
  }

  function moveOn() {
    const all = sentences();
    const following = all[all.indexOf(current) + 1] || all.find((one) => !about(one).decision);
    if (following) return goTo(following);
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
    done.push({ id: element.id, before: about(element).decision });
    enqueue(element, decision, "save");
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
      note.open = false; // nothing is decided yet: the comment goes with the decision that comes next
      return current.focus({ preventScroll: true });
    },
  };

  function toggleLabel(slug) {
    const before = about(current).decision;
    const had = before?.labels || [];
    const labels = had.includes(slug) ? had.filter((one) => one !== slug) : [...had, slug];
    if (labels.length) decide({ state: "labelled", labels, reason: "", ...marks() }, { stays: true });
    else undo();
  }

  function changeMark() {
    const before = about(current).decision;
    if (before) decide({ ...before, ...marks() }, { stays: true });
  }

  function undo() {
    const last = done.pop();
    if (!last) return undoEarlier();
    const element = document.getElementById(last.id);
    enqueue(element, last.before, "undo");
    finished.hidden = true;
    return goTo(element);
  }

  // What was done before this page was opened is for the server to find; it then opens the right statement.
  function undoEarlier() {
    if (outbox.length) return;
    leaving = true;
    form.elements.key.value = newKey();
    form.requestSubmit(document.getElementById("undo"));
  }

  /* ---- the outbox: one request at a time, in the order of the keys; nothing leaves it unacknowledged ----- */

  const outbox = [];
  let isSending = false;
  let leaving = false;
  let failures = 0;
  let timer = 0;
  let trouble = ""; // "", "waiting", "signed-out", "refused"

  function enqueue(element, decision, kind) {
    const entry = {
      kind, id: element.id, key: newKey(), basedOn: about(element).key, decision, decidedAt: new Date().toISOString(),
    };
    known.set(element.id, { key: entry.key, decision });
    show(element, decision, true);
    outbox.push(entry);
    send();
  }

  function valuesOf(entry) {
    const values = { key: entry.key, based_on: entry.basedOn, decided_at: entry.decidedAt };
    if (entry.kind === "undo") return values;
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

  function send() {
    tell();
    if (isSending || !outbox.length || trouble === "signed-out" || trouble === "refused") return;
    clearTimeout(timer);
    isSending = true;
    const entry = outbox[0];
    const element = document.getElementById(entry.id);
    htmx.ajax("POST", entry.kind === "undo" ? element.dataset.undoUrl : element.dataset.url, {
      source: element, target: `#${entry.id}`, swap: "outerHTML", values: valuesOf(entry),
      headers: { "X-CSRFToken": cookieToken() },
    }).catch(() => {}); // what went wrong is told by htmx:afterRequest, below
  }

  function acknowledged(entry) {
    outbox.shift();
    failures = 0;
    trouble = "";
    return entry;
  }

  function later() {
    failures += 1;
    trouble = "waiting";
    timer = setTimeout(send, Math.min(1000 * 2 ** (failures - 1), 30000));
    tell();
  }

  // Before the swap: only an answer that names our key confirms our save; a sign-in page does not.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const entry = outbox[0];
    if (!isSending || event.detail.target.id !== entry?.id) return;
    const confirms = event.detail.xhr.getResponseHeader("Saved-Key") === entry.key;
    event.detail.shouldSwap = confirms || event.detail.xhr.status === 409;
  });

  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (!isSending) return;
    const { xhr } = event.detail;
    const entry = outbox[0];
    isSending = false;
    if (xhr.getResponseHeader("Saved-Key") === entry.key) {
      acknowledged(entry);
      settle(entry.id);
      send();
    } else if (xhr.status === 0 || xhr.status >= 500 || xhr.status === 429) {
      later();
    } else if (xhr.status === 409 || xhr.status === 422) {
      refused(entry, xhr);
    } else {
      trouble = "signed-out";
      tell();
    }
  });

  // After a swap the element is a new one: give it back what belongs to this page.
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const id = event.detail.target?.id;
    if (id?.startsWith("s-")) settle(id);
  });

  function settle(id) {
    const element = document.getElementById(id);
    const pending = outbox.findLast((entry) => entry.id === id);
    if (pending) show(element, pending.decision, true);
    if (current.id === id && current !== element) {
      const hadFocus = document.activeElement === document.body || document.activeElement === current;
      current = element;
      current.setAttribute("aria-current", "true");
      if (hadFocus) current.focus({ preventScroll: true });
    }
  }

  /* A refused save stays in the outbox until the reviewer has said which decision is to stand. */
  let conflict = null;

  function refused(entry, xhr) {
    const trigger = JSON.parse(xhr.getResponseHeader("HX-Trigger") || "{}")["desk:refused"] || {};
    const element = document.getElementById(entry.id);
    const mine = outbox.findLast((one) => one.id === entry.id);
    for (let at = outbox.length - 1; at >= 0; at -= 1) if (outbox[at].id === entry.id) outbox.splice(at, 1);
    conflict = { id: entry.id, mine: mine.decision };
    known.set(entry.id, fromElement(element));
    show(element, known.get(entry.id).decision, false);
    refusedNotice.querySelector("p").textContent = trigger.message || saveState.dataset.refused;
    refusedNotice.querySelector('[data-keep="mine"]').hidden = !trigger.stale || !mine.decision;
    refusedNotice.hidden = false;
    trouble = "refused";
    goTo(element, { focus: false });
    tell();
  }

  refusedNotice.addEventListener("click", (event) => {
    const keep = event.target.closest("[data-keep]")?.dataset.keep;
    if (!keep) return;
    refusedNotice.hidden = true;
    trouble = "";
    const element = document.getElementById(conflict.id);
    if (keep === "mine") {
      done.push({ id: conflict.id, before: about(element).decision });
      enqueue(element, conflict.mine, "save");
    }
    conflict = null;
    fillForm();
    current.focus({ preventScroll: true });
    send();
  });

  function tell() {
    const waiting = outbox.length;
    const word = trouble === "signed-out" ? "signedOut" : trouble === "refused" ? "refused"
      : !waiting ? "saved" : trouble === "waiting" ? "waiting" : "saving";
    const text = saveState.dataset[word].replace("%n", waiting);
    if (saveState.textContent !== text) saveState.textContent = text;
    saveState.className = word === "saved" || word === "saving" ? "" : word === "waiting" ? "waiting" : "failed";
    retryButton.hidden = word !== "signedOut" && word !== "waiting";
  }

  retryButton.addEventListener("click", () => {
    if (trouble === "signed-out") trouble = "";
    send();
  });

  window.addEventListener("online", () => send());
  window.addEventListener("beforeunload", (event) => {
    if ((outbox.length || conflict) && !leaving) event.preventDefault();
  });

  /* ---- mouse, touch, keys --------------------------------------------------------------------------------- */

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (leaving) return;
    event.preventDefault();
    if (button?.id === "undo") return void undo();
    const [kind, value] = (button?.value || "labels").split(":");
    choose[kind](value);
  });

  form.elements.unsure.addEventListener("change", changeMark);
  form.elements.bad_split.addEventListener("change", changeMark);

  desk.addEventListener("click", (event) => {
    const link = event.target.closest(".sentence");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goTo(link);
  });

  document.getElementById("previous").addEventListener("click", () => step(-1));
  document.getElementById("next").addEventListener("click", () => step(1));
  document.getElementById("help-open").addEventListener("click", () => help.showModal());

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
    u: () => { form.elements.unsure.checked = !form.elements.unsure.checked; changeMark(); },
    m: openNote,
    z: undo,
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    g: () => { guide.open = !guide.open; },
    "?": () => help.showModal(),
  };
  for (const button of labelButtons) keys[button.getAttribute("aria-keyshortcuts")] = () => choose.label(button.dataset.slug);

  function isTyping(target) {
    return target.matches("textarea, select, input:not([type=checkbox])");
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
    if (event.key === "Escape" && (skip.open || note.open)) {
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
    const reason = skip.open && skip.querySelectorAll("button")[Number(event.key) - 1];
    const shifted = event.shiftKey && labelButtons.find((b) => b.getAttribute("aria-keyshortcuts") === event.key.toLowerCase());
    const act = reason ? () => choose.skip(reason.dataset.reason) : shifted ? () => toggleLabel(shifted.dataset.slug)
      : keys[event.key];
    // Arrows inside the guideline scroll it.
    if (!act || (event.key.startsWith("Arrow") && event.target.closest(".side-scroll"))) return;
    event.preventDefault();
    act();
  });

  fillForm();
  bringIntoView(current);
  current.focus({ preventScroll: true });
})();

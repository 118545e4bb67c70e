/* The desk: keys and clicks become decisions at once; the outbox keeps them and brings them to the server.
   Without this file every button of the page still works as a plain form. */
import {
  NO_MARKS, Steps, Words, fromAnswer, fromElement, newKey, rebased, sameMarks, saysTheSame, standingOf,
} from "./decision.js";
import { Mending } from "./mending.js";
import { Outbox, csrfToken } from "./outbox.js";
import { Clock, MarginMap, Text } from "./text.js";

const $ = (id) => document.getElementById(id);
const [desk, form, saveState, refusedNotice, finished, end, note, skip, help, guide, fold] = [
  "desk", "decision", "save-state", "refused", "finished", "done", "note", "skip", "help", "guide", "about",
].map($);

const mend = $("mend"); // not there for whoever may not
const words = new Words(form, saveState.dataset);
const text = new Text(desk, form, words);
const clock = new Clock();

// How much room there is between the bars, for what is fixed there.
function measure() {
  desk.style.setProperty("--above", `${text.masthead.offsetHeight}px`);
  desk.style.setProperty("--below", `${form.offsetHeight}px`);
}

measure(); // before the map is there: it does not jump
const map = new MarginMap(text, words, (element) => goTo(element));
const outbox = new Outbox({
  owner: form.elements.reviewer.value, signIn: form.dataset.signIn,
  patience: () => Number(form.dataset.patience) || 30_000,
});

/* ---- what is known about each sentence ------------------------------------------------------------------ */

const known = new Map(); // element → { key: what the next decision is based on, decision: what the page shows }
const drafts = new Map(); // element → marks given to a sentence before its decision
const steps = new Steps();

function about(element) {
  if (!known.has(element)) known.set(element, fromElement(element));
  return known.get(element);
}

const isDecided = (element) => Boolean(about(element).decision);
const isToCheck = (element) => Boolean(about(element).decision?.check);
const idOf = (element) => `${desk.dataset.statement}.${element.id.slice(2)}`; // s-12 → <statement>.12
const elementOf = (sentence) => (sentence.startsWith(`${desk.dataset.statement}.`) ? text.find(sentence.split(".")[1]) : null);

function show(element) {
  const waiting = outbox.of(idOf(element));
  const failed = waiting.find((entry) => entry.refused);
  const status = failed ? "failed" : waiting.length || drafts.has(element) ? "waiting" : "";
  const draft = drafts.get(element);
  const decision = about(element).decision || (draft ? { state: "untouched", labels: [], ...draft } : null);
  text.show(element, decision, status, failed?.detail || failed?.refused.detail || "");
  map.show(element, decision, status);
}

/* ---- for assistive technology ---------------------------------------------------------------------------- */

// The same words twice are said twice only when the text differs.
function speak(region, said) {
  region.textContent = region.textContent === said ? `${said}\u00a0` : said;
}

const say = (said) => speak($("said"), said);
const warn = (said) => speak($("warned"), said);

function heard(element) {
  const { decision } = about(element);
  return decision ? `${words.nameOf(decision)}: ${text.wordsOf(element)}` : text.wordsOf(element);
}

/* ---- where we are ---------------------------------------------------------------------------------------- */

const addressOf = (pattern, element) => pattern.replace(/\.\d+\//, `.${element.id.slice(2)}/`);

function fillForm() {
  const { key, decision } = about(text.current);
  const given = decision || drafts.get(text.current) || NO_MARKS;
  form.action = addressOf(form.dataset.save, text.current);
  form.elements.key.value = newKey();
  form.elements.sentence.value = idOf(text.current);
  form.elements.based_on.value = key;
  form.elements.unsure.checked = given.unsure;
  form.elements.bad_split.checked = given.badSplit;
  form.elements.comment.value = given.comment;
  for (const box of form.querySelectorAll('[name="labels"]')) box.checked = Boolean(decision?.labels.includes(box.value));
  for (const button of form.querySelectorAll(".choice")) {
    const isOn = button.value === "none" ? decision?.state === "none" : Boolean(decision?.labels.includes(button.dataset.slug));
    button.setAttribute("aria-pressed", String(isOn));
  }
  if (mend) mend.href = addressOf(mend.getAttribute("href"), text.current);
  $("to-check").hidden = !decision?.check;
}

function marks() {
  return {
    unsure: form.elements.unsure.checked, badSplit: form.elements.bad_split.checked,
    comment: form.elements.comment.value.trim(),
  };
}

// Whoever moves away from a comment just typed has not given it up.
function keepMarks() {
  const before = about(text.current).decision;
  if (!before) keepDraft();
  else if (!sameMarks(before, marks())) changeMark();
}

// Marks given before the decision: shown as waiting, and saved with it; this tab has them again after a reload.
function keepDraft() {
  const given = marks();
  if (sameMarks(given, NO_MARKS)) drafts.delete(text.current);
  else drafts.set(text.current, given);
  storeDrafts();
  show(text.current);
}

const DRAFTS = `drafts in ${desk.dataset.statement} from ${desk.dataset.first} of ${outbox.owner}`;
const storeDrafts = () => sessionStorage.setItem(DRAFTS, JSON.stringify([...drafts].map(([{ id }, given]) => [id, given])));

function restoreDrafts() {
  for (const [id, given] of JSON.parse(sessionStorage.getItem(DRAFTS) || "[]")) {
    const element = $(id);
    if (!element || isDecided(element)) continue; // cut differently since, or decided elsewhere
    drafts.set(element, given);
    show(element);
    if (element === text.current) fillForm();
  }
}

// Also what is being typed: whoever leaves has been asked, and may come back.
window.addEventListener("pagehide", () => { if (!isDecided(text.current)) keepDraft(); });

function hasUnsaved() {
  const kept = [...drafts.keys()].some((element) => !isDecided(element));
  return kept || (form.elements.comment.value.trim() !== (about(text.current).decision?.comment || ""));
}

function goTo(element, { focus = true } = {}) {
  if (!element) return;
  if (element !== text.current) keepMarks();
  text.moveTo(element);
  map.moveTo(element);
  clock.moveTo(element);
  const left = [skip, note].find((fold) => fold.contains(document.activeElement));
  skip.open = note.open = false;
  if (left && !focus) left.querySelector("summary").focus();
  fillForm();
  if (!refusedNotice.hidden) showConflict(); // that of this sentence
  text.hold();
  if (focus) element.focus({ preventScroll: true });
  keepPlace();
}

// The address follows when the hands rest: browsers take only so many changes of it a second. A reload before
// that finds the place in the storage of the tab.
let arriving = 0;
const PLACE = `place in ${desk.dataset.statement}`;
const showPlace = () => history.replaceState(null, "", text.current.getAttribute("href").split("#")[0]);

function keepPlace() {
  sessionStorage.setItem(PLACE, text.current.id);
  clearTimeout(arriving);
  arriving = setTimeout(showPlace, 400);
}

// The fragment is for who has no script: a browser that has one goes there after us, and takes the focus along.
function comeBack() {
  const kept = performance.getEntriesByType("navigation")[0]?.type === "reload" && $(sessionStorage.getItem(PLACE));
  if (kept) text.moveTo(kept);
  if (location.hash) showPlace();
}

// Who works with the buttons, or reads the guideline, stays there and hears what comes next.
const stays = () => (!hasShortcuts() && form.contains(document.activeElement)) || guide.contains(document.activeElement);

function step(by) {
  const following = text.behind(text.current, by);
  if (!following) return turnTo($(by > 0 ? "later" : "earlier"));
  if (stays()) say(heard(following));
  goTo(following, { focus: !stays() });
}

// A very long text comes in pages: behind the last sentence of one is the first of the next.
function turnTo(link) {
  if (link && leavingFor !== link.href) leaveFor(link.href);
}

// What a mend left to check comes before what is untouched.
const firstWaiting = () => text.sentences.find(isToCheck) || text.sentences.find((one) => !isDecided(one));

function goToOpen() {
  const waiting = firstWaiting();
  if (waiting) goTo(waiting);
  else leaveFor(finished.dataset.open); // on another page
}

function moveOn() {
  const onward = $("later");
  const following = text.behind(text.current) || (!onward && firstWaiting());
  if (following && stays()) say(`${words.nameOf(about(text.current).decision)}. ${heard(following)}`);
  if (following) return goTo(following, { focus: !stays() });
  fillForm();
  if (onward) return turnTo(onward);
  if (isLeft(tally())) return leaveFor(finished.dataset.open); // on another page
  finished.hidden = false;
  end.scrollIntoView({ block: "center" });
  end.focus({ preventScroll: true });
}

/* ---- decisions ------------------------------------------------------------------------------------------- */

function newEntry(sentence, place, basedOn) {
  return {
    key: newKey(), basedOn, owner: outbox.owner, corpus: desk.dataset.saves, sentence, place, takesBack: "",
    decision: null, decidedAt: new Date().toISOString(), shownMs: null, refused: null,
  };
}

function entryOf(element, decision, { takesBack = "", shownMs = null } = {}) {
  return { ...newEntry(idOf(element), element.href, about(element).key), takesBack, decision, shownMs };
}

// Pressed before the page knows what waits in this browser: based on that as soon as it does.
let early = [];

function put(element, entry) {
  steps.note(element, entry, about(element).decision);
  if (drafts.delete(element)) storeDrafts();
  leavingFor = "";
  const conflict = conflictOn(element);
  if (conflict) settleConflict(conflict, element, entry); // a newer choice settles it
  known.set(element, { key: entry.key, decision: entry.decision });
  if (early) early.push({ element, entry });
  else outbox.add(entry);
  show(element);
  count();
}

function decide(decision, { isMark = false } = {}) {
  const element = text.current;
  put(element, entryOf(element, decision, { shownMs: clock.take(element) }));
  say(words.nameOf(decision));
  if (isMark) fillForm();
  else moveOn();
}

const choose = {
  label: (slug) => decide({ state: "labelled", labels: [slug], reason: "", ...marks() }),
  none: () => decide({ state: "none", labels: [], reason: "", ...marks() }),
  keep: () => decide({ ...about(text.current).decision, check: false, ...marks() }),
  skip: (reason) => decide({ state: "skipped", labels: [], reason, ...marks() }),
  labels: () => {
    const ticked = [...form.querySelectorAll('[name="labels"]:checked')].map((box) => box.value);
    const before = about(text.current).decision;
    if (ticked.length) return decide({ state: "labelled", labels: ticked, reason: "", ...marks() });
    if (before) return decide({ ...before, check: false, ...marks() }, { isMark: before.state === "labelled" });
    keepDraft(); // nothing is decided yet: the comment goes with the decision that comes next
    note.open = false;
    return text.current.focus({ preventScroll: true });
  },
};

function toggleLabel(slug) {
  const had = about(text.current).decision?.labels || [];
  const labels = had.includes(slug) ? had.filter((one) => one !== slug) : [...had, slug];
  const given = marks();
  if (labels.length) return decide({ state: "labelled", labels, reason: "", ...given }, { isMark: true });
  decide(null, { isMark: true });
  if (!sameMarks(given, NO_MARKS)) drafts.set(text.current, given); // what was typed goes with the next decision
  storeDrafts();
  fillForm();
  return show(text.current);
}

function changeMark(box) {
  const before = about(text.current).decision;
  if (before) decide({ ...before, check: false, ...marks() }, { isMark: true });
  else keepDraft();
  if (box) say(`${box.dataset.name}: ${box.checked ? box.dataset.on : box.dataset.off}`);
}

/* ---- undo and redo --------------------------------------------------------------------------------------- */

// One step: the last of one pile is taken back, and can be taken back again from the other.
function takeBack(pile, earlier) {
  keepMarks(); // what was typed is not given up
  const last = steps[pile].at(-1);
  if (!last) return askTheServer(earlier);
  const { element, key, before } = last;
  const refused = outbox.refused.find((entry) => entry.key === key);
  if (refused?.refused.code !== "stale" && refused) giveUp(element, refused, before);
  else put(element, entryOf(element, before, { takesBack: key }));
  finished.hidden = true;
  say(words.nameOf(before));
  return goTo(element);
}

// The server never took it: there is nothing to take back there.
function giveUp(element, entry, before) {
  steps.forget([entry.key]);
  known.set(element, { key: entry.basedOn, decision: before });
  outbox.skip(entry);
  show(element); // at the moment in which all is said to be saved
  count();
}

const undo = () => takeBack("done", $("undo"));
const redo = () => takeBack("undone", $("redo"));

// What was done before this page was opened is for the server to find; it then opens the right statement.
let isPlainForm = false;
let isAsking = false;

async function askTheServer(button) {
  if (isAsking) return;
  isAsking = true;
  const why = await whyNotNow();
  isAsking = false;
  if (steps.done.length && button.id === "undo") return; // something was decided meanwhile
  if (why) return refuseNow(why); // better than the browser's own page in place of the desk
  leaving = !hasUnsaved();
  isPlainForm = true;
  form.elements.key.value = newKey();
  form.elements.csrfmiddlewaretoken.value = csrfToken(); // whoever signed in again has another one
  form.requestSubmit(button);
}

/* What waits goes first; then "" if the server takes a form from this person, or a sentence that says why not. */
async function whyNotNow() {
  await outbox.tried();
  if (outbox.held) return outbox.held === "waiting" ? saveState.dataset.offline : saveState.dataset.signedOutNow;
  const answer = await fetch(addressOf(desk.dataset.stands, text.current), { cache: "no-store" }).catch(() => null);
  if (answer?.status === 401) outbox.signOut();
  if (outbox.held) return saveState.dataset.signedOutNow;
  return answer && answer.status < 500 ? "" : saveState.dataset.offline;
}

function refuseNow(said) {
  warn(said);
  saveState.textContent = said;
}

/* ---- what became of it ----------------------------------------------------------------------------------- */

// What waits, from this tab, an earlier one or another, is what the page shows.
function overlay(entries) {
  for (const entry of entries) {
    const element = elementOf(entry.sentence);
    if (!element) continue;
    steps.note(element, entry, about(element).decision);
    known.set(element, { key: entry.key, decision: entry.decision });
    show(element);
    if (element === text.current) fillForm();
  }
  count();
  tell();
}

function begin(kept) {
  const pressed = early;
  early = null;
  for (const { entry } of pressed) steps.forget([entry.key]);
  for (const { element } of pressed) known.delete(element);
  overlay(kept);
  restoreDrafts();
  for (const { element, entry } of pressed) put(element, { ...entry, basedOn: about(element).key });
}

// Given up in another tab: what stands is for the server to say.
function dropped(given) {
  steps.forget(given.map(({ key }) => key));
  for (const { sentence } of given) lookAgain(elementOf(sentence));
}

// What another page of this browser sent while this one was on its way: it shows what stood before.
function catchUp() {
  for (const sentence of new Set(outbox.storedSince(performance.timeOrigin))) lookAgain(elementOf(sentence));
}

// Unless something waits there: that is what the page shows.
function lookAgain(element) {
  const isOpen = () => element && !outbox.of(idOf(element)).length;
  if (isOpen()) askWhatStands(element, isOpen);
}

async function askWhatStands(element, isStillAsked = () => true) {
  const answer = await fetch(addressOf(desk.dataset.stands, element), { cache: "no-store" }).catch(() => null);
  if (!answer?.ok && answer?.status !== 404) return false;
  const stands = answer.ok ? fromAnswer(await answer.json()) : { key: "", decision: null };
  if (!isStillAsked()) return true;
  known.set(element, stands);
  show(element);
  count();
  if (element === text.current) fillForm();
  return true;
}

function settled(results) {
  for (const { entry, annotation, refused } of results) {
    // Stored, and carried along: the page shows sentences that are not there any more.
    if (annotation?.is_current === false && isHere(entry.sentence)) $("mended").hidden = false;
    const element = elementOf(entry.sentence);
    if (!element) continue;
    if (refused) refuse(element);
    else if (!outbox.of(entry.sentence).length && about(element).key === entry.key) correct(element, fromAnswer(annotation));
    show(element);
  }
  count();
}

// The server has the last word: what undo brought back is what it says.
function correct(element, stands) {
  const differs = !saysTheSame(about(element).decision, stands.decision);
  known.set(element, stands);
  if (differs && element === text.current) fillForm();
}

/* A decision that came too late: another device has decided. Both are shown; typing goes on meanwhile. The last
   of what waits is what this browser says, in all of its tabs. */
function refuse(element) {
  const chain = outbox.of(idOf(element));
  const { code, current } = chain[0].refused;
  const { key, decision } = chain.at(-1);
  known.set(element, { key, decision });
  if (element === text.current) fillForm();
  if (code === "stale" && saysTheSame(decision, fromAnswer(current).decision)) follow(chain);
}

const isWhole = text.sentences.length === text.total;
const isHere = (sentence) => sentence.startsWith(`${desk.dataset.statement}.`);

const standing = (chain) => fromAnswer(chain[0].refused.current);

// Let what waits follow on what stands: both stay in the history.
function follow(chain) {
  const { key } = standing(chain);
  return outbox.change(chain, (entry) => rebased(entry, chain, key || ""));
}

function conflictOn(element) {
  const chain = outbox.of(idOf(element));
  return chain[0]?.refused ? chain : null;
}

function settleConflict(chain, element, newer) {
  const [first] = chain;
  if (first.refused.code === "stale") return follow(chain);
  if (newer.basedOn === first.key) newer.basedOn = first.basedOn;
  steps.forget([first.key]);
  return outbox.skip(first);
}

// Of this statement, the current sentence first; there is no element where it was cut differently since, or
// where it is on another page: only whoever opens that can tell.
function firstConflict() {
  const here = outbox.refused.map((entry) => entry.sentence).filter(isHere).filter((one) => isWhole || elementOf(one));
  if (!here.length) return null;
  const current = idOf(text.current);
  const sentence = here.includes(current) ? current : here.find(elementOf) || here[0];
  return { element: elementOf(sentence), sentence, chain: outbox.of(sentence) };
}

function showConflict() {
  const conflict = firstConflict();
  const isStale = conflict?.chain[0].refused.code === "stale";
  const elsewhere = refusedNotice.querySelector("a");
  refusedNotice.hidden = !outbox.refused.length;
  elsewhere.hidden = Boolean(conflict);
  if (refusedNotice.hidden) return;
  if (!conflict) return showElsewhere(elsewhere);
  const sentence = conflict.element ? text.wordsOf(conflict.element) : refusedNotice.dataset.ended;
  const said = (isStale ? refusedNotice.dataset.stale : refusedNotice.dataset.failed)
    .replace("%s", sentence.length > 60 ? `${sentence.slice(0, 60)}…` : sentence)
    .replace("%m", words.nameOf(conflict.chain.at(isStale ? -1 : 0).decision))
    .replace("%t", isStale ? words.nameOf(standing(conflict.chain).decision) : "")
    .replace("%r", conflict.chain[0].refused.detail);
  const paragraph = refusedNotice.querySelector("p");
  if (paragraph.textContent !== said) paragraph.textContent = said;
  showButtons(isStale ? "stale" : "failed");
}

function showButtons(kind) {
  for (const button of refusedNotice.querySelectorAll("[data-keep]")) button.hidden = button.dataset.for !== kind;
}

// Refused on another statement: its own desk says more.
function showElsewhere(link) {
  link.href = outbox.refused[0].place;
  refusedNotice.querySelector("p").textContent = refusedNotice.dataset.elsewhere;
  showButtons("elsewhere");
}

const answers = {
  mine: ({ chain }) => follow(chain),
  // What was decided here is stored too, and taken back at once: what stood stands again. All of it now, and
  // only then waited for: what is chosen meanwhile comes on top.
  theirs: ({ element, sentence, chain }) => {
    const { decision } = standing(chain);
    const { place } = chain[0];
    const keys = chain.map((entry) => entry.key);
    const followed = follow(chain);
    for (const entry of standingOf(chain)) {
      const undone = { ...newEntry(sentence, place, keys.at(-1)), takesBack: entry.key, decision };
      if (element) put(element, undone);
      else outbox.add(undone);
      keys.push(undone.key);
    }
    steps.forget(keys);
    return followed;
  },
  again: ({ chain }) => outbox.change(chain, () => ({ refused: null, decidedAt: new Date().toISOString() })),
  neither: async ({ element, sentence, chain }) => {
    const keys = chain.map((entry) => entry.key);
    const isStillAsked = () => outbox.of(sentence).map((entry) => entry.key).join() === keys.join();
    if (element && !(await askWhatStands(element, isStillAsked))) return warn(saveState.dataset.offline);
    if (!isStillAsked()) return undefined; // a newer choice has settled it
    steps.forget(keys);
    const given = outbox.forget(sentence);
    if (element) show(element); // at the moment in which all is said to be saved
    return given;
  },
};

refusedNotice.addEventListener("click", async (event) => {
  const keep = event.target.closest("[data-keep]")?.dataset.keep;
  if (keep === "elsewhere") return outbox.forget(outbox.refused[0].sentence);
  const conflict = keep && firstConflict();
  if (!conflict) return;
  const answered = answers[keep](conflict);
  if (conflict.element) { // before the network has answered: nobody is called back from where they went on
    goTo(conflict.element);
    show(conflict.element);
  }
  await answered;
  tell();
});

/* ---- telling: how far, and whether all is saved ---------------------------------------------------------- */

const number = (count) => count.toLocaleString(document.documentElement.lang);

/* How many sentences of the whole statement are in which state, also of those that are on other pages. */
function tally() {
  const { decidedElsewhere, toCheckElsewhere } = $("progress").dataset;
  const decided = text.sentences.filter(isDecided).length + Number(decidedElsewhere);
  const toCheck = text.sentences.filter(isToCheck).length + Number(toCheckElsewhere);
  return { decided, untouched: text.total - decided, toCheck };
}

const isLeft = ({ untouched, toCheck }) => untouched > 0 || toCheck > 0;

function count() {
  const { decided, untouched, toCheck } = tally();
  const meter = $("progress");
  meter.querySelector("progress").value = decided;
  meter.querySelector(".meter-text").textContent = meter.dataset.text.replace("%n", number(decided));
  const check = meter.querySelector(".meter-check");
  if (check) check.hidden = !toCheck;
  if (check && toCheck) check.textContent = check.dataset.text.replace("%n", number(toCheck));
  if (untouched || toCheck) finished.hidden = true;
}

const CALM = new Set(["saved", "saving", "refused"]); // what was refused has an alert of its own
let told = "saved";
let quiet = 0;

// Said when the hands rest, not after every key; trouble is said at once, and once.
function speakOf(word, said) {
  if (word === told) return;
  told = word;
  clearTimeout(quiet);
  if (CALM.has(word)) $("warned").textContent = "";
  else warn(said);
  if (word !== "saved") return;
  quiet = setTimeout(() => say(`${said}. ${$("progress").innerText.trim()}`), 1200);
}

function tell() {
  const waiting = outbox.entries.length;
  const isHeld = outbox.held && (waiting || outbox.held !== "waiting");
  const word = isHeld ? outbox.held : outbox.refused.length ? "refused" : waiting ? "saving" : "saved";
  const kept = isHeld && !waiting ? "signedOutNow" : isHeld && leavingFor ? "later" : word === "waiting" && !outbox.isKept ? "waitingHere" : word;
  const said = saveState.dataset[kept].replace("%n", number(waiting));
  if (saveState.textContent !== said) saveState.textContent = said;
  speakOf(word, said);
  saveState.className = ["saved", "saving", "waiting"].includes(word) ? word : "failed";
  if (!isHeld && $("held").contains(document.activeElement)) text.current.focus({ preventScroll: true });
  $("held").hidden = !isHeld;
  $("sign-in-again").hidden = !["signedOut", "otherPerson"].includes(word);
  showConflict();
}

$("retry").addEventListener("click", () => {
  text.current.focus({ preventScroll: true });
  outbox.retry();
});

outbox.addEventListener("change", tell);
outbox.addEventListener("open", ({ detail }) => {
  begin(detail.entries);
  catchUp();
});
outbox.addEventListener("dropped", ({ detail }) => dropped(detail));
outbox.addEventListener("elsewhere", ({ detail }) => overlay(detail));
outbox.addEventListener("settled", ({ detail }) => settled(detail));

/* ---- leaving --------------------------------------------------------------------------------------------- */

let leaving = false;

let leavingFor = ""; // an address; whoever goes on deciding has changed their mind

// What waits is saved first, then the page changes.
async function leaveFor(address) {
  leavingFor = address;
  tell();
  if (outbox.held && outbox.waiting.length) warn(saveState.dataset.later);
  await outbox.drained();
  if (leavingFor === address) location.assign(address);
}

function finish() {
  const { untouched, toCheck } = tally();
  if (!isLeft({ untouched, toCheck })) return leaveFor(end.href);
  const left = $("left");
  const told = [
    untouched && left.dataset[untouched === 1 ? "one" : "many"].replace("%n", number(untouched)),
    toCheck && left.dataset[toCheck === 1 ? "checkOne" : "checkMany"].replace("%n", number(toCheck)),
  ];
  left.querySelector("p").textContent = told.filter(Boolean).join(" ");
  return left.showModal();
}

end.addEventListener("click", (event) => {
  event.preventDefault();
  finish();
});

$("left").addEventListener("close", ({ target: { returnValue } }) => {
  if (returnValue === "first") goToOpen();
  if (returnValue === "later") leaveFor(end.href);
});

window.addEventListener("pageshow", () => { leaving = isPlainForm = false; });
window.addEventListener("beforeunload", (event) => {
  if ((outbox.entries.length || hasUnsaved()) && !leaving) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]:not(.sentence):not([target]):not(#done)");
  const isPlain = link && link.origin === location.origin && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!isPlain || outbox.held || !outbox.waiting.length) return;
  event.preventDefault();
  leaveFor(link.href);
});

/* ---- the guideline keeps its place ----------------------------------------------------------------------- */

const scroller = guide.querySelector(".side-scroll");
const GUIDELINE = `guideline of ${desk.dataset.saves}`;

function keepGuide() {
  sessionStorage.setItem(GUIDELINE, JSON.stringify({ isOpen: guide.open, top: scroller.scrollTop }));
}

const kept = JSON.parse(sessionStorage.getItem(GUIDELINE) || "null");
if (kept) {
  guide.open = kept.isOpen;
  scroller.scrollTop = kept.top;
}
scroller.addEventListener("scroll", keepGuide, { passive: true });
guide.addEventListener("toggle", keepGuide);

/* ---- mending the split ----------------------------------------------------------------------------------- */

const mending = mend && new Mending($("mending"), {
  settle: async () => {
    const { drafts: isTyped, conflict } = saveState.dataset; // the page is loaded anew: what is not decided would be gone
    const isOpen = () => (hasUnsaved() && isTyped) || (isDisputed() && conflict) || "";
    return hasUnsaved() ? isTyped : (await whyNotNow()) || isOpen();
  },
  leave: () => { leaving = true; },
  warn: refuseNow,
  offline: saveState.dataset.offline,
});

// What somebody chose and could not store would be carried along by what they did not choose.
function isDisputed() {
  const at = text.sentences.indexOf(text.current);
  return text.sentences.slice(Math.max(0, at - 1), at + 2).some(conflictOn);
}

function openMending() {
  keepMarks();
  mending?.open(mend.href);
}

mend?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  openMending();
});
// Told late: fast hands may have gone on to a comment.
$("mending")?.addEventListener("close", () => {
  if (!isTyping(document.activeElement)) text.current.focus({ preventScroll: true });
});

/* ---- mouse, touch, keys ---------------------------------------------------------------------------------- */

form.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (isPlainForm) return;
  event.preventDefault();
  if (button?.id === "undo") return void undo();
  if (button?.id === "redo") return void redo();
  const [kind, value] = (button?.id === "keep" ? "keep" : button?.value || "labels").split(":");
  choose[kind](value);
});

for (const box of [form.elements.unsure, form.elements.bad_split]) box.addEventListener("change", () => changeMark(box));

desk.addEventListener("click", (event) => {
  const link = event.target.closest(".sentence");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  goTo(link);
});

document.addEventListener("pointerdown", ({ target }) => { if (!fold.contains(target)) fold.open = false; });
$("previous").addEventListener("click", () => step(-1));
$("next").addEventListener("click", () => step(1));
$("help-open").addEventListener("click", () => help.showModal());

/* ---- shortcuts: on unless switched off, here or on the account page -------------------------------------- */

const shortcuts = $("shortcuts");
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
  const headers = { "HX-Request": "true" };
  shortcuts.elements.csrfmiddlewaretoken.value = csrfToken();
  const answer = await fetch(shortcuts.action, { method: "POST", headers, body: new FormData(shortcuts) }).catch(() => null);
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
  Enter: openMending,
  " ": () => { if (isToCheck(text.current)) choose.keep(); },
  ".": finish,
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  Home: () => goTo(text.sentences[0]),
  End: () => goTo(text.sentences.at(-1)),
  g: () => { guide.open = !guide.open; },
  "?": () => help.showModal(),
};
const labelButtons = [...form.querySelectorAll("button[data-slug]")];
for (const button of labelButtons) keys[keyOf.get(button)] = () => choose.label(button.dataset.slug);

const isTyping = (target) => target.matches("textarea, select, input:not([type=checkbox])");

const NAMED = new Set(["ArrowDown", "ArrowUp", "Home", "End", "Enter", " "]); // these work without shortcuts too
const REPEATED = new Set(["j", "k", "z", "ArrowDown", "ArrowUp", "Home", "End"]); // what a held key does again and again
const REST = new Set(["z", "g", "?", ".", "j", "k", ...NAMED]); // what works when all is decided

// By the letter, whatever Caps Lock says; digits by their place, since French keyboards have them shifted.
function actionOf(event) {
  const digit = event.code.match(/^(?:Digit|Numpad)([0-9])$/)?.[1];
  const key = keys[digit] ? digit : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (!hasShortcuts() && !NAMED.has(key)) return null;
  const reason = skip.open && digit && skip.querySelectorAll("button")[Number(digit) - 1];
  if (reason) return () => choose.skip(reason.dataset.reason);
  const isAtTheEnd = !finished.hidden && document.activeElement === end;
  if ((event.repeat && !REPEATED.has(key)) || (isAtTheEnd && !REST.has(key))) return null;
  if (event.shiftKey && key === "z") return redo;
  const shifted = event.shiftKey && labelButtons.find((b) => keyOf.get(b) === key);
  return shifted ? () => toggleLabel(shifted.dataset.slug) : keys[key];
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape" && fold.open) {
    fold.open = false;
    fold.querySelector("summary").focus();
    return;
  }
  if (event.key === "Escape" && (skip.open || note.open)) {
    const given = about(text.current).decision || drafts.get(text.current);
    form.elements.comment.value = given?.comment || "";
    skip.open = note.open = false;
    text.current.focus({ preventScroll: true });
    return;
  }
  if (isTyping(event.target)) {
    if (event.target === form.elements.comment && event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      choose.labels();
    }
    return;
  }
  // On the sentence alone: elsewhere they press a button, and where nothing is to be checked space scrolls.
  if (event.key === "Enter" && (event.target !== text.current || !mend)) return;
  if (event.key === " " && (event.target !== text.current || !isToCheck(text.current))) return;
  const act = actionOf(event);
  // Inside the guideline these keys scroll it.
  if (!act || (NAMED.has(event.key) && event.target.closest(".side-scroll"))) return;
  event.preventDefault();
  act();
});

const bars = new ResizeObserver(measure);
for (const bar of [text.masthead, form]) bars.observe(bar);

comeBack();
switchShortcuts(hasShortcuts());
for (const one of text.sentences) map.show(one, about(one).decision);
map.moveTo(text.current);
clock.moveTo(text.current);
fillForm();
if (text.current === text.sentences[0]) window.scrollTo(0, 0);
else text.hold();
text.current.focus({ preventScroll: true });
outbox.written.then(() => desk.setAttribute("data-ready", ""));

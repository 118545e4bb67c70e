/* The split of the statements, by single keys. Each presses a button that is there to see; without this file
   the buttons work as they are. */
const page = document.getElementById("splits");
const flags = [...page.querySelectorAll(".flag")];
const done = document.getElementById("done");
const hasShortcuts = page.dataset.shortcuts !== "off";
let isSent = false; // one change at a time: the next key waits for the page that answers

document.addEventListener("submit", (event) => {
  if (isSent) event.preventDefault();
  isSent = true;
});
addEventListener("pageshow", () => { isSent = false; }); // also when somebody comes back to this page

/* ---- flags ---- */

const here = () => document.activeElement.closest(".flag");

function goTo(flag) {
  flag.focus({ preventScroll: true });
  flag.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const at = flags.indexOf(here());
  const flag = at < 0 ? flags[0] : flags[at + by];
  if (flag) goTo(flag);
}

// Nothing is merged that nobody looks at: outside of the flags a key goes to the first one.
function atFlag(act) {
  return () => (here() ? act(here()) : step(0));
}

const press = (what) => atFlag((flag) => flag.querySelector(`button[value="${what}"]`)?.click());

/* ---- words ---- */

function open(flag) {
  const fold = flag.querySelector(".cutting");
  if (!fold) return;
  fold.open = true;
  fold.querySelector(".gap").focus();
}

function close(fold) {
  fold.open = false;
  goTo(fold.closest(".flag"));
}

function along(word, by) {
  const words = [...word.closest(".gaps").querySelectorAll(".gap")];
  const isRightToLeft = getComputedStyle(word.closest(".gaps")).direction === "rtl";
  words[words.indexOf(word) + (isRightToLeft ? -by : by)]?.focus();
}

/* ---- keys ---- */

const keys = {
  j: () => step(1),
  k: () => step(-1),
  p: press("before"),
  m: press("merge"),
  P: press("across-before"),
  M: press("across"),
  s: atFlag(open),
  l: press("leave"),
  z: () => done?.querySelector("button").click(),
};
const REPEATED = new Set(["j", "k"]);

function actionOf(event) {
  const word = event.target.closest(".gap");
  const fold = event.target.closest(".cutting[open]");
  if (event.key === "Escape" && fold) return () => close(fold);
  if (word && event.key === "ArrowRight") return () => along(word, 1);
  if (word && event.key === "ArrowLeft") return () => along(word, -1);
  if (event.key === "Enter" && event.target.matches(".flag")) return () => open(event.target);
  if (!hasShortcuts || event.key.length !== 1 || event.target.matches("input, textarea, select")) return null;
  const letter = event.key.toLowerCase(); // whatever Caps Lock says
  if (event.repeat && !REPEATED.has(letter)) return null;
  return keys[event.shiftKey ? letter.toUpperCase() : letter];
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const act = actionOf(event);
  if (!act) return;
  event.preventDefault();
  act();
});

// After a mend the page goes on at the next flag, and says there what was done.
const onward = document.getElementById(decodeURIComponent(location.hash.slice(1)));
if (onward?.matches(".flag")) {
  if (done) onward.setAttribute("aria-describedby", "said");
  goTo(onward);
}

/* On every page but the desk: what waits in this browser is sent, and whoever decided it is told. */
import { Outbox } from "./outbox.js";

const notice = document.getElementById("unsent");

if (notice) {
  const outbox = new Outbox({ owner: notice.dataset.owner, signIn: notice.dataset.signIn });
  const [link, giveUp] = [notice.querySelector("a"), notice.querySelector("button")];

  const wordOf = () => {
    if (outbox.held) return outbox.held === "waiting" ? "held" : "signedOut";
    if (outbox.waiting.length) return "waiting";
    return outbox.refused.length ? "refused" : "saved";
  };

  const tell = () => {
    const word = wordOf();
    if (word === "saved" && notice.hidden) return;
    const said = notice.dataset[word].replace("%n", outbox.entries.length);
    notice.hidden = false;
    notice.classList.toggle("good", word === "saved");
    notice.classList.toggle("wrong", word === "refused");
    if (notice.firstElementChild.textContent !== said) notice.firstElementChild.textContent = said;
    link.hidden = giveUp.hidden = word !== "refused";
    if (!link.hidden) link.href = outbox.refused[0].place;
  };

  giveUp.addEventListener("click", () => {
    for (const { sentence } of outbox.refused) outbox.forget(sentence);
  });
  outbox.addEventListener("open", () => {
    tell();
    outbox.addEventListener("change", tell);
  });
}

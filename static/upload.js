// The page that takes files: they can be dropped, their sending shows how far it is, and can be cancelled.
// Without this script the form is sent as forms are.
const form = document.getElementById("send");
const drop = document.getElementById("drop");
const files = form.elements.files;
const chosen = document.getElementById("chosen");
const sending = document.getElementById("sending");
const bar = document.getElementById("sent");
const share = document.getElementById("sent-share");
const most = Number(form.dataset.most);

function size(bytes) {
  const units = ["byte", "kilobyte", "megabyte"];
  const step = bytes < 1000 ? 0 : bytes < 1e6 ? 1 : 2;
  const style = { style: "unit", unit: units[step], maximumFractionDigits: step };
  return new Intl.NumberFormat(document.documentElement.lang, style).format(bytes / 1000 ** step);
}

// What is wrong takes the place in which the server would say it.
function tell(sentence) {
  form.querySelector(".notice.wrong")?.remove();
  if (!sentence) return;
  const notice = document.createElement("div");
  notice.className = "notice wrong";
  notice.setAttribute("role", "alert");
  notice.tabIndex = -1;
  notice.append(Object.assign(document.createElement("p"), { textContent: sentence }));
  form.prepend(notice);
  notice.focus();
}

function total() {
  return [...files.files].reduce((sum, file) => sum + file.size, 0);
}

function show() {
  chosen.replaceChildren(
    ...[...files.files].slice(0, 100).map((file) => {
      const name = Object.assign(document.createElement("bdi"), { textContent: file.name });
      const item = document.createElement("li");
      item.append(name, ` · ${size(file.size)}`);
      return item;
    }),
  );
  tell(total() > most ? form.dataset.tooLarge : "");
}

files.addEventListener("change", show);

for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    drop.classList.add("over");
  });
}
drop.addEventListener("dragleave", (event) => {
  if (!drop.contains(event.relatedTarget)) drop.classList.remove("over");
});
drop.addEventListener("drop", (event) => {
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  drop.classList.remove("over");
  const both = new DataTransfer();
  for (const file of [...files.files, ...event.dataTransfer.files]) both.items.add(file);
  files.files = both.files;
  show();
});

// The page that comes back says what is wrong: its content takes the place of this one's.
function replace(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.getElementById("send");
  if (!fresh) return tell(form.dataset.busy);
  form.querySelector(".notice.wrong")?.remove();
  const wrong = fresh.querySelector(".notice.wrong");
  if (!wrong) return tell(form.dataset.busy);
  form.prepend(document.adoptNode(wrong));
  form.querySelector(".notice.wrong").focus();
}

form.addEventListener("submit", (event) => {
  if (!files.files.length) return; // a pasted text is sent as forms are
  event.preventDefault();
  if (total() > most) return tell(form.dataset.tooLarge);
  tell("");
  const request = new XMLHttpRequest();
  const buttons = form.querySelectorAll(".actions button");
  const rest = () => {
    sending.hidden = true;
    for (const button of buttons) button.disabled = false;
  };
  for (const button of buttons) button.disabled = true;
  sending.hidden = false;
  bar.value = 0;
  document.getElementById("stop-sending").onclick = () => request.abort();
  request.upload.addEventListener("progress", (sent) => {
    if (!sent.lengthComputable) return;
    bar.value = sent.loaded / sent.total;
    share.textContent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(bar.value);
  });
  request.addEventListener("abort", rest);
  request.addEventListener("error", () => {
    rest();
    tell(form.dataset.lost);
  });
  request.addEventListener("load", () => {
    if (request.status < 300 && request.responseURL) return location.assign(request.responseURL);
    rest();
    if (request.status === 422 || request.status === 409) replace(request.responseText);
    else tell(request.status === 413 ? form.dataset.tooLarge : form.dataset.busy);
  });
  request.open("POST", form.action);
  request.send(new FormData(form));
});

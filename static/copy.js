// Copies what stands in a field or an element: <button data-copies="id of it" data-done="what to say then" hidden>.
function offer() {
  if (!navigator.clipboard) return; // only where the browser can: the words can be marked by hand
  for (const button of document.querySelectorAll("[data-copies]")) button.hidden = false;
}

document.addEventListener("DOMContentLoaded", offer);
document.addEventListener("htmx:afterSettle", offer);
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copies]");
  if (!button) return;
  const copied = document.getElementById(button.dataset.copies);
  copied.select?.();
  await navigator.clipboard.writeText(copied.value ?? copied.textContent);
  button.textContent = button.dataset.done;
  button.removeAttribute("aria-label");
});

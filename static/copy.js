// Copies what stands in a field: <button data-copies="id of the field" data-done="what to say then" hidden>.
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-copies]")) {
    if (!navigator.clipboard) continue; // only where the browser can: the field can be marked by hand
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copies);
      field.select();
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.done;
    });
  }
});

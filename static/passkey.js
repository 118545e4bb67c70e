// Passkeys: a form that is sent first asks the browser to make one, or to answer with one.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const credential = form.querySelector('[name="credential"]');
  if (!form.dataset.passkey || credential.value) return;
  event.preventDefault();
  const trouble = form.querySelector("[data-trouble]");
  trouble.hidden = true;
  try {
    const options = JSON.parse(document.getElementById(form.dataset.options).textContent);
    credential.value = JSON.stringify(await window.webauthnJSON[form.dataset.passkey](options));
  } catch {
    trouble.hidden = false; // refused, timed out, or none that fits: the person reads so and goes on
    return;
  }
  form.submit();
});

// A code behind the # of the address, as the one for phones has it, joins at once. It leaves the address before that.
const given = decodeURIComponent(location.hash.slice(1));
const form = document.querySelector("form");
if (given && form) {
  history.replaceState(null, "", location.pathname + location.search);
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("code"));
  field.value = given;
  form.requestSubmit();
}

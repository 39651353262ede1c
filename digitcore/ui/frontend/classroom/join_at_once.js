// A code behind the # of the address, as the one for phones has it, joins at once. It leaves the address before that.
function joinAtOnce() {
  const given = decodeURIComponent(location.hash.slice(1));
  const form = document.querySelector("form");
  if (!given || !form) return;
  history.replaceState(null, "", location.pathname + location.search);
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("code"));
  field.value = given;
  form.requestSubmit();
}

joinAtOnce();
addEventListener("hashchange", joinAtOnce); // where this page was open already

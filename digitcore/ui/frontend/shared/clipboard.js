// Text for other programs, also where the page came without HTTPS and browsers keep their newer clipboard to themselves.

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether it could be copied
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyFromField(text);
  }
}

/** @param {string} text */
function copyFromField(text) {
  const before = document.activeElement;
  const field = Object.assign(document.createElement("textarea"), { value: text });
  field.style.position = "fixed";
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return copied;
}

/**
 * Saves a text as a file among the visitor's downloads.
 * @param {string} file its name
 * @param {string} text
 * @param {string} type its media type
 */
export function saveText(file, text, type) {
  const href = URL.createObjectURL(new Blob([text], { type }));
  Object.assign(document.createElement("a"), { href, download: file }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}

/**
 * Copies a text, and says so on the button that asked for it.
 * @param {HTMLElement} button
 * @param {string} text
 */
export async function copyBy(button, text) {
  const name = button.dataset.name ?? button.textContent ?? "";
  button.dataset.name = name;
  button.textContent = (await copyText(text)) ? "Copied" : "Can't copy here";
  setTimeout(() => (button.textContent = name), 1500);
}

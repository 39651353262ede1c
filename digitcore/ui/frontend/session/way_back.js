// Keeps one entry a page in the browser's history, with the address that shows what was seen there.
//
// On its way to another page, Streamlit pushes up to four entries: the old page without its choices, and the new one
// several times. So "back" would lead to the page one is on, or to one that has forgotten what was chosen.

const mark = Symbol.for("digitcore.way-back"); // patched once, whichever version of this module is loaded

/** @param {string | URL | null | undefined} address */
function placed(address) {
  const target = new URL(address ?? "", location.href);
  const samePage = target.pathname === location.pathname;
  return { samePage, forgets: samePage && !target.search && location.search !== "" };
}

export function keepOneEntryAPage() {
  if (mark in history) return;
  Object.assign(history, { [mark]: true });
  const push = history.pushState.bind(history);
  history.pushState = (state, unused, address) => {
    const { samePage, forgets } = placed(address);
    if (forgets) return; // before it leaves the page
    if (samePage) history.replaceState(state, unused, address);
    else push(state, unused, address);
  };
}

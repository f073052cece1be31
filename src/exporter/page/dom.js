/** Makes an element. `text` is always text: nothing that was seen on the wire is ever read as markup. */
export function el(tag, { class: names, text, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  if (names !== undefined) node.className = names;
  if (text !== undefined) node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Sets a text only when it differs, so that a selection or a screen reader is not disturbed. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets an attribute only when it differs. */
export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/**
 * Makes a function that shows a list in `container`, in place: an entry keeps its element as long as its key is
 * there, and with it focus, selection and what was opened. `create` answers `{ node, update }`.
 */
export function keyed(container, keyOf, create) {
  const entries = new Map();
  return (items) => {
    const keys = new Set(items.map(keyOf));
    for (const [key, entry] of entries) {
      if (keys.has(key)) continue;
      entry.node.remove();
      entries.delete(key);
    }
    let place = container.firstElementChild;
    for (const item of items) {
      const key = keyOf(item);
      const entry = entries.get(key) ?? create(item);
      entries.set(key, entry);
      entry.update(item);
      // An element that is moved loses the focus, so only one that stands in the wrong place is.
      if (entry.node === place) place = place.nextElementSibling;
      else container.insertBefore(entry.node, place);
    }
  };
}

/*
 * Where on the page somebody is stands in the address, behind the `#`: `#/faults/<id>`, `#/sessions?client=zed`. So it
 * can be sent to somebody else, the page may be served under any path, and the server needs to know nothing of it.
 */

/** Reads a place: the view, which one of many, and what is asked for. */
export function placeOf(hash = location.hash) {
  const [path, query] = divided(hash.replace(/^#\/?/, ''), '?');
  const [view, id] = divided(path, '/');
  return {
    view,
    id: decoded(id),
    query: new URLSearchParams([...new URLSearchParams(query)].filter(isFilled)),
  };
}

/** Whoever makes a link of a table may have nothing to fill in: that asks for anything, as the choice "all" does. */
function isFilled([, value]) {
  return value !== '';
}

/** The address of a place. */
export function hrefOf(view, { id, query } = {}) {
  const path = id === undefined || id === '' ? view : `${view}/${encodeURIComponent(id)}`;
  const asked = new URLSearchParams(query).toString();
  return `#/${path}${asked === '' ? '' : `?${asked}`}`;
}

/** Changes what is asked for, without another step for the browser's way back. */
export function askInPlace(query) {
  const { view, id } = placeOf();
  history.replaceState(history.state, '', hrefOf(view, { id, query }));
}

function divided(text, by) {
  const at = text.indexOf(by);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

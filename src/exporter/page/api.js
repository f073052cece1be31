/** Asks the API. Answers `{ answer }`, or `{ problem }` with what is wrong in words, and whether there is no such thing. */
export async function ask(path, query = new URLSearchParams()) {
  const asked = query.toString();
  try {
    const response = await fetch(`api/v1/${path}${asked === '' ? '' : `?${asked}`}`);
    const body = await response.json();
    if (response.ok) return { answer: body };
    return { problem: body.detail ?? response.statusText, isMissing: response.status === 404 };
  } catch {
    return { problem: 'The exporter does not answer.' };
  }
}

/**
 * Makes a function that asks and shows, one question at a time: what is asked for meanwhile is asked for once more
 * afterwards, and an answer to a question that has changed is not shown.
 */
export function asking(question, show) {
  let underWay = false;
  let again = false;
  return async function refresh() {
    if (underWay) return void (again = true);
    underWay = true;
    do {
      again = false;
      const { path, query } = question();
      const told = await ask(path, query);
      if (!again) show(told);
    } while (again);
    underWay = false;
  };
}

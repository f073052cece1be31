import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer satisfies; fails with the last answer when it never does. */
export async function eventually<T>(
  what: string,
  ms: number,
  ask: () => Promise<T>,
  satisfies: (answer: T) => boolean,
): Promise<T> {
  const until = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    if (Date.now() > until)
      throw new Error(`${what}: not within ${ms} ms; the last answer was ${JSON.stringify(answer)}`);
    await sleep(500);
  }
}

/** The JSON at an address; throws when it is not had. */
export async function json<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

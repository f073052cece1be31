/** Called inside a tool, where the span of its request is under way. */
export type Inside = () => void;

/** What every tool says. */
export const WORDS = 'All is well.';

/** What the prompt `greets` is. */
export const QUESTION = { role: 'user' as const, content: { type: 'text' as const, text: 'How are you?' } };

/** What the tool `asks` asks of the client. */
export const SAMPLING = { messages: [QUESTION], maxTokens: 10 };

/** How the client answers it. */
export const SAMPLED = {
  model: 'none',
  role: 'assistant' as const,
  content: { type: 'text' as const, text: WORDS },
};

/** The answer of a tool. */
export function text(words: string) {
  return { content: [{ type: 'text' as const, text: words }] };
}

/** Waits for as long as the caller does. */
export function untilAborted(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(WORDS), { once: true }));
}

import { styleText } from 'node:util';

/** Colours a text, on a terminal that shows colours. */
export type Paint = (style: 'none' | 'bold' | 'dim' | 'red' | 'green' | 'yellow', text: string) => string;

/** Writes lines to the terminal, each with the time since the start. */
export interface Voice {
  readonly paint: Paint;
  /** A line by itself. */
  line(text?: string): void;
  /** What happens in a scenario. */
  story(scenario: string, text: string): void;
  /** What the product found there. */
  finding(scenario: string, text: string): void;
}

/** Makes a {@link Voice}. `width` is the room for the scenarios' names. */
export function createVoice(out: NodeJS.WriteStream, width: number): Voice {
  const startedAt = performance.now();
  const paint: Paint = (style, text) => (style === 'none' ? text : styleText(style, text, { stream: out }));
  const line = (text = ''): void => void out.write(`${text}\n`);
  const clock = (): string => `${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s`;
  return {
    paint,
    line,
    story: (scenario, text) => line(`${paint('dim', clock())}  ${scenario.padEnd(width)}  ${text}`),
    finding: (scenario, text) =>
      line(`${paint('dim', clock())}  ${scenario.padEnd(width)}  ${paint('yellow', text)}`),
  };
}

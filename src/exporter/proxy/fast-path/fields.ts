/**
 * Fields as nearly every program writes them (RFC 9112, 5): a name, a colon, at most one blank, a value without blanks
 * around it. What is written otherwise may be read in two ways, and is left to the parser of node.
 */
const FIELDS =
  /(?:[!#$%&'*+\-.^_`|~\dA-Za-z]+:[\t ]?(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?\r\n)*$/y;

/**
 * Reads the fields from `at` to the end of the text, which is that of the bytes: name, value, name, value. Nothing when
 * one is out of the ordinary.
 */
export function readFields(bytes: Buffer, text: string, at: number): string[] | undefined {
  FIELDS.lastIndex = at;
  if (!FIELDS.test(text)) return undefined;
  const fields: string[] = [];
  for (let begin = at; begin < text.length;) {
    const colon = text.indexOf(':', begin);
    const end = text.indexOf('\r\n', colon);
    const isSpaced = text[colon + 1] === ' ' || text[colon + 1] === '\t';
    // A part of a text keeps all of the text in memory for as long as itself, and some values are kept.
    fields.push(text.slice(begin, colon), bytes.toString('latin1', isSpaced ? colon + 2 : colon + 1, end));
    begin = end + 2;
  }
  return fields;
}

/** Where the head at the beginning of these bytes ends, its empty line included; nothing when it does not. */
export function headLengthIn(bytes: Buffer): number | undefined {
  const end = bytes.indexOf('\r\n\r\n', 0, 'latin1');
  return end === -1 ? undefined : end + 4;
}

/** Decimal digits without a leading zero, few enough to be exact. */
export const LENGTH = /^(?:0|[1-9]\d{0,14})$/;

/** Longer heads are refused by node, with 431 and 502. */
export const MOST_HEAD = 16_384;

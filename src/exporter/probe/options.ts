import { validateHeaderName, validateHeaderValue } from 'node:http';
import { ERAS, type Era } from '../../exchange/index.ts';
import type { Manners } from './course.ts';
import { hasCertificates } from './trust.ts';
import type { WireLimits } from './wire.ts';

/** How {@link probe} goes about. Every option has a default. */
export interface ProbeOptions {
  /** The eras whose rules the server is held to. Default: both. */
  readonly eras?: readonly Era[];
  /** Sent with every request, such as `Authorization`. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The longest that one request may take, in ms. Default: 5,000. */
  readonly timeoutMs?: number;
  /** The longest that the whole probe may take, in ms; to clean up it may take three seconds more. Default: 60,000 and `holdMs`. */
  readonly totalMs?: number;
  /** For how long the stream is held, in ms; below 20,000 a missing keep-alive cannot be told. Default: 2,000. */
  readonly holdMs?: number;
  /** The page that is played to see whether web pages may use sessions, as its `Origin`. Default: one that does not exist. */
  readonly origin?: string;
  /** Certificates in PEM: who signed them is trusted beside those whom Node trusts. Default: none. */
  readonly ca?: string;
  /** Ends the probe early; sessions that it began are ended all the same. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/** Options that were found allowed, and what they leave open. */
export interface Checked {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly limits: Omit<WireLimits, 'requests' | 'signal'>;
  readonly manners: Manners;
  readonly eras: readonly Era[];
  readonly ca: string | undefined;
}

/** A name that never will be anybody's (RFC 2606). */
const NO_PAGE = 'https://mcp-session-exporter-probe.invalid';

/** What the probe says itself; the protocol's own headers are among them. */
const OWN =
  /^(accept|connection|content-(length|type)|expect|host|last-event-id|mcp-.*|origin|te|trailer|transfer-encoding|upgrade|user-agent)$/;

/** Checks what was given. Throws a RangeError that names the key, what is wrong and what is allowed, and no value of a header. */
export function checkedOptions(target: string | URL, options: ProbeOptions): Checked {
  const { timeoutMs = 5000, holdMs = 2000, origin = NO_PAGE, eras = ERAS, ca } = options;
  const { totalMs = 60_000 + holdMs } = options;
  positive('timeoutMs', timeoutMs, 60_000);
  positive('holdMs', holdMs, 600_000);
  positive('totalMs', totalMs, 900_000);
  if (!isOrigin(origin))
    throw new RangeError(`origin is ${JSON.stringify(origin)}; allowed is one as in https://app.example`);
  if (eras.length === 0) throw new RangeError(`eras is empty; allowed are ${ERAS.join(' and ')}`);
  if (ca !== undefined && !hasCertificates(ca))
    throw new RangeError('ca holds no certificates in PEM, or one that cannot be read');
  return {
    url: checkedUrl(target),
    headers: checkedHeaders(options.headers ?? {}),
    limits: { timeoutMs, totalMs },
    manners: { holdMs, origin },
    eras,
    ca,
  };
}

/** Whether a text is an origin as browsers send it: scheme, host and port, and nothing behind them. */
export function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
}

function positive(name: string, value: number, most: number): void {
  if (Number.isFinite(value) && value > 0 && value <= most) return;
  throw new RangeError(`${name} is ${value}; allowed are milliseconds above 0, up to ${most}`);
}

/** Checks an address: http or https, and no credentials in it, which would stand in every history and log. */
export function checkedUrl(target: string | URL): URL {
  const url = URL.parse(String(target));
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new RangeError(
      'the address of the server is no URL; allowed is one that begins with http:// or https://',
    );
  if (url.username !== '' || url.password !== '')
    throw new RangeError('the address of the server holds credentials; give them as headers instead');
  url.hash = '';
  return url;
}

function checkedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (!isValid(lower, value))
      throw new RangeError(`the header ${JSON.stringify(name)} cannot be sent as it is`);
    if (OWN.test(lower))
      throw new RangeError(`the header ${JSON.stringify(name)} is one that the probe sets itself`);
    checked[lower] = value;
  }
  return checked;
}

function isValid(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

/** Reads headers from text, one on a line, as `Name: value`, with their names in small letters. Throws a RangeError that names the line, and not what stands in it. */
export function headersIn(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const colon = line.indexOf(':');
    if (colon < 1) throw new RangeError(`line ${at + 1} of the headers is not "Name: value"`);
    headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return headers;
}

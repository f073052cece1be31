import { z } from 'zod';
import { AFFINITIES, DEFAULTS, HOST_HEADERS } from '../proxy/settings.ts';
import { inner, itemsOf, setting } from './about.ts';
import { ALLOWED_LABEL, host, label, listenAddress, path, readableFile, serverUrl } from './kinds.ts';

/** So many, times their labels, keep the series below what a scrape can bear. */
const MOST_UPSTREAMS = 20;

const ALLOWED_URL = 'an http or https URL without credentials, query and fragment';

/** The name of an upstream that has none, and its target. */
const UNNAMED = 'default';

/**
 * `[NAME=]URL[,URL...]`: a server, and where else it answers. A name with a dot is that of the host for which it is
 * served; any other is the path, `/NAME`, under which it is served. A text may tell of several servers, by name.
 */
function upstreamsFromTexts(texts: readonly string[]): unknown {
  return texts.flatMap((text) => {
    const upstreams: { readonly name: string; readonly urls: string[] }[] = [];
    for (const item of itemsOf(text)) {
      const [, name, url = ''] = /^([^=/:?]*)=(.*)$/s.exec(item) ?? [];
      if (name !== undefined) upstreams.push({ name, urls: [url] });
      else if (upstreams.length > 0) upstreams.at(-1)?.urls.push(item);
      else upstreams.push({ name: UNNAMED, urls: [item] });
    }
    return upstreams.map((upstream) => ({ ...upstream, ...placeOf(upstream.name) }));
  });
}

function placeOf(name: string): object {
  if (name === UNNAMED) return {};
  return name.includes('.') ? { host: name } : { path: `/${name}` };
}

/** Names are a label of all series, whose values are settled at the start. */
function hasOldNamesAlone(before: unknown, after: unknown): boolean {
  const names = (upstreams: unknown): string[] =>
    (upstreams as readonly { readonly name: string }[]).map(({ name }) => name);
  return names(after).length > 0 && names(after).every((name) => names(before).includes(name));
}

function seconds(from: number, to: number, milliseconds: number): z.ZodDefault<z.ZodNumber> {
  return z
    .number()
    .min(from)
    .max(to)
    .default(milliseconds / 1000);
}

const upstream = inner(
  z.strictObject({
    name: setting(label.default(UNNAMED), {
      meaning: 'its name, and its `target` label',
      allowed: ALLOWED_LABEL,
    }),
    urls: setting(z.array(inner(serverUrl, ALLOWED_URL)).min(1).max(100), {
      meaning: 'where it answers; several addresses of one server have the same path, and are asked in turn',
      allowed: `a list of 1 to 100 URLs, each ${ALLOWED_URL}`,
      otherwise: 'must be given',
    }),
    path: setting(path.optional(), {
      meaning: 'the path under which it is served, cut off before a request is passed on',
      allowed: 'a path that begins with "/"',
      otherwise: 'none',
    }),
    host: setting(host.optional(), {
      meaning: 'the host name for which it is served',
      allowed: 'an IP address or a host name',
      otherwise: 'any',
    }),
  }),
  'a mapping with urls, and with name, path and host if you like',
);

/** How requests are forwarded. */
export const proxySettings = z
  .strictObject({
    listen: setting(listenAddress.default(`${DEFAULTS.host}:${DEFAULTS.port}`), {
      meaning: 'where clients ask the proxy',
      allowed: 'HOST:PORT, as in 127.0.0.1:8080 or [::1]:8080; port 0 takes any free one',
    }),
    upstreams: setting(z.array(upstream).max(MOST_UPSTREAMS).default([]), {
      meaning:
        'the servers it stands in front of; as text, a server that is called `NAME` is served under `/NAME`, or for the host `NAME` if there is a dot in it',
      allowed: `a list of at most ${MOST_UPSTREAMS} upstreams, each a mapping with urls`,
      allowedInText: `[NAME=]URL[,URL...], at most ${MOST_UPSTREAMS} of them: ${ALLOWED_URL}, and a NAME of ${ALLOWED_LABEL}`,
      flag: 'upstream',
      fromTexts: upstreamsFromTexts,
      reloads: hasOldNamesAlone,
    }),
    affinity: setting(z.enum(AFFINITIES).default(DEFAULTS.affinity), {
      meaning: 'whether all requests of one session go to one address of several',
      allowed: '"session" or "none"',
    }),
    host_header: setting(z.enum(HOST_HEADERS).default(DEFAULTS.hostHeader), {
      meaning: 'what an upstream is told as `Host`: what the client asked for, or its own address',
      allowed: '"client" or "upstream"',
    }),
    allowed_hosts: setting(z.array(host).optional(), {
      meaning: 'names by which the proxy may be asked for, beside addresses and `localhost`',
      allowed: 'host names without a port',
      allowedInText: 'host names without a port, divided by commas',
      otherwise: 'any, for the upstream checks; none further with `host_header: upstream`',
      flag: 'proxy-allowed-hosts',
    }),
    tls_cert_file: setting(readableFile.optional(), {
      meaning: 'the certificate chain, in PEM, with which clients are answered by TLS and HTTP/2',
      allowed: 'the path of a file that can be read',
      otherwise: 'no TLS',
    }),
    tls_key_file: setting(readableFile.optional(), {
      meaning: 'its private key, in PEM',
      allowed: 'the path of a file that can be read',
      otherwise: 'no TLS',
    }),
    connect_seconds: setting(seconds(0.1, 300, DEFAULTS.connectTimeout), {
      meaning: 'how long a connection to an upstream may take',
      allowed: 'a number of seconds from 0.1 to 300',
    }),
    headers_seconds: setting(seconds(0.1, 3600, DEFAULTS.headersTimeout), {
      meaning: 'how long a client may take for the head of a request',
      allowed: 'a number of seconds from 0.1 to 3600',
    }),
    request_seconds: setting(seconds(0.1, 86_400, DEFAULTS.requestTimeout), {
      meaning: 'how long a client may take for a whole request, its body included',
      allowed: 'a number of seconds from 0.1 to 86400',
    }),
    max_connections: setting(z.int().min(1).max(1_000_000).default(DEFAULTS.maxConnections), {
      meaning: 'connections of clients at one time; further ones are closed at once',
      allowed: 'a whole number from 1 to 1000000',
    }),
    drain_seconds: setting(seconds(0, 3600, DEFAULTS.drainTimeout), {
      meaning: 'how long requests under way may still take after SIGTERM',
      allowed: 'a number of seconds from 0 to 3600',
    }),
  })
  .prefault({});

import { z } from 'zod';
import { ERAS } from '../../exchange/index.ts';
import { inner, setting } from './about.ts';
import { HEADER_NAME, HEADER_VALUE, hasHeaders } from './headers-file.ts';
import { certificateFile, HIDDEN, serverUrl, webOrigin } from './kinds.ts';

const MODULE = /^[a-z0-9][a-z0-9_-]{0,63}$/;

const headerName = inner(z.string().regex(HEADER_NAME), 'the name of a header');
const headerValue = inner(
  z
    .string()
    .regex(HEADER_VALUE)
    .refine((text) => text !== HIDDEN),
  '1 to 8192 printable ASCII characters',
);

/** One way to probe. */
export const probeModule = inner(
  z.strictObject({
    headers: setting(z.record(headerName, headerValue).default({}), {
      meaning: 'headers sent with every request',
      allowed: 'a mapping of names and values of headers',
      secret: true,
    }),
    headers_file: setting(z.string().refine(hasHeaders).optional(), {
      meaning: 'a file that holds such headers, so that no secret stands here',
      allowed: 'the path of a file that can be read, with one "Name: value" a line',
      otherwise: 'none',
    }),
    timeout_seconds: setting(z.number().min(0.1).max(60).default(5), {
      meaning: 'how long one request may take',
      allowed: 'a number of seconds from 0.1 to 60',
    }),
    hold_seconds: setting(z.number().min(0.1).max(600).default(2), {
      meaning: 'how long the event stream is held; 20 seconds or more show whether it is kept alive',
      allowed: 'a number of seconds from 0.1 to 600',
    }),
    every_seconds: setting(z.number().min(60).max(86_400).optional(), {
      meaning: 'how often the allowed targets are probed by it, without being asked',
      allowed: 'a number of seconds from 60 to 86400',
      otherwise: 'when `/probe` is asked to',
    }),
    eras: setting(
      z
        .array(z.enum(ERAS))
        .min(1)
        .default([...ERAS]),
      {
        meaning: 'the eras whose rules a server is held to',
        allowed: '"sessionful" or "sessionless", or both',
      },
    ),
    origin: setting(webOrigin.optional(), {
      meaning: 'the web page that is played, as its `Origin`, to see whether web pages may use sessions',
      allowed: 'an http or https URL without a path',
      otherwise: 'one that does not exist',
    }),
    ca_file: setting(certificateFile.optional(), {
      meaning: 'certificates of who is trusted beside those whom Node trusts',
      allowed: 'the path of a file that can be read, with certificates in PEM',
      otherwise: 'none',
    }),
  }),
  'a mapping of settings of a probe',
);

/** Whom the exporter may probe, and how. */
export const probeSettings = z
  .strictObject({
    allowed_targets: setting(z.array(serverUrl).max(1000).default([]), {
      meaning: 'the URLs that may be probed',
      allowed: 'http or https URLs without credentials, query and fragment',
      allowedInText: 'http or https URLs without credentials, query and fragment, divided by commas',
      reloads: true,
    }),
    modules: setting(
      z
        .record(inner(z.string().regex(MODULE), '1 to 64 small letters, digits, "-" or "_"'), probeModule)
        .default({}),
      {
        meaning: 'ways to probe, by name; `default` is taken where none is named',
        allowed: 'a mapping of names, each with a mapping of settings of a probe',
        reloads: true,
      },
    ),
  })
  .prefault({});

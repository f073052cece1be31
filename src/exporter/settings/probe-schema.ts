import { z } from 'zod';
import { inner, setting } from './about.ts';
import { HEADER_NAME, HEADER_VALUE, hasHeaders } from './headers-file.ts';
import { HIDDEN, serverUrl } from './kinds.ts';

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
  }),
  'a mapping of settings of a probe',
);

/** Whom the exporter may probe when it is asked to, and how. */
export const probeSettings = z
  .strictObject({
    allowed_targets: setting(z.array(serverUrl).max(1000).default([]), {
      meaning: 'the URLs that `/probe` may be asked to probe',
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

/** The kinds of values that settings have. Each takes what a person may write, and nothing else. */
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname } from 'node:path';
import { z } from 'zod';
import { isOrigin } from '../probe/options.ts';
import { hasCertificates } from '../probe/trust.ts';

const HOST_NAME = /^[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?$/i;
const LABEL = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/;
const PATH = /^\/[^\s?#,]*$/;
const PRINTABLE = /^[\x21-\x7e]+$/;

/** What `check-config` prints in the place of a secret. */
export const HIDDEN = '<hidden>';

/** What a {@link label} must be. */
export const ALLOWED_LABEL = '1 to 64 letters, digits or ._:/- that begin with a letter or digit';

/** A port; 0 takes any free one. */
export const port = z.int().min(0).max(65_535);

/** An IP address or a host name, without a port. */
export const host = z.string().refine(isHost);

/** A name that becomes the value of a label. */
export const label = z.string().regex(LABEL);

/** The path of a URL. */
export const path = z.string().regex(PATH);

/** The host of a URL as `URL.host` tells it: with its port, unless that is the default of the scheme. */
export const urlHost = z
  .string()
  .refine((text) =>
    ['http', 'https'].some((scheme) => URL.parse(`${scheme}://${text}`)?.host === text.toLowerCase()),
  );

/** The name of a tool, as far as it can be told as the value of a label. */
export const toolName = z.string().regex(PRINTABLE).max(128);

/** The URL of a server: nothing in it is a secret, and nothing is left to be added. */
export const serverUrl = z.string().max(2048).refine(isServerUrl);

/** `HOST:PORT`, an address of IP version 6 in brackets. */
export const listenAddress = z.string().refine((text) => splitAddress(text) !== undefined);

/** A text that only those may read who should. */
export const secret = z
  .string()
  .min(1)
  .refine((text) => text !== HIDDEN);

/** A file that can be read now. */
export const readableFile = z.string().refine(canBeRead);

/** A file that holds a secret. */
export const secretFile = z
  .string()
  .refine((file) => canBeRead(file) && readFileSync(file, 'utf8').trim() !== '');

/** A file that holds certificates in PEM. */
export const certificateFile = z
  .string()
  .refine((file) => canBeRead(file) && hasCertificates(readFileSync(file, 'utf8')));

/** The origin of a web page: scheme, host and port. */
export const webOrigin = z.string().refine(isOrigin);

/** A file that can be written to: its folder is there. */
export const writableFile = z.string().refine(canBeWritten);

/** The two halves of a {@link listenAddress}; undefined for what is none. */
export function splitAddress(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const [name, number] = [bracketed ?? plain ?? '', Number(digits)];
  const isName = bracketed === undefined ? isHost(name) : isIP(name) === 6;
  return isName && number <= 65_535 ? { host: name, port: number } : undefined;
}

function isHost(text: string): boolean {
  return isIP(text) !== 0 || HOST_NAME.test(text);
}

function isServerUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !/^https?:\/\//i.test(text)) return false;
  return url.username === '' && url.password === '' && !/[\s#?]/.test(text);
}

function canBeRead(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return !statSync(file).isDirectory();
  } catch {
    return false;
  }
}

function canBeWritten(file: string): boolean {
  try {
    accessSync(dirname(file), constants.W_OK);
    return statSync(file, { throwIfNoEntry: false })?.isDirectory() !== true;
  } catch {
    return false;
  }
}

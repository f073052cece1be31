import { X509Certificate } from 'node:crypto';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Whether a text holds certificates in PEM, and none that cannot be read: Node passes over what it cannot. */
export function hasCertificates(text: string): boolean {
  const found = text.match(CERTIFICATE) ?? [];
  try {
    return found.map((each) => new X509Certificate(each)).length > 0;
  } catch {
    return false;
  }
}

/** Trusts who signed `ca` beside those whom Node trusts, `NODE_EXTRA_CA_CERTS` among them. */
export function trusting(ca: string): SecureContext {
  return createSecureContext({ ca: [...getCACertificates('default'), ca] });
}

/** What Node says of a certificate that it does not take. */
const CERTIFICATE_WORDS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'is signed by somebody who is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'is signed by somebody who is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'is signed by somebody who is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'is signed by somebody who is not trusted',
};

/** Why a connection failed whose certificate was not taken, as a sentence; nothing for any other error. */
export function certificateProblem(errorCode: string | undefined): string | undefined {
  const words = CERTIFICATE_WORDS[errorCode ?? ''];
  if (words === undefined) return undefined;
  const remedy = words.includes('signed') ? ' To trust it, name the certificates of who signed it.' : '';
  return `The certificate of the server ${words} (${errorCode}).${remedy}`;
}

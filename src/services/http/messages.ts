/** English messages of the HTTP server about requests that it cannot parse. */
import { defineMessages } from '../../base/sentence.ts';

export const HTTP_TEXTS = {
  'http.bad-request': '{reason}',
  'https.no-certificate': 'there is no certificate {name}',
  'https.no-key': 'the certificate {name} has no private key',
  'https.agreed': '{client} speaks {version} with {suite}, for the name {name}.',
  'https.resumed': '{client} resumes a session of {version} with {suite}, for the name {name}.',
  'https.alert': '{client} ends the TLS handshake with the alert {alert}.',
  'https.no-version': '{client} offers no version of TLS that this server speaks.',
  'https.no-suite': '{client} offers no cipher suite that this server speaks with its certificate.',
  'https.failed': 'The TLS handshake with {client} failed: {code}.',
  'ocsp.good': 'OCSP: {client} asks about the certificate {name}, which is good.',
  'ocsp.revoked': 'OCSP: {client} asks about the certificate {name}, which is revoked.',
  'ocsp.unknown': 'OCSP: {client} asks about a certificate that this authority has not made.',
  'ocsp.unauthorized': 'OCSP: {client} asks about a certificate of an authority whose key is not in this lab.',
  'ocsp.malformed': 'OCSP: what {client} asks is no question.',
} as const;

export const httpMessage = defineMessages(HTTP_TEXTS);

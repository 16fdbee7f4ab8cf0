/** The certificates of a lab with HTTPS: right ones, and ones that are wrong in one way each. */
import { LAB_EPOCH_MS } from '../../src/base/time/calendar.ts';
import { writePrivateKey } from '../../src/trust/keys/key-files.ts';
import { writePem } from '../../src/trust/pem.ts';
import { Authority, DAY_MS, type Holder, type Wish } from '../trust/authority.ts';

const authority = new Authority('https');
const root = authority.root();
const middle = authority.intermediate('Lab intermediate', root);
const NAMES = [
  { kind: 'dns', name: 'boot.lab' },
  { kind: 'ip', address: Uint8Array.of(10, 0, 2, 2) },
] as const;
const server = (subject: string, wish: Partial<Wish> = {}): Holder =>
  authority.server(subject, middle, { altNames: NAMES, ...wish });
const boot = server('boot.lab');
const OCSP = { ocspUrl: 'http://10.0.2.2/ocsp' };
const client = authority.make({ subject: 'pc1', keyUsage: ['digitalSignature'], purposes: ['clientAuth'] }, root);

export const HOLDERS: Readonly<Record<string, { readonly holder: Holder; readonly issuer?: string }>> = {
  root: { holder: root },
  middle: { holder: middle, issuer: 'root' },
  boot: { holder: boot, issuer: 'middle' },
  rsa: { holder: server('boot.lab rsa', { kind: 'RSA-2048' }), issuer: 'middle' },
  expired: { holder: server('old', { notAfterMs: LAB_EPOCH_MS - 2 * DAY_MS }), issuer: 'middle' },
  future: { holder: server('new', { notBeforeMs: LAB_EPOCH_MS + 2 * DAY_MS }), issuer: 'middle' },
  other: { holder: server('other.lab', { altNames: [{ kind: 'dns', name: 'other.lab' }] }), issuer: 'middle' },
  below: { holder: authority.server('below', boot, { altNames: NAMES }), issuer: 'boot' },
  sha1: { holder: server('sha1', { digest: 'sha1' }), issuer: 'middle' },
  asked: { holder: server('asked', OCSP), issuer: 'middle' },
  revoked: { holder: server('revoked', OCSP), issuer: 'middle' },
  self: { holder: authority.make({ subject: 'self', altNames: NAMES }) },
  client: { holder: client, issuer: 'root' },
};

export const CERTIFICATES = Object.entries(HOLDERS).map(([name, { holder, issuer }]) => ({
  name,
  certificate: writePem({ label: 'CERTIFICATE', der: holder.certificate.der }),
  privateKey: writePem({ label: 'PRIVATE KEY', der: writePrivateKey(holder.key) }),
  ...(issuer === undefined ? {} : { issuer }),
  ...(name === 'revoked' ? { revoked: true } : {}),
}));

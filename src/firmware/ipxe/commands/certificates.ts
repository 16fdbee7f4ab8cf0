/** The commands of the certificate store. */
import { toHex } from '../../../base/bytes.ts';
import { err, ok } from '../../../base/result.ts';
import type { Task } from '../../../base/time/task.ts';
import { Err, OK, type Status } from '../errors.ts';
import { acquireImage } from '../images/manage.ts';
import type { Ipxe } from '../ipxe.ts';
import type { Outcome } from '../settings/types.ts';
import { sha1Fingerprint } from '../../../trust/x509/certificate.ts';
import { commonName } from '../../../trust/x509/names.ts';
import { certificatesIn, type KnownCertificate } from '../trust/store.ts';
import { couldNot } from './arguments.ts';
import { flag, option, type CommandSpec, type Given } from './registry.ts';

const SUBJECT = option('subject', 's', 'string');

/** The certificates of the subject that is named, or all. */
function* wanted(ipxe: Ipxe, given: Given): Task<Outcome<readonly KnownCertificate[]>> {
  const subject = given.text('subject');
  const found = ipxe.certificates.named(subject);
  if (subject === undefined || found.length > 0) return ok(found);
  yield* ipxe.print(`"${subject}" : no such certificate\n`);
  return err(Err.certNotFound);
}

/** Such as `Lab root : 27feef25adc204f8339761b4eeabb4dabd675f3e [EXPLICIT]`. */
function describe({ certificate, origin, isValidated }: KnownCertificate): string {
  let out = `${commonName(certificate.subject)} : ${toHex(sha1Fingerprint(certificate))}`;
  if (origin === 'built-in') out += ' [PERMANENT]';
  if (origin === 'explicit') out += ' [EXPLICIT]';
  return isValidated ? `${out} [VALIDATED]` : out;
}

/** Adds the certificates of an image; it is freed unless it is to be kept. */
function* store(ipxe: Ipxe, given: Given): Task<Status> {
  const image = yield* acquireImage(ipxe, given.arg(0), {});
  if (!image.ok) return image.error;
  const certificates = certificatesIn(image.value);
  if (!given.flag('keep')) ipxe.images.unregister(image.value);
  if (!certificates.ok) return yield* couldNot(ipxe, 'parse certificate', certificates.error);
  const subject = given.text('subject');
  for (const each of certificates.value)
    if (subject === undefined || commonName(each.subject) === subject) ipxe.certificates.add(each, 'explicit');
  return OK;
}

export const certificateCommands: readonly CommandSpec[] = [
  {
    name: 'certstat',
    feature: 'CERT_CMD',
    options: [SUBJECT],
    minArguments: 0,
    maxArguments: 0,
    usage: '',
    *run(ipxe, given) {
      const found = yield* wanted(ipxe, given);
      if (!found.ok) return found.error;
      for (const each of found.value) yield* ipxe.print(`${describe(each)}\n`);
      return OK;
    },
  },
  {
    name: 'certstore',
    feature: 'CERT_CMD',
    options: [SUBJECT, flag('keep', 'k')],
    minArguments: 0,
    maxArguments: 1,
    usage: '[<uri|image>]',
    *run(ipxe, given) {
      if (given.args.length > 0) return yield* store(ipxe, given);
      const found = yield* wanted(ipxe, given);
      return found.ok ? OK : found.error;
    },
  },
  {
    name: 'certfree',
    feature: 'CERT_CMD',
    options: [SUBJECT],
    minArguments: 0,
    maxArguments: 0,
    usage: '',
    *run(ipxe, given) {
      const found = yield* wanted(ipxe, given);
      if (!found.ok) return found.error;
      for (const certificate of found.value) ipxe.certificates.remove(certificate);
      return OK;
    },
  },
];

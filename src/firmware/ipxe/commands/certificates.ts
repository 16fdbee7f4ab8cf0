/** The commands of the certificate store. */
import { err, ok } from '../../../base/result.ts';
import type { Task } from '../../../base/task.ts';
import { Err, OK, type Status } from '../errors.ts';
import { certificatesIn, type Certificate } from '../images/certificate.ts';
import { acquireImage } from '../images/manage.ts';
import type { Ipxe } from '../ipxe.ts';
import type { Outcome } from '../settings/types.ts';
import { couldNot } from './arguments.ts';
import { flag, option, type CommandSpec, type Given } from './registry.ts';

const SUBJECT = option('subject', 's', 'string');

/** The certificates of the subject that is named, or all. */
function* wanted(ipxe: Ipxe, given: Given): Task<Outcome<readonly Certificate[]>> {
  const subject = given.text('subject');
  const found = ipxe.certificates.named(subject);
  if (subject === undefined || found.length > 0) return ok(found);
  yield* ipxe.print(`"${subject}" : no such certificate\n`);
  return err(Err.certNotFound);
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
    if (subject === undefined || each.name === subject) ipxe.certificates.add(each);
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
      // Each was added by the user: without TLS, none is learnt from a server.
      for (const { name, fingerprint } of found.value) yield* ipxe.print(`${name} : ${fingerprint} [EXPLICIT]\n`);
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

/** Images that are trusted: asking for it, and the signatures that give it. */
import { err, ok } from '../../../base/result.ts';
import type { Task } from '../../../base/time/task.ts';
import { openEnveloped, readEnvelope } from '../../../trust/cms/enveloped-data.ts';
import { readSignedData } from '../../../trust/cms/signed-data.ts';
import { signerChain, verifyDetached } from '../../../trust/cms/verify.ts';
import { Err, OK, type Status } from '../errors.ts';
import type { Image } from '../images/image.ts';
import { acquireImage } from '../images/manage.ts';
import type { Ipxe } from '../ipxe.ts';
import type { Outcome } from '../settings/types.ts';
import { probeImage } from '../images/types.ts';
import { privateKeyOf } from '../net/transfer/tls-stream.ts';
import { CMS_STATUS, ENVELOPE_STATUS, TRUST_STATUS } from '../trust/faults.ts';
import { reportSignature } from '../trust/report.ts';
import { objectsIn } from '../trust/store.ts';
import { trustNow, verifyTrust } from '../trust/verify.ts';
import { couldNot } from './arguments.ts';
import { flag, option, type CommandSpec, type Given } from './registry.ts';

/** The DER of a signature. */
function messageIn(image: Image): Outcome<Uint8Array> {
  const objects = objectsIn(image);
  if (!objects.ok) return objects;
  const [first] = objects.value;
  return first === undefined ? err(Err.certPem) : ok(first);
}

/** Verifies an image by its signature; the image is trusted afterwards, or not any more. */
function* verify(ipxe: Ipxe, image: Image, signature: Image, given: Given): Task<Status> {
  image.isTrusted = false;
  const bytes = messageIn(signature);
  if (!bytes.ok) return bytes.error;
  const message = readSignedData(bytes.value);
  if (typeof message === 'string') return CMS_STATUS[message];
  const presented = { by: image.name };
  for (const signer of message.signers) {
    const chain = signerChain(signer, message, ipxe.certificates.all);
    if (chain.length === 0) {
      reportSignature(ipxe, presented, undefined, 'no-certificate');
      return TRUST_STATUS['no-certificate'];
    }
    const trusted = yield* verifyTrust(ipxe, chain, presented, given.number('timeout') ?? 0);
    if (!trusted.ok) return trusted.error;
  }
  const { fault, signer } = verifyDetached(message, {
    content: image.data,
    signerName: given.text('signer'),
    trust: trustNow(ipxe),
    others: ipxe.certificates.all,
  });
  reportSignature(ipxe, presented, signer, fault);
  if (fault !== undefined) return TRUST_STATUS[fault];
  image.isTrusted = true;
  return OK;
}

/** Decrypts an image by its envelope, in place; it is not trusted for that. */
function decrypt(ipxe: Ipxe, image: Image, envelope: Image, name: string | undefined): Status {
  const bytes = messageIn(envelope);
  if (!bytes.ok) return bytes.error;
  const read = readEnvelope(bytes.value);
  if (!read.ok) return ENVELOPE_STATUS[read.error];
  const opened = openEnveloped(read.value, image.data, privateKeyOf(ipxe), ipxe.certificates.all);
  if (!opened.ok) return ENVELOPE_STATUS[opened.error];
  ipxe.images.replaceData(image, opened.value);
  image.type = probeImage(image.data, ipxe.build);
  // Without a name it loses its suffix, such as `.dat`.
  image.name = name ?? image.name.replace(/\.[^./]*$/, '');
  return OK;
}

export const trustCommands: readonly CommandSpec[] = [
  {
    name: 'imgtrust',
    feature: 'IMAGE_TRUST_CMD',
    options: [flag('allow', 'a'), flag('permanent', 'p')],
    minArguments: 0,
    maxArguments: 0,
    usage: '',
    *run(ipxe, given) {
      const { images } = ipxe;
      const required = !given.flag('allow');
      if (images.isTrustPermanent && required !== images.requireTrust) {
        return yield* couldNot(ipxe, 'set image trust requirement', Err.imageTrustPermanent);
      }
      images.requireTrust = required;
      images.isTrustPermanent ||= given.flag('permanent');
      return OK;
    },
  },
  {
    name: 'imgverify',
    feature: 'IMAGE_TRUST_CMD',
    options: [
      option('signer', 's', 'string'),
      flag('keep', 'k'),
      option('timeout', 't', 'timeout'),
      flag('quiet', 'q'),
    ],
    minArguments: 2,
    maxArguments: 2,
    usage: '<uri|image> <signature uri|image>',
    *run(ipxe, given) {
      const download = { timeoutMs: given.number('timeout'), quiet: given.flag('quiet') };
      const image = yield* acquireImage(ipxe, given.arg(0), download);
      if (!image.ok) return image.error;
      const signature = yield* acquireImage(ipxe, given.arg(1), download);
      if (!signature.ok) return signature.error;
      const status = yield* verify(ipxe, image.value, signature.value, given);
      if (!given.flag('keep')) ipxe.images.unregister(signature.value);
      return status === OK ? OK : yield* couldNot(ipxe, 'verify', status);
    },
  },
  {
    name: 'imgdecrypt',
    feature: 'IMAGE_CRYPT_CMD',
    options: [option('name', 'n', 'string'), flag('keep', 'k'), option('timeout', 't', 'timeout'), flag('quiet', 'q')],
    minArguments: 2,
    maxArguments: 2,
    usage: '<uri|image> <envelope uri|image>',
    *run(ipxe, given) {
      const download = { timeoutMs: given.number('timeout'), quiet: given.flag('quiet') };
      const image = yield* acquireImage(ipxe, given.arg(0), download);
      if (!image.ok) return image.error;
      const envelope = yield* acquireImage(ipxe, given.arg(1), download);
      if (!envelope.ok) return envelope.error;
      const status = decrypt(ipxe, image.value, envelope.value, given.text('name'));
      if (!given.flag('keep')) ipxe.images.unregister(envelope.value);
      return status === OK ? OK : yield* couldNot(ipxe, 'decrypt', status);
    },
  },
];

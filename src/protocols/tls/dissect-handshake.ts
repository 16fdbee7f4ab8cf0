/** One whole handshake message. */
import { md5 } from '@noble/hashes/legacy.js';
import { toHex, utf8 } from '../../base/bytes.ts';
import { GENERATED, type Dissection } from '../core/dissect.ts';
import type { FieldDef } from '../core/field.ts';
import { dissectExtensions, numbers, ocspResponse, scheme, schemes } from './dissect-extensions.ts';
import { TLS } from './dissect-fields.ts';
import { extensionData, readNumbers } from './extensions.ts';
import { HANDSHAKE_TYPE as TYPE, HANDSHAKE_TYPE_NAMES, EXTENSION, TLS_VERSION } from './fields.ts';
import { decodeHandshake, type HandshakeContext } from './handshake.ts';

function u24(d: Dissection, at: number): number {
  return d.u8(at) * 0x1_0000 + d.u16(at + 1);
}

export function handshakeName(type: number): string {
  return HANDSHAKE_TYPE_NAMES[type] ?? `Unknown (${type})`;
}

/** A value behind its length; nothing is shown of an empty one. Returns the offset behind it. */
function sized(d: Dissection, at: number, lengthField: FieldDef, lengthBytes: 1 | 2 | 3, value: FieldDef): number {
  d.add(lengthField, at, lengthBytes);
  const length = lengthBytes === 1 ? d.u8(at) : lengthBytes === 2 ? d.u16(at) : u24(d, at);
  if (length > 0) d.add(value, at + lengthBytes, length);
  return at + lengthBytes + length;
}

function helloStart(d: Dissection, at: number, version: number): number {
  d.add(TLS.version, at, 2);
  d.begin(TLS.random, at + 2, 32);
  if (version < TLS_VERSION.tls13) {
    if (d.wants(TLS.randomTime)) d.add(TLS.randomTime, at + 2, 4, BigInt(d.u32(at + 2)) * 1_000_000_000n);
    d.add(TLS.randomBytes, at + 6, 28);
  }
  d.end();
  return sized(d, at + 34, TLS.sessionIdLength, 1, TLS.sessionId);
}

function clientHello(d: Dissection, start: number, end: number, version: number): void {
  const suites = helloStart(d, start, version);
  const methods = numbers(d, suites, TLS.cipherSuitesLength, 2, TLS.cipherSuites, TLS.cipherSuite, 2, 'suite');
  const at = numbers(d, methods, TLS.compMethodsLength, 1, TLS.compMethods, TLS.compMethod, 1, 'method');
  dissectExtensions(d, at, end, TYPE.clientHello);
  fingerprint(d, start - 4, end, at, TLS.ja3Full, TLS.ja3);
}

function serverHello(d: Dissection, start: number, end: number, version: number): void {
  const at = helloStart(d, start, version);
  d.add(TLS.cipherSuite, at, 2);
  d.add(TLS.compMethod, at + 2, 1);
  dissectExtensions(d, at + 3, end, TYPE.serverHello);
  fingerprint(d, start - 4, end, at + 3, TLS.ja3sFull, TLS.ja3s);
}

/** RFC 8701: values that a client sends so that servers go on passing over what they do not know. */
function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >>> 8 === (value & 0xff);
}

function dashed(values: Iterable<number>): string {
  return [...values].filter((value) => !isGrease(value)).join('-');
}

/** JA3 and JA3S: what a hello offers or chooses, as a text and its MD5. They tell programs apart. */
function fingerprint(d: Dissection, start: number, end: number, at: number, full: FieldDef, hash: FieldDef): void {
  if (!d.wants(full) && !d.wants(hash)) return;
  const message = decodeHandshake(d.bytes.subarray(start, end), { version: 0, keyExchange: undefined });
  if (!message.ok) return;
  const hello = message.value;
  if (hello.kind !== 'client-hello' && hello.kind !== 'server-hello') return;
  const types = dashed((hello.extensions ?? []).map(({ type }) => type));
  const { extensions, version } = hello;
  const text =
    hello.kind === 'server-hello'
      ? `${version},${hello.cipherSuite},${types}`
      : [
          version,
          dashed(hello.cipherSuites),
          types,
          dashed(readNumbers(extensions, EXTENSION.supportedGroups) ?? []),
          dashed(extensionData(extensions, EXTENSION.ecPointFormats)?.subarray(1) ?? []),
        ].join(',');
  d.add(full, Math.min(at, end), 0, text, GENERATED);
  d.add(hash, Math.min(at, end), 0, toHex(md5(utf8(text))), GENERATED);
}

function newSessionTicket(d: Dissection, start: number, end: number, version: number): void {
  d.beginText(start, end - start, 'TLS Session Ticket');
  d.add(TLS.ticketLifetime, start, 4);
  let at = start + 4;
  if (version >= TLS_VERSION.tls13) {
    d.add(TLS.ticketAgeAdd, at, 4);
    at = sized(d, at + 4, TLS.ticketNonceLength, 1, TLS.ticketNonce);
  }
  at = sized(d, at, TLS.ticketLength, 2, TLS.ticket);
  if (version >= TLS_VERSION.tls13) dissectExtensions(d, at, end, TYPE.newSessionTicket);
  d.end();
}

function certificates(d: Dissection, start: number, version: number): void {
  const is13 = version >= TLS_VERSION.tls13;
  let at = is13 ? sized(d, start, TLS.requestContextLength, 1, TLS.requestContext) : start;
  d.add(TLS.certificatesLength, at, 3);
  const length = u24(d, at);
  at += 3;
  const end = at + length;
  if (length === 0) return;
  d.begin(TLS.certificates, at, length);
  if (d.building) d.labelOpen(`Certificates (${length} bytes)`);
  while (at < end) {
    at = sized(d, at, TLS.certificateLength, 3, TLS.certificate);
    if (is13) at = dissectExtensions(d, at, end, TYPE.certificate);
  }
  d.end();
}

function signed(d: Dissection, at: number, version: number, length: FieldDef, signature: FieldDef): void {
  const has = version >= TLS_VERSION.tls12;
  if (has) scheme(d, at);
  sized(d, has ? at + 2 : at, length, 2, signature);
}

function serverKeyExchange(
  d: Dissection,
  start: number,
  end: number,
  { version, keyExchange }: HandshakeContext,
): void {
  if (keyExchange === 'ecdhe') {
    d.beginText(start, end - start, 'EC Diffie-Hellman Server Params');
    d.add(TLS.curveType, start, 1);
    d.add(TLS.namedCurve, start + 1, 2);
    const at = sized(d, start + 3, TLS.serverPointLength, 1, TLS.serverPoint);
    signed(d, at, version, TLS.signatureLength, TLS.signature);
    d.end();
  } else if (keyExchange === 'dhe') {
    d.beginText(start, end - start, 'Diffie-Hellman Server Params');
    const afterP = sized(d, start, TLS.pLength, 2, TLS.p);
    const afterG = sized(d, afterP, TLS.gLength, 2, TLS.g);
    const at = sized(d, afterG, TLS.ysLength, 2, TLS.ys);
    signed(d, at, version, TLS.signatureLength, TLS.signature);
    d.end();
  }
}

function clientKeyExchange(d: Dissection, start: number, end: number, { keyExchange }: HandshakeContext): void {
  switch (keyExchange) {
    case 'ecdhe':
      d.beginText(start, end - start, 'EC Diffie-Hellman Client Params');
      sized(d, start, TLS.clientPointLength, 1, TLS.clientPoint);
      break;
    case 'dhe':
      d.beginText(start, end - start, 'Diffie-Hellman Client Params');
      sized(d, start, TLS.ycLength, 2, TLS.yc);
      break;
    case 'rsa':
      d.beginText(start, end - start, 'RSA Encrypted PreMaster Secret');
      sized(d, start, TLS.epmsLength, 2, TLS.epms);
      break;
    case undefined:
      return;
  }
  d.end();
}

function certificateRequest(d: Dissection, start: number, end: number, version: number): void {
  if (version >= TLS_VERSION.tls13) {
    dissectExtensions(
      d,
      sized(d, start, TLS.requestContextLength, 1, TLS.requestContext),
      end,
      TYPE.certificateRequest,
    );
    return;
  }
  let at = numbers(d, start, TLS.certTypesCount, 1, TLS.certTypes, TLS.certType, 1, 'type');
  if (version >= TLS_VERSION.tls12) at = schemes(d, at);
  d.add(TLS.dnamesLength, at, 2);
  const length = d.u16(at);
  if (length === 0) return;
  d.begin(TLS.dnames, at + 2, length);
  if (d.building) d.labelOpen(`Distinguished Names (${length} bytes)`);
  for (let next = at + 2; next < at + 2 + length;) {
    d.add(TLS.dnameLength, next, 2);
    const size = d.u16(next);
    // The name without the header of its sequence, which is short.
    if (size > 2) d.add(TLS.dname, next + 4, size - 2);
    next += 2 + size;
  }
  d.end();
}

function body(d: Dissection, type: number, start: number, end: number, context: HandshakeContext): void {
  const { version } = context;
  switch (type) {
    case TYPE.clientHello:
      return clientHello(d, start, end, version);
    case TYPE.serverHello:
      return serverHello(d, start, end, version);
    case TYPE.newSessionTicket:
      return newSessionTicket(d, start, end, version);
    case TYPE.encryptedExtensions:
      return void dissectExtensions(d, start, end, type);
    case TYPE.certificate:
      return certificates(d, start, version);
    case TYPE.serverKeyExchange:
      return serverKeyExchange(d, start, end, context);
    case TYPE.certificateRequest:
      return certificateRequest(d, start, end, version);
    case TYPE.certificateVerify:
      return signed(d, start, version, TLS.verifySignatureLength, TLS.verifySignature);
    case TYPE.clientKeyExchange:
      return clientKeyExchange(d, start, end, context);
    case TYPE.finished:
      return d.add(TLS.verifyData, start, end - start);
    case TYPE.certificateStatus:
      return ocspResponse(d, start);
    case TYPE.keyUpdate:
      return d.add(TLS.keyUpdate, start, 1);
    default:
  }
}

/** Shows the message at `[start, end)`, header and all. */
export function dissectHandshake(d: Dissection, start: number, end: number, context: HandshakeContext): void {
  const type = d.u8(start);
  d.begin(TLS.handshake, start, end - start);
  if (d.building) d.labelOpen(`Handshake Protocol: ${handshakeName(type)}`);
  d.add(TLS.handshakeType, start, 1);
  d.add(TLS.handshakeLength, start + 1, 3);
  body(d, type, start + 4, end, context);
  d.end();
}

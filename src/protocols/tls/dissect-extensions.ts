/** The extensions of a handshake message. */
import type { Dissection } from '../core/dissect.ts';
import type { FieldDef } from '../core/field.ts';
import { TLS, TLS_EXTENSION as EXT } from './dissect-fields.ts';
import { EXTENSION, EXTENSION_NAMES, HANDSHAKE_TYPE, NAMED_GROUP_NAMES } from './fields.ts';

/** A vector: its length, then the items until its end. Returns the offset behind it. */
function list(
  d: Dissection,
  at: number,
  lengthBytes: 1 | 2,
  lengthField: FieldDef,
  item: (at: number, end: number) => number,
): number {
  d.add(lengthField, at, lengthBytes);
  const start = at + lengthBytes;
  const end = start + (lengthBytes === 1 ? d.u8(at) : d.u16(at));
  d.need(start, end - start);
  for (let next = start; next < end;) next = item(next, end);
  return end;
}

/** A list of numbers below a heading that counts them. */
export function numbers(
  d: Dissection,
  at: number,
  lengthField: FieldDef,
  lengthBytes: 1 | 2,
  heading: FieldDef,
  item: FieldDef,
  itemBytes: 1 | 2,
  noun: string,
): number {
  d.add(lengthField, at, lengthBytes);
  const length = lengthBytes === 1 ? d.u8(at) : d.u16(at);
  const start = at + lengthBytes;
  const count = Math.floor(length / itemBytes);
  d.begin(heading, start, length);
  if (d.building) d.labelOpen(`${heading.label} (${count}${noun === '' ? '' : ` ${noun}${count === 1 ? '' : 's'}`})`);
  for (let which = 0; which < count; which++) {
    const place = start + which * itemBytes;
    if (item === TLS.scheme) scheme(d, place);
    else d.add(item, place, itemBytes);
  }
  d.end();
  return start + length;
}

export function scheme(d: Dissection, at: number): void {
  d.begin(TLS.scheme, at, 2);
  d.add(TLS.schemeHash, at, 1);
  d.add(TLS.schemeSignature, at + 1, 1);
  d.end();
}

export function schemes(d: Dissection, at: number): number {
  return numbers(d, at, TLS.schemesLength, 2, TLS.schemes, TLS.scheme, 2, 'algorithm');
}

function serverName(d: Dissection, start: number, end: number): void {
  d.beginText(start, end - start, 'Server Name Indication extension');
  list(d, start, 2, EXT.nameListLength, (at) => {
    d.add(EXT.nameType, at, 1);
    d.add(EXT.nameLength, at + 1, 2);
    const length = d.u16(at + 1);
    d.add(EXT.name, at + 3, length);
    return at + 3 + length;
  });
  d.end();
}

function keyShareEntry(d: Dissection, at: number): number {
  const length = d.u16(at + 2);
  const group = d.u16(at);
  const name = NAMED_GROUP_NAMES[group] ?? `Unknown (${group})`;
  d.beginText(at, 4 + length, d.building ? `Key Share Entry: Group: ${name}, Key Exchange length: ${length}` : '');
  d.add(EXT.shareGroup, at, 2);
  d.add(EXT.shareLength, at + 2, 2);
  d.add(EXT.share, at + 4, length);
  d.end();
  return at + 4 + length;
}

function keyShare(d: Dissection, start: number, end: number, message: number): void {
  d.beginText(start, end - start, 'Key Share extension');
  if (message === HANDSHAKE_TYPE.clientHello) list(d, start, 2, EXT.sharesLength, (at) => keyShareEntry(d, at));
  // RFC 8446 §4.2.8: a HelloRetryRequest has the group alone.
  else if (end - start === 2) d.add(EXT.selectedGroup, start, 2);
  else keyShareEntry(d, start);
  d.end();
}

function alpn(d: Dissection, start: number, end: number): void {
  d.add(EXT.alpnLength, start, 2);
  d.begin(EXT.alpnList, start + 2, end - start - 2);
  for (let at = start + 2; at < end;) {
    const length = d.u8(at);
    d.add(EXT.alpnStringLength, at, 1);
    d.add(EXT.alpnString, at + 1, length);
    at += 1 + length;
  }
  d.end();
}

function statusRequest(d: Dissection, start: number): void {
  d.add(TLS.statusType, start, 1);
  d.add(EXT.responderIdsLength, start + 1, 2);
  const behind = start + 3 + d.u16(start + 1);
  d.add(EXT.requestExtsLength, behind, 2);
}

function content(d: Dissection, type: number, start: number, end: number, message: number): void {
  const isClientHello = message === HANDSHAKE_TYPE.clientHello;
  switch (type) {
    case EXTENSION.serverName:
      if (end > start) serverName(d, start, end);
      return;
    case EXTENSION.maxFragmentLength:
      d.add(EXT.maxFragmentLength, start, 1);
      return;
    case EXTENSION.statusRequest:
      if (end > start && isClientHello) statusRequest(d, start);
      else if (end > start) ocspResponse(d, start);
      return;
    case EXTENSION.supportedGroups:
      numbers(d, start, EXT.groupsLength, 2, EXT.groups, EXT.group, 2, 'group');
      return;
    case EXTENSION.ecPointFormats:
      numbers(d, start, EXT.formatsLength, 1, EXT.formats, EXT.format, 1, '');
      return;
    case EXTENSION.signatureAlgorithms:
    case EXTENSION.signatureAlgorithmsCert:
      schemes(d, start);
      return;
    case EXTENSION.applicationLayerProtocolNegotiation:
      alpn(d, start, end);
      return;
    case EXTENSION.renegotiationInfo: {
      d.beginText(start, end - start, 'Renegotiation Info extension');
      d.add(EXT.renegotiationLength, start, 1);
      const length = d.u8(start);
      if (length > 0) d.add(EXT.renegotiation, start + 1, length);
      d.end();
      return;
    }
    case EXTENSION.supportedVersions:
      if (!isClientHello) d.add(EXT.version, start, 2);
      else {
        list(d, start, 1, EXT.versionsLength, (at) => {
          d.add(EXT.version, at, 2);
          return at + 2;
        });
      }
      return;
    case EXTENSION.pskKeyExchangeModes:
      list(d, start, 1, EXT.pskModesLength, (at) => {
        d.add(EXT.pskMode, at, 1);
        return at + 1;
      });
      return;
    case EXTENSION.keyShare:
      keyShare(d, start, end, message);
      return;
    case EXTENSION.padding:
      d.add(EXT.padding, start, end - start);
      return;
    case EXTENSION.nextProtocolNegotiation:
    case EXTENSION.postHandshakeAuth:
    case EXTENSION.encryptThenMac:
    case EXTENSION.extendedMasterSecret:
      return;
    default:
      d.add(EXT.data, start, end - start);
      if (d.building) d.label(`Data (${end - start} byte${end - start === 1 ? '' : 's'})`);
  }
}

/** RFC 6066 §8. */
export function ocspResponse(d: Dissection, at: number): void {
  d.add(TLS.statusType, at, 1);
  d.begin(TLS.ocspLength, at + 1, 3);
  d.need(at + 4, d.u8(at + 1) * 0x1_0000 + d.u16(at + 2));
  d.end();
}

/** Extensions behind their length, up to `limit`; `message` is the type of the handshake message. Returns the end. */
export function dissectExtensions(d: Dissection, at: number, limit: number, message: number): number {
  if (limit - at < 2) return at;
  d.add(EXT.extensionsLength, at, 2);
  const end = at + 2 + d.u16(at);
  d.need(at, end - at);
  for (let next = at + 2; next < end;) {
    const type = d.u16(next);
    const length = d.u16(next + 2);
    const stop = next + 4 + length;
    const name = EXTENSION_NAMES[type] ?? `Unknown type ${type}`;
    d.beginText(next, 4 + length, d.building ? `Extension: ${name} (len=${length})` : '');
    d.add(EXT.type, next, 2);
    d.add(EXT.length, next + 2, 2);
    content(d, type, next + 4, stop, message);
    d.end();
    next = stop;
  }
  return end;
}

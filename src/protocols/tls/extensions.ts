/** The extensions that the lab's client and server understand (RFC 6066, 8446 §4.2 and others), read and written. */
import { concatBytes, fromLatin1, latin1 } from '../../base/bytes.ts';
import { EXTENSION } from './fields.ts';
import type { TlsExtension } from './handshake.ts';
import { uint, uint16s, vector, WireReader } from './wire.ts';

const NOTHING = new Uint8Array(0);

export function extensionData(extensions: readonly TlsExtension[] | undefined, type: number): Uint8Array | undefined {
  return extensions?.find((one) => one.type === type)?.data;
}

export function emptyExtension(type: number): TlsExtension {
  return { type, data: NOTHING };
}

/** What `read` makes of an extension; undefined when it is absent or not well formed. */
function readExtension<T>(
  extensions: readonly TlsExtension[] | undefined,
  type: number,
  read: (reader: WireReader) => T,
): T | undefined {
  const data = extensionData(extensions, type);
  if (data === undefined) return undefined;
  const reader = new WireReader(data);
  const value = read(reader);
  return reader.failed || reader.left > 0 ? undefined : value;
}

/** RFC 6066 §3. */
export function serverNameExtension(name: string): TlsExtension {
  return { type: EXTENSION.serverName, data: vector(2, concatBytes([uint(0, 1), vector(2, latin1(name))])) };
}

export function readServerName(extensions: readonly TlsExtension[] | undefined): string | undefined {
  return readExtension(extensions, EXTENSION.serverName, (reader) => {
    const list = new WireReader(reader.vector(2));
    list.uint(1);
    return fromLatin1(list.vector(2));
  });
}

/** RFC 6066 §4: codes 1 to 4 are 512 to 4096 bytes. */
export function maxFragmentLengthExtension(code: number): TlsExtension {
  return { type: EXTENSION.maxFragmentLength, data: uint(code, 1) };
}

/** In bytes. */
export function readMaxFragmentLength(extensions: readonly TlsExtension[] | undefined): number | undefined {
  const code = readExtension(extensions, EXTENSION.maxFragmentLength, (reader) => reader.uint(1));
  return code === undefined || code < 1 || code > 4 ? undefined : 256 << code;
}

/** A list of 16-bit numbers behind its length: groups, signature schemes. */
export function numbersExtension(type: number, values: readonly number[]): TlsExtension {
  return { type, data: uint16s(2, values) };
}

export function readNumbers(
  extensions: readonly TlsExtension[] | undefined,
  type: number,
): readonly number[] | undefined {
  return readExtension(extensions, type, (reader) => reader.uint16s(2));
}

/** RFC 5746 §3.2. */
export function renegotiationInfoExtension(verifyData: Uint8Array): TlsExtension {
  return { type: EXTENSION.renegotiationInfo, data: vector(1, verifyData) };
}

export function readRenegotiationInfo(extensions: readonly TlsExtension[] | undefined): Uint8Array | undefined {
  return readExtension(extensions, EXTENSION.renegotiationInfo, (reader) => reader.vector(1));
}

/** RFC 8446 §4.2.1, in a ClientHello. */
export function readSupportedVersions(extensions: readonly TlsExtension[] | undefined): readonly number[] | undefined {
  return readExtension(extensions, EXTENSION.supportedVersions, (reader) => reader.uint16s(1));
}

/** RFC 8446 §4.2.1, in a ServerHello. */
export function selectedVersionExtension(version: number): TlsExtension {
  return { type: EXTENSION.supportedVersions, data: uint(version, 2) };
}

export function readSelectedVersion(extensions: readonly TlsExtension[] | undefined): number | undefined {
  return readExtension(extensions, EXTENSION.supportedVersions, (reader) => reader.uint(2));
}

export interface KeyShare {
  readonly group: number;
  readonly key: Uint8Array;
}

/** RFC 8446 §4.2.8, in a ClientHello. */
export function readKeyShares(extensions: readonly TlsExtension[] | undefined): readonly KeyShare[] | undefined {
  return readExtension(extensions, EXTENSION.keyShare, (reader) => {
    const list = new WireReader(reader.vector(2));
    const shares: KeyShare[] = [];
    while (list.left > 0) shares.push({ group: list.uint(2), key: list.vector(2) });
    if (list.failed) reader.failed = true;
    return shares;
  });
}

/** RFC 8446 §4.2.8, in a ServerHello. */
export function keyShareExtension({ group, key }: KeyShare): TlsExtension {
  return { type: EXTENSION.keyShare, data: concatBytes([uint(group, 2), vector(2, key)]) };
}

/** RFC 8446 §4.2.8, in a HelloRetryRequest. */
export function selectedGroupExtension(group: number): TlsExtension {
  return { type: EXTENSION.keyShare, data: uint(group, 2) };
}

/** RFC 6066 §8: the body of a `status_request` in an entry of TLS 1.3's Certificate (RFC 8446 §4.4.2.1). */
export function certificateStatusExtension(response: Uint8Array): TlsExtension {
  return { type: EXTENSION.statusRequest, data: concatBytes([uint(1, 1), vector(3, response)]) };
}

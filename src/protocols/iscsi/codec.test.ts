/** iSCSI PDUs come back as they went, however the stream is cut and whatever digests it has; keys are negotiated by rule. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexBytes } from '../../../test/support/frames.ts';
import { concatBytes, latin1, toHex } from '../../base/bytes.ts';
import { crc32c } from '../../base/data/crc32c.ts';
import { chapResponse } from './chap.ts';
import { decodePdu, PduReader } from './decode.ts';
import { encodePdu } from './encode.ts';
import { binaryValue, decodeKeys, DEFAULT_KEYS, encodeKeys, negotiate, OPERATIONAL_KEYS } from './keys.ts';
import type { IscsiPdu } from './pdu.ts';

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u8 = fc.nat(255);
const flag = fc.boolean();
const lun = fc.uint8Array({ minLength: 8, maxLength: 8 });
const data = fc.uint8Array({ maxLength: 70 });
const sent = { tag: u32, isImmediate: flag, cmdSn: u32, expStatSn: u32 };
const answer = { tag: u32, statSn: u32, expCmdSn: u32, maxCmdSn: u32 };
const residual = fc.oneof(
  fc.constant({ kind: 'none' as const }),
  fc.record({ kind: fc.constantFrom('underflow' as const, 'overflow' as const), bytes: u32 }),
);
const login = {
  continues: flag,
  currentStage: fc.constantFrom(0, 1, 3),
  versionMax: u8,
  isid: fc.uint8Array({ minLength: 6, maxLength: 6 }),
  tsih: u16,
  data,
};
const transit = fc
  .tuple(flag, fc.constantFrom(0, 1, 3))
  .map(([isTransit, stage]) => ({ isTransit, nextStage: isTransit ? stage : 0 }));
const is = <K extends string>(kind: K): fc.Arbitrary<K> => fc.constant(kind);

const pdu: fc.Arbitrary<IscsiPdu> = fc.oneof(
  fc.record({ kind: is('nop-out'), ...sent, lun, transferTag: u32, data }),
  fc.record({
    kind: is('scsi-command'),
    ...sent,
    isFinal: flag,
    isRead: flag,
    isWrite: flag,
    attribute: fc.nat(4),
    lun,
    expectedLength: u32,
    cdb: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    additionalHeaders: fc.constantFrom(new Uint8Array(0), new Uint8Array(8)),
    data,
  }),
  fc.record({
    kind: is('task-management-request'),
    ...sent,
    function: fc.nat(127),
    lun,
    referencedTag: u32,
    refCmdSn: u32,
    expDataSn: u32,
  }),
  fc
    .tuple(
      fc.record({
        kind: is('login-request'),
        ...login,
        tag: u32,
        cmdSn: u32,
        expStatSn: u32,
        versionMin: u8,
        cid: u16,
      }),
      transit,
    )
    .map(([one, stage]) => ({ ...one, ...stage })),
  fc.record({ kind: is('text-request'), ...sent, isFinal: flag, continues: flag, lun, transferTag: u32, data }),
  fc.record({
    kind: is('data-out'),
    isFinal: flag,
    lun,
    tag: u32,
    transferTag: u32,
    expStatSn: u32,
    dataSn: u32,
    bufferOffset: u32,
    data,
  }),
  fc.record({ kind: is('logout-request'), ...sent, reason: fc.nat(2), cid: u16 }),
  fc.record({
    kind: is('snack'),
    type: fc.nat(3),
    lun,
    tag: u32,
    transferTag: u32,
    expStatSn: u32,
    beginRun: u32,
    runLength: u32,
  }),
  fc.record({ kind: is('nop-in'), ...answer, lun, transferTag: u32, data }),
  fc.record({
    kind: is('scsi-response'),
    ...answer,
    response: u8,
    status: u8,
    residual,
    snackTag: u32,
    expDataSn: u32,
    data,
  }),
  fc.record({ kind: is('task-management-response'), ...answer, response: u8 }),
  fc
    .tuple(fc.record({ kind: is('login-response'), ...login, ...answer, versionActive: u8, status: u16 }), transit)
    .map(([one, stage]) => ({ ...one, ...stage })),
  fc.record({ kind: is('text-response'), ...answer, isFinal: flag, continues: flag, lun, transferTag: u32, data }),
  fc.record({
    kind: is('data-in'),
    ...answer,
    isFinal: flag,
    wantsAcknowledgement: flag,
    status: fc.option(u8, { nil: undefined }),
    residual,
    lun,
    transferTag: u32,
    dataSn: u32,
    bufferOffset: u32,
    data,
  }),
  fc.record({ kind: is('logout-response'), ...answer, response: u8, time2Wait: u16, time2Retain: u16 }),
  fc.record({
    kind: is('ready-to-transfer'),
    ...answer,
    lun,
    transferTag: u32,
    r2tSn: u32,
    bufferOffset: u32,
    desiredLength: u32,
  }),
  fc.record({
    kind: is('async-message'),
    ...answer,
    tag: fc.constant(0xffff_ffff),
    lun,
    event: u8,
    vendorCode: u8,
    parameters: fc.tuple(u16, u16, u16),
    data,
  }),
  fc.record({ kind: is('reject'), ...answer, tag: fc.constant(0xffff_ffff), reason: u8, dataSn: u32, data }),
);

/** What a reader takes out of the pieces of a stream. */
function readAll(reader: PduReader, pieces: readonly Uint8Array[]): readonly IscsiPdu[] {
  const out: IscsiPdu[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let got = reader.next(); got.ok && got.value !== undefined; got = reader.next()) {
      expect(got.value.kind).toBe('pdu');
      out.push(got.value.pdu);
    }
  }
  return out;
}

describe('iSCSI PDUs', () => {
  it('decodes what it encodes, however the stream is cut, with and without digests', () => {
    fc.assert(
      fc.property(
        fc.array(pdu, { minLength: 1, maxLength: 4 }),
        flag,
        flag,
        fc.array(u16, { maxLength: 6 }),
        (pdus, hasHeaderDigest, hasDataDigest, cuts) => {
          const digests = { header: hasHeaderDigest, data: hasDataDigest };
          const stream = concatBytes(pdus.map((one) => encodePdu(one, digests)));
          const places = [0, ...cuts.map((cut) => cut % stream.length).sort((a, b) => a - b), stream.length];
          const reader = new PduReader(8192);
          reader.digests = digests;
          const pieces = places.slice(1).map((end, i) => stream.subarray(places[i], end));
          expect(readAll(reader, pieces)).toEqual(pdus);
        },
      ),
    );
  });

  it('decodes anything without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        decodePdu(bytes, new Uint8Array(0));
        const reader = new PduReader(8192);
        reader.push(bytes);
        for (let got = reader.next(); got.ok && got.value !== undefined; got = reader.next());
      }),
    );
  });

  it('tells a damaged header from damaged data', () => {
    const digests = { header: true, data: true };
    const nop = { kind: 'nop-in', tag: 1, statSn: 1, expCmdSn: 1, maxCmdSn: 2, lun: new Uint8Array(8) } as const;
    const good = encodePdu({ ...nop, transferTag: 7, data: latin1('ping') }, digests);
    const read = (place: number): ReturnType<PduReader['next']> => {
      const reader = new PduReader(8192);
      reader.digests = digests;
      const bytes = good.slice();
      bytes[place] = (bytes[place] ?? 0) ^ 1;
      reader.push(bytes);
      return reader.next();
    };
    expect(read(20)).toMatchObject({ ok: false, error: { rule: 'RFC 7143 §7.7' } });
    expect(read(53)).toMatchObject({ ok: true, value: { kind: 'bad-data-digest' } });
  });

  it('refuses a data segment that is longer than was agreed on', () => {
    const reader = new PduReader(512);
    const request = { kind: 'text-request', tag: 1, isImmediate: false, cmdSn: 1, expStatSn: 1 } as const;
    const rest = { isFinal: true, continues: false, lun: new Uint8Array(8), transferTag: 0xffff_ffff };
    reader.push(encodePdu({ ...request, ...rest, data: new Uint8Array(513) }));
    expect(reader.next()).toMatchObject({ ok: false, error: { rule: 'RFC 7143 §13.12' } });
  });

  it('reads the login of a real initiator', () => {
    const header = hexBytes(
      '43870000 0000018b 80630cba 00000000 5b90a9ff 00000000 55b26a65 00000001 00000000 00000000 00000000 00000000',
    );
    expect(decodePdu(header, latin1('SessionType=Discovery\0'))).toMatchObject({
      ok: true,
      value: { kind: 'login-request', isTransit: true, currentStage: 1, nextStage: 3, cmdSn: 0x55b26a65, expStatSn: 1 },
    });
  });
});

describe('CRC32C', () => {
  it.each([
    [new Uint8Array(32), 0x8a9136aa],
    [new Uint8Array(32).fill(0xff), 0x62a8ab43],
    [Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    [Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ])('is that of RFC 3720 appendix B.4', (bytes, crc) => {
    expect(crc32c(bytes)).toBe(crc);
  });
});

describe('CHAP', () => {
  it('hashes identifier, secret and challenge (RFC 1994 §4.1)', () => {
    // md5("\x01" + "secret" + 00..0f), by `openssl dgst -md5`.
    const challenge = Uint8Array.from({ length: 16 }, (_, i) => i);
    expect(toHex(chapResponse(1, 'secret', challenge))).toBe('740e86463bda3a4d7017d6e0fba0699d');
  });
});

describe('keys', () => {
  const key = fc.stringMatching(/^[A-Z][A-Za-z0-9.]{0,20}$/);
  const value = fc.stringMatching(/^[A-Za-z0-9:.,=-]{0,40}$/);

  it('come back as they went', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, value), { maxLength: 8 }), (keys) => {
        expect(decodeKeys(encodeKeys(keys))).toEqual({ ok: true, value: keys });
      }),
    );
  });

  it.each(['=x', 'NoValue', `${'K'.repeat(64)}=x`, `Key=${'v'.repeat(8193)}`])('refuses what is no pair', (text) => {
    expect(decodeKeys(latin1(text.slice(0, 9000)))).toMatchObject({ ok: false, error: { rule: 'RFC 7143 §6.1' } });
  });

  it.each([
    ['InitialR2T', 'No', 'Yes', 'Yes'],
    ['InitialR2T', 'No', 'No', 'No'],
    ['ImmediateData', 'Yes', 'No', 'No'],
    ['MaxBurstLength', '16776192', '262144', '262144'],
    ['MaxBurstLength', '100', '262144', undefined],
    ['MaxBurstLength', '0x400', '262144', '1024'],
    ['DefaultTime2Wait', '0', '2', '2'],
    ['HeaderDigest', 'CRC32C,None', 'None,CRC32C', 'CRC32C'],
    ['HeaderDigest', 'SHA3', 'None,CRC32C', undefined],
    ['MaxRecvDataSegmentLength', '262144', '8192', '262144'],
    ['ErrorRecoveryLevel', '3', '0', undefined],
    ['ImmediateData', 'Maybe', 'Yes', undefined],
  ] as const)('%s: offered %s, wanted %s, becomes %s', (name, offer, own, result) => {
    expect(negotiate(OPERATIONAL_KEYS[name], offer, own)).toBe(result);
  });

  it('has defaults that are results of negotiation', () => {
    for (const [name, rule] of Object.entries(OPERATIONAL_KEYS)) {
      const standard = DEFAULT_KEYS[name as keyof typeof DEFAULT_KEYS];
      expect([name, negotiate(rule, standard, standard)]).toEqual([name, standard]);
    }
  });

  it('reads binary values', () => {
    expect(toHex(binaryValue('0x1f2') ?? new Uint8Array(0))).toBe('01f2');
    expect(toHex(binaryValue('0bAAEC') ?? new Uint8Array(0))).toBe('000102');
    expect(binaryValue('secret')).toBeUndefined();
  });
});

/** iSCSI in the tree: commands are joined with their answers, digests are known from the login, any bytes are survived. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSession, linesOf, sessionOf, TcpFrames, valueOf } from '../../../test/support/frames.ts';
import { encodeCdb } from '../scsi/cdb.ts';
import { encodeLun } from '../scsi/lun.ts';
import { encodeSense } from '../scsi/sense.ts';
import { concatBytes } from '../../base/bytes.ts';
import { encodePdu, NO_DIGESTS, type Digests } from './encode.ts';
import { encodeKeys } from './keys.ts';
import type { IscsiPdu } from './pdu.ts';

const BOTH: Digests = { header: true, data: true };
const answer = { tag: 7, statSn: 1, expCmdSn: 2, maxCmdSn: 66 };

function loginAnswer(keys: readonly (readonly [string, string])[]): IscsiPdu {
  const stages = { isTransit: true, continues: false, currentStage: 1, nextStage: 3 };
  const rest = { versionMax: 0, versionActive: 0, isid: new Uint8Array(6), tsih: 1, status: 0 };
  return { kind: 'login-response', ...answer, ...stages, ...rest, data: encodeKeys(keys) };
}

function read(lba: number): IscsiPdu {
  const flags = { isImmediate: false, isFinal: true, isRead: true, isWrite: false, attribute: 1 };
  return {
    kind: 'scsi-command',
    tag: 7,
    cmdSn: 1,
    expStatSn: 1,
    ...flags,
    lun: encodeLun(1),
    expectedLength: 512,
    cdb: encodeCdb({ kind: 'read', form: 10, flags: 0, lba, blocks: 1 }),
    additionalHeaders: new Uint8Array(0),
    data: new Uint8Array(0),
  };
}

function connection(digests: Digests, ...answers: readonly IscsiPdu[]): ReturnType<typeof sessionOf> {
  const stream = new TcpFrames(40_000, 3260);
  const digest = digests.header ? 'CRC32C' : 'None';
  stream.add(
    '<',
    encodePdu(
      loginAnswer([
        ['HeaderDigest', digest],
        ['DataDigest', digest],
      ]),
    ),
  );
  stream.add('>', encodePdu(read(0x1234), digests));
  for (const one of answers) stream.add('<', encodePdu(one, digests));
  return sessionOf(stream.frames);
}

const DATA: IscsiPdu = {
  kind: 'data-in',
  ...answer,
  isFinal: true,
  wantsAcknowledgement: false,
  status: 0,
  residual: { kind: 'none' },
  lun: encodeLun(1),
  transferTag: 0xffff_ffff,
  dataSn: 0,
  bufferOffset: 0,
  data: new Uint8Array(510).fill(1),
};

describe('iSCSI in the tree', () => {
  it.each([NO_DIGESTS, BOTH])('joins a command with its data and status, with digests %j', (digests) => {
    const session = connection(digests, DATA);
    expect(session.columns(4).info).toBe('SCSI: Read(10) LUN: 0x01 (LBA: 0x00001234, Len: 1)');
    expect(session.columns(5)).toMatchObject({
      protocol: 'iSCSI',
      info: 'SCSI: Data In (Read(10) Response Data) SCSI: Response (Read(10)) (Good)',
    });
    expect(valueOf(session, 4, 'iscsi.response_frame')).toBe(6);
    expect(valueOf(session, 5, 'iscsi.request_frame')).toBe(5);
    expect(valueOf(session, 5, 'scsi.status')).toBe(0);
    expect(valueOf(session, 5, 'iscsi.headerdigest32') !== undefined).toBe(digests.header);
    checkSession(session);
  });

  it('shows why a command failed', () => {
    const sense = encodeSense({ key: 5, code: 0x2100 });
    const data = concatBytes([Uint8Array.of(0, sense.length), sense]);
    const rest = { response: 0, status: 2, snackTag: 0, expDataSn: 0, residual: { kind: 'none' } } as const;
    const session = connection(NO_DIGESTS, { kind: 'scsi-response', ...answer, ...rest, data });
    expect(session.columns(5).info).toBe('SCSI Response (Check Condition)');
    expect(linesOf(session, 5, 'scsi')).toEqual(
      expect.arrayContaining([
        '  .... 0101 = Sense Key: Illegal Request (0x5)',
        '  Additional Sense Code+Qualifier: Logical Block Address Out Of Range (0x2100)',
      ]),
    );
  });

  it('dissects any bytes, whole and in pieces', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 120 }), { maxLength: 5 }),
        fc.nat(0x3f),
        (parts, opcode) => {
          const stream = new TcpFrames(40_000, 3260);
          stream.add('>', encodePdu(read(1)));
          parts.forEach((part, i) => {
            const head = new Uint8Array(48);
            head[0] = opcode;
            head[7] = part.length;
            head.set(part.subarray(0, 2), 1);
            stream.add(i % 2 === 0 ? '<' : '>', concatBytes([head, part]));
          });
          checkSession(sessionOf(stream.frames));
        },
      ),
      { numRuns: 60 },
    );
  });
});

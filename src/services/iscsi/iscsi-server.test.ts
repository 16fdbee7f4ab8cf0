/** The target logs in whom it should, moves data in every way that was agreed on, and says why it refuses. */
import { describe, expect, it } from 'vitest';
import { concatBytes, latin1, toHex } from '../../base/bytes.ts';
import { chapResponse } from '../../protocols/iscsi/chap.ts';
import { encodePdu } from '../../protocols/iscsi/encode.ts';
import { NO_TAG, TASK_FUNCTION } from '../../protocols/iscsi/fields.ts';
import { binaryValue, decodeKeys } from '../../protocols/iscsi/keys.ts';
import type { IscsiPdu, LoginResponse } from '../../protocols/iscsi/pdu.ts';
import { encodeCdb } from '../../protocols/scsi/cdb.ts';
import { decodeSense } from '../../protocols/scsi/sense.ts';
import { INITIATOR, TestSan, type TestInitiator } from './testing.ts';

const DISK = 'iqn.2026-01.lab.example:disk';
const SECRET = 'iqn.2026-01.lab.example:secret';
const IMAGE = Uint8Array.from({ length: 64 * 512 }, (_, i) => (i >> 9) + 1);

function san(): TestSan {
  return new TestSan(
    {
      targets: [
        { name: DISK, luns: [{ source: { file: '/disk.img' } }, { source: { file: '/disk.img' }, readOnly: true }] },
        {
          name: SECRET,
          luns: [{ source: { emptyMiB: 1 } }],
          chap: { username: 'alice', password: 'wonderland99' },
          mutualChap: { username: 'target', password: 'lookingglass' },
          initiators: [INITIATOR],
        },
        { name: 'iqn.2026-01.lab.example:fast', luns: [{ source: { emptyMiB: 1 } }], initialR2t: false },
      ],
    },
    { '/disk.img': IMAGE },
  );
}

function keysOf({ data }: LoginResponse): Readonly<Record<string, string>> {
  const keys = decodeKeys(data);
  return keys.ok ? Object.fromEntries(keys.value) : {};
}

function dataOf(pdus: readonly IscsiPdu[]): Uint8Array {
  return concatBytes(pdus.flatMap((pdu) => (pdu.kind === 'data-in' ? [pdu.data] : [])));
}

/** Sense key and code of what was answered last. */
function senseOf(pdus: readonly IscsiPdu[]): string {
  const last = pdus.at(-1);
  if (last?.kind !== 'scsi-response') return `no status: ${last?.kind}`;
  if (last.status !== 2) return `status ${last.status}`;
  const sense = decodeSense(last.data.subarray(2));
  return sense.ok ? `${sense.value.key.toString(16)}/${sense.value.code.toString(16).padStart(4, '0')}` : 'bad';
}

/** Logged in, and past the first command, which learns that the disk was switched on. */
function ready(
  net: TestSan,
  name = 'a',
  target = DISK,
  keys: readonly (readonly [string, string])[] = [],
): TestInitiator {
  const initiator = net.connect(name);
  expect(initiator.open(target, keys, `${INITIATOR}-${name}`).status).toBe(0);
  expect(senseOf(initiator.command({ kind: 'test-unit-ready' }))).toBe('6/2900');
  expect(senseOf(initiator.command({ kind: 'test-unit-ready' }, 0, 1))).toBe('6/2900');
  return initiator;
}

describe('login', () => {
  it.each([
    [[], 0x0207, 'iscsi.no-initiator-name'],
    [[['InitiatorName', INITIATOR]], 0x0207, 'iscsi.no-target-name'],
    [
      [
        ['InitiatorName', INITIATOR],
        ['TargetName', 'iqn.2026-01.lab.example:none'],
      ],
      0x0203,
      'iscsi.no-target',
    ],
    [
      [
        ['InitiatorName', 'iqn.1999-01.x:other'],
        ['TargetName', SECRET],
      ],
      0x0202,
      'iscsi.not-allowed',
    ],
    [
      [
        ['InitiatorName', INITIATOR],
        ['TargetName', SECRET],
      ],
      0x0201,
      'iscsi.no-auth-method',
    ],
    [
      [
        ['InitiatorName', INITIATOR],
        ['SessionType', 'Other'],
      ],
      0x0209,
      'iscsi.session-type',
    ],
    [
      [
        ['InitiatorName', INITIATOR],
        ['TargetName', DISK],
        ['TargetName', DISK],
      ],
      0x0200,
      'iscsi.bad-keys',
    ],
    [
      [
        ['InitiatorName', INITIATOR],
        ['TargetName', DISK],
        ['HeaderDigest', 'SHA3'],
      ],
      0x0200,
      'iscsi.bad-keys',
    ],
  ] as const)('is refused with a status: %j', (keys, status, code) => {
    const net = san();
    const initiator = net.connect('a');
    expect(initiator.login(keys).status).toBe(status);
    expect(net.codes).toEqual([code]);
    expect(initiator.isClosed).toBe(true);
  });

  it('settles each key by its rule', () => {
    const net = san();
    const answer = net.connect('a').open(DISK, [
      ['HeaderDigest', 'CRC32C,None'],
      ['InitialR2T', 'No'],
      ['MaxBurstLength', '8192'],
      ['MaxConnections', '8'],
      ['DefaultTime2Wait', '5'],
      ['MaxRecvDataSegmentLength', '4096'],
      ['X-com.example.key', '1'],
    ]);
    expect([answer.status, answer.isTransit, answer.nextStage]).toEqual([0, true, 3]);
    expect(answer.tsih).not.toBe(0);
    expect(keysOf(answer)).toEqual({
      TargetPortalGroupTag: '1',
      HeaderDigest: 'CRC32C',
      InitialR2T: 'Yes',
      MaxBurstLength: '8192',
      MaxConnections: '1',
      DefaultTime2Wait: '5',
      MaxRecvDataSegmentLength: '262144',
      'X-com.example.key': 'NotUnderstood',
    });
    expect(net.codes).toEqual(['iscsi.login']);
  });

  function chap(
    initiator: TestInitiator,
    password: string,
    more: readonly (readonly [string, string])[] = [],
  ): LoginResponse {
    const stay = { currentStage: 0, nextStage: 1, isTransit: false };
    const first = initiator.login(
      [
        ['InitiatorName', INITIATOR],
        ['TargetName', SECRET],
        ['AuthMethod', 'CHAP,None'],
      ],
      stay,
    );
    expect(keysOf(first)['AuthMethod']).toBe('CHAP');
    const challenge = keysOf(initiator.login([['CHAP_A', '5']], stay));
    expect(challenge['CHAP_A']).toBe('5');
    const bytes = binaryValue(challenge['CHAP_C'] ?? '') ?? new Uint8Array(0);
    const response = chapResponse(Number(challenge['CHAP_I']), password, bytes);
    const name: readonly [string, string] = ['CHAP_N', 'alice'];
    return initiator.login([name, ['CHAP_R', `0x${toHex(response)}`], ...more], { currentStage: 0, nextStage: 3 });
  }

  it('takes a right CHAP response, and proves itself when it is asked', () => {
    const net = san();
    const initiator = net.connect('a');
    const challenge = latin1('0123456789abcdef');
    const answer = chap(initiator, 'wonderland99', [
      ['CHAP_I', '7'],
      ['CHAP_C', `0x${toHex(challenge)}`],
    ]);
    expect([answer.status, answer.isTransit]).toEqual([0, true]);
    expect(keysOf(answer)).toEqual({
      CHAP_N: 'target',
      CHAP_R: `0x${toHex(chapResponse(7, 'lookingglass', challenge))}`,
    });
    expect(net.codes).toEqual(['iscsi.login']);
    expect(senseOf(initiator.command({ kind: 'test-unit-ready' }))).toBe('6/2900');
  });

  it('refuses a wrong password', () => {
    const net = san();
    expect(chap(net.connect('a'), 'wrong-password').status).toBe(0x0201);
    expect(net.codes).toEqual(['iscsi.chap-password']);
  });

  it('refuses a second connection and one to a session that is not there', () => {
    const net = san();
    const { tsih } = net.connect('a').open(DISK);
    expect(net.connect('b').login([['InitiatorName', INITIATOR]], undefined, tsih).status).toBe(0x0206);
    expect(net.connect('c').login([['InitiatorName', INITIATOR]], undefined, 999).status).toBe(0x020a);
  });

  it('ends the old session of a machine that logs in again', () => {
    const net = san();
    const old = net.connect('a');
    old.open(DISK);
    const again = net.connect('b');
    again.open(DISK);
    expect([old.isClosed, again.isClosed]).toEqual([true, false]);
    expect(net.codes).toEqual(['iscsi.login', 'iscsi.reinstated', 'iscsi.login']);
  });

  it('lists the targets that an initiator may use', () => {
    const net = san();
    const initiator = net.connect('a');
    expect(
      initiator.login([
        ['InitiatorName', 'iqn.1999-01.x:other'],
        ['SessionType', 'Discovery'],
      ]).status,
    ).toBe(0);
    const text = { tag: 5, isImmediate: true, cmdSn: 100, expStatSn: 1, isFinal: true, continues: false } as const;
    const [answer] = initiator.exchange({
      kind: 'text-request',
      ...text,
      lun: new Uint8Array(8),
      transferTag: NO_TAG,
      data: latin1('SendTargets=All\0'),
    });
    const keys = answer?.kind === 'text-response' ? decodeKeys(answer.data) : undefined;
    expect(keys?.ok === true ? keys.value : []).toEqual([
      ['TargetName', DISK],
      ['TargetAddress', '10.0.0.1:3260,1'],
      ['TargetName', 'iqn.2026-01.lab.example:fast'],
      ['TargetAddress', '10.0.0.1:3260,1'],
    ]);
    expect(initiator.command({ kind: 'test-unit-ready' })).toMatchObject([{ kind: 'reject', reason: 5 }]);
  });
});

describe('commands', () => {
  it('reads, in segments that the initiator takes, with digests', () => {
    const net = san();
    const initiator = net.connect('a');
    const keys = [
      ['HeaderDigest', 'CRC32C'],
      ['DataDigest', 'CRC32C'],
      ['MaxRecvDataSegmentLength', '1024'],
    ] as const;
    initiator.open(DISK, keys);
    initiator.digests = { header: true, data: true };
    initiator.reader.digests = initiator.digests;
    initiator.command({ kind: 'test-unit-ready' });
    const pdus = initiator.command({ kind: 'read', form: 10, flags: 0, lba: 3, blocks: 5 }, 5 * 512);
    expect(pdus.map((pdu) => (pdu.kind === 'data-in' ? [pdu.dataSn, pdu.bufferOffset, pdu.status] : pdu.kind))).toEqual(
      [
        [0, 0, undefined],
        [1, 1024, undefined],
        [2, 2048, 0],
      ],
    );
    expect(toHex(dataOf(pdus))).toBe(toHex(IMAGE.subarray(3 * 512, 8 * 512)));
  });

  it.each([
    ['the command alone and R2Ts', DISK, 0, [['ImmediateData', 'No']]],
    ['data with the command and R2Ts', DISK, 512, []],
    [
      'data that comes by itself',
      'iqn.2026-01.lab.example:fast',
      512,
      [
        ['InitialR2T', 'No'],
        ['FirstBurstLength', '1024'],
      ],
    ],
  ] as const)('writes by %s', (_, target, immediateBytes, keys) => {
    const net = san();
    const initiator = net.connect('a');
    initiator.open(target, [['MaxBurstLength', '1024'], ...keys]);
    initiator.command({ kind: 'test-unit-ready' });
    const data = Uint8Array.from({ length: 5 * 512 }, (_unused, i) => i & 0xff);
    const isUnsolicited = target !== DISK;
    const pdu = initiator.commandPdu(encodeCdb({ kind: 'write', form: 10, flags: 0, lba: 8, blocks: 5 }), data.length, {
      isWrite: true,
      isFinal: !isUnsolicited,
      data: data.subarray(0, immediateBytes),
    });
    let answers = isUnsolicited
      ? initiator.exchange(pdu, initiator.dataOut(pdu.tag, NO_TAG, 512, data.subarray(512, 1024)))
      : initiator.exchange(pdu);
    const asked: number[] = [];
    for (let last = answers.at(-1); last?.kind === 'ready-to-transfer'; last = answers.at(-1)) {
      const { bufferOffset, desiredLength, transferTag } = last;
      asked.push(bufferOffset, desiredLength);
      const piece = data.subarray(bufferOffset, bufferOffset + desiredLength);
      answers = initiator.exchange(initiator.dataOut(pdu.tag, transferTag, bufferOffset, piece));
    }
    expect(asked).toEqual(
      { 0: [0, 1024, 1024, 1024, 2048, 512], 512: isUnsolicited ? [1024, 1024, 2048, 512] : [512, 1024, 1536, 1024] }[
        immediateBytes
      ],
    );
    expect(senseOf(answers)).toBe('status 0');
    const back = initiator.command({ kind: 'read', form: 16, flags: 0, lba: 8, blocks: 5 }, data.length);
    expect(toHex(dataOf(back))).toBe(toHex(data));
  });

  it.each([
    ['beyond the end', { kind: 'read', form: 10, flags: 0, lba: 64, blocks: 1 }, 0, '5/2100'],
    ['with protection', { kind: 'read', form: 10, flags: 0x20, lba: 0, blocks: 1 }, 0, '5/2400'],
    ['of a LUN that is not there', { kind: 'read', form: 10, flags: 0, lba: 0, blocks: 1 }, 7, '5/2500'],
    ['of a page that is not there', { kind: 'inquiry', vpdPage: 0xc0, allocation: 255 }, 0, '5/2400'],
  ] as const)('fails to read %s', (_, command, lun, sense) => {
    expect(senseOf(ready(san()).command(command, 512, lun))).toBe(sense);
  });

  it('does not write to a read-only disk', () => {
    const initiator = ready(san());
    const cdb = encodeCdb({ kind: 'write', form: 10, flags: 0, lba: 0, blocks: 1 });
    expect(
      senseOf(initiator.exchange(initiator.commandPdu(cdb, 512, { isWrite: true, data: new Uint8Array(512) }, 1))),
    ).toBe('7/2700');
  });

  it('says how much less or more a command moves than was expected', () => {
    const initiator = ready(san());
    const read = (expected: number): IscsiPdu | undefined =>
      initiator.command({ kind: 'read', form: 10, flags: 0, lba: 0, blocks: 2 }, expected).at(-1);
    expect(read(4096)).toMatchObject({ residual: { kind: 'underflow', bytes: 3072 } });
    expect(read(700)).toMatchObject({ residual: { kind: 'overflow', bytes: 324 } });
    expect(read(1024)).toMatchObject({ residual: { kind: 'none' } });
  });

  it('carries commands out in their order, and ignores what lies outside the window', () => {
    const initiator = ready(san());
    const first = initiator.commandPdu(encodeCdb({ kind: 'test-unit-ready' }), 0);
    const second = initiator.commandPdu(encodeCdb({ kind: 'test-unit-ready' }), 0);
    expect(initiator.exchange(second, first).map(({ tag }) => tag)).toEqual([first.tag, second.tag]);
    expect(initiator.exchange({ ...second, tag: 500 }, { ...second, tag: 501, cmdSn: second.cmdSn + 1000 })).toEqual(
      [],
    );
    expect(initiator.nop(latin1('ping'))).toMatchObject([{ kind: 'nop-in', tag: 77, data: latin1('ping') }]);
  });

  it('gives up a write whose data comes out of order', () => {
    const initiator = ready(san());
    const cdb = encodeCdb({ kind: 'write', form: 10, flags: 0, lba: 0, blocks: 2 });
    const pdu = initiator.commandPdu(cdb, 1024, { isWrite: true });
    const [r2t] = initiator.exchange(pdu);
    const tag = r2t?.kind === 'ready-to-transfer' ? r2t.transferTag : 0;
    expect(senseOf(initiator.exchange(initiator.dataOut(pdu.tag, tag, 0, new Uint8Array(1024), 5)))).toBe('b/0c0d');
    expect(dataOf(initiator.command({ kind: 'read', form: 10, flags: 0, lba: 0, blocks: 1 }, 512))[0]).toBe(1);
  });

  it('refuses data with a wrong digest', () => {
    const net = san();
    const initiator = net.connect('a');
    initiator.open(DISK, [['DataDigest', 'CRC32C']]);
    initiator.digests = { header: false, data: true };
    initiator.reader.digests = initiator.digests;
    initiator.command({ kind: 'test-unit-ready' });
    const cdb = encodeCdb({ kind: 'write', form: 10, flags: 0, lba: 0, blocks: 1 });
    const bytes = encodePdu(
      initiator.commandPdu(cdb, 512, { isWrite: true, data: new Uint8Array(512) }),
      initiator.digests,
    );
    bytes[100] = 1;
    initiator.sendRaw(bytes);
    expect(initiator.received.at(-1)).toMatchObject({ kind: 'reject', reason: 2 });
  });

  it('forgets a write that is aborted, and tells the others of a reset', () => {
    const net = san();
    const one = ready(net, 'a');
    const other = ready(net, 'b');
    const cdb = encodeCdb({ kind: 'write', form: 10, flags: 0, lba: 0, blocks: 1 });
    const pdu = one.commandPdu(cdb, 512, { isWrite: true });
    one.exchange(pdu);
    const manage = { kind: 'task-management-request', isImmediate: true, expStatSn: 0, expDataSn: 0 } as const;
    const request = (what: number): readonly IscsiPdu[] => {
      const numbers = { tag: 900, cmdSn: one.cmdSn, refCmdSn: pdu.cmdSn, referencedTag: pdu.tag };
      return one.exchange({ ...manage, ...numbers, function: what, lun: new Uint8Array(8) });
    };
    expect(request(TASK_FUNCTION.abortTask)).toMatchObject([{ response: 0 }]);
    expect(request(TASK_FUNCTION.abortTask)).toMatchObject([{ response: 1 }]);
    expect(request(TASK_FUNCTION.logicalUnitReset)).toMatchObject([{ response: 0 }]);
    expect(senseOf(other.command({ kind: 'test-unit-ready' }))).toBe('6/2903');
  });

  it('keeps what was written when the client logs out, and warns of a second writer', () => {
    const net = san();
    const write = (initiator: TestInitiator, value: number): void => {
      const cdb = encodeCdb({ kind: 'write', form: 10, flags: 0, lba: 5, blocks: 1 });
      const pdu = initiator.commandPdu(cdb, 512, { isWrite: true, data: new Uint8Array(512).fill(value) });
      expect(senseOf(initiator.exchange(pdu))).toBe('status 0');
    };
    const one = ready(net, 'a');
    write(one, 0xaa);
    const out = { kind: 'logout-request', tag: 9, isImmediate: true, expStatSn: 0, reason: 0, cid: 0 } as const;
    expect(one.exchange({ ...out, cmdSn: one.cmdSn })).toMatchObject([{ kind: 'logout-response', response: 0 }]);
    expect(one.isClosed).toBe(true);
    const other = ready(net, 'b');
    const back = other.command({ kind: 'read', form: 6, flags: 0, lba: 5, blocks: 1 }, 512);
    expect(dataOf(back)[0]).toBe(0xaa);
    expect(net.codes.includes('iscsi.two-writers')).toBe(false);
    write(other, 0xbb);
    write(other, 0xcc);
    expect(net.codes.filter((code) => code === 'iscsi.two-writers')).toHaveLength(1);
  });
});

describe('a stranger', () => {
  it.each([
    ['no iSCSI', latin1('GET / HTTP/1.1\r\nHost: san\r\nAccept: */*\r\nUser-Agent: somebody\r\n\r\n')],
    ['zeros', new Uint8Array(200)],
    ['what only targets send', new Uint8Array(48).fill(0x3f)],
  ])('who sends %s is cut off', (_, bytes) => {
    const net = san();
    const initiator = net.connect('a');
    initiator.sendRaw(bytes);
    expect(initiator.isClosed).toBe(true);
    expect(net.codes).toEqual(['iscsi.protocol']);
  });
});

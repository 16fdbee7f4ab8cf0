/** The iSCSI target answers as a real tgt did: keys, statuses, sense data, residuals and data (`tools/record/tgt.py`). */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, latin1, readU16, toHex } from '../../src/base/bytes.ts';
import { chapResponse } from '../../src/protocols/iscsi/chap.ts';
import { NO_TAG } from '../../src/protocols/iscsi/fields.ts';
import { binaryValue, decodeKeys } from '../../src/protocols/iscsi/keys.ts';
import type { IscsiPdu, LoginResponse, Residual } from '../../src/protocols/iscsi/pdu.ts';
import { TestSan, type TestInitiator } from '../../src/services/iscsi/testing.ts';

type Key = readonly [string, string];

interface Command {
  readonly cdb: string;
  readonly length: number;
  readonly lun?: number;
  /** Each byte that is written. */
  readonly write?: number;
  /** So many bytes of the data are compared, when not all are. */
  readonly compare?: number;
}

interface CommandResult {
  readonly status: number;
  /** More than expected, or less. */
  readonly residual: number;
  readonly sense?: readonly [number, number];
  readonly bytes?: number;
  readonly data?: string;
  readonly md5?: string;
}

interface Case {
  readonly name: string;
  readonly login: readonly {
    readonly stage: readonly [number, number | null];
    readonly keys: readonly Key[];
    readonly chap?: readonly [string, string];
    readonly mutual?: boolean;
  }[];
  readonly commands?: readonly Command[];
  readonly text?: string;
  readonly result: {
    readonly login: readonly { readonly flags: number; readonly status: number; readonly keys: readonly Key[] }[];
    readonly commands?: readonly CommandResult[];
    readonly text?: readonly string[];
  };
}

interface Recorded {
  readonly blocks: number;
  readonly targets: readonly { readonly name: string; readonly chap?: Key; readonly mutual?: Key }[];
  readonly cases: readonly Case[];
}

const recorded = JSON.parse(readFileSync(new URL('fixtures/tgt.json', import.meta.url), 'utf8')) as Recorded;

function san(): TestSan {
  const account = ([username, password]: Key): { readonly username: string; readonly password: string } => ({
    username,
    password,
  });
  const image = Uint8Array.from({ length: recorded.blocks * 512 }, (_, i) => (i >> 9) & 255);
  const targets = recorded.targets.map(({ name, chap, mutual }) => ({
    name,
    luns: [{ lun: 1, source: { file: '/disk.img' } }],
    ...(chap === undefined ? {} : { chap: account(chap) }),
    ...(mutual === undefined ? {} : { mutualChap: account(mutual) }),
  }));
  return new TestSan({ targets }, { '/disk.img': image });
}

function keysOf({ data }: LoginResponse): readonly Key[] {
  const keys = decodeKeys(data);
  return keys.ok ? keys.value : [];
}

/** What tgt and this target say differently, and may. */
const OWN_KEYS = new Set([
  // tgt says it in sessions of discovery too; this target says how much it takes, tgt leaves it at the default.
  'TargetPortalGroupTag',
  'MaxRecvDataSegmentLength',
  // Random; and of a login that is refused nobody reads the keys.
  'CHAP_I',
  'CHAP_C',
]);

function settled(keys: readonly Key[], status: number): readonly string[] {
  if (status !== 0) return [];
  return keys.filter(([key]) => !OWN_KEYS.has(key)).map(([key, value]) => `${key}=${value}`);
}

function logIn(initiator: TestInitiator, { login }: Case): readonly LoginResponse[] {
  const answers: LoginResponse[] = [];
  for (const { stage, keys, chap, mutual } of login) {
    const said = new Map(answers.flatMap(keysOf));
    const more: Key[] = [];
    if (chap !== undefined) {
      const challenge = binaryValue(said.get('CHAP_C') ?? '') ?? new Uint8Array(0);
      const response = chapResponse(Number(said.get('CHAP_I')), chap[1], challenge);
      more.push(['CHAP_N', chap[0]], ['CHAP_R', `0x${toHex(response)}`]);
      if (mutual === true) more.push(['CHAP_I', '7'], ['CHAP_C', `0x${toHex(latin1('0123456789abcdef'))}`]);
    }
    const [currentStage, nextStage] = stage;
    const stages = { currentStage, nextStage: nextStage ?? 0, isTransit: nextStage !== null };
    const answer = initiator.login([...keys, ...more], stages);
    answers.push(answer);
    if (answer.status !== 0) break;
  }
  return answers;
}

function residualOf(residual: Residual): number {
  if (residual.kind === 'none') return 0;
  return residual.kind === 'overflow' ? residual.bytes : -residual.bytes;
}

function run(initiator: TestInitiator, { cdb, length, lun = 1, write }: Command): CommandResult {
  const data = new Uint8Array(length).fill(write ?? 0);
  const isWrite = write !== undefined;
  const pdu = initiator.commandPdu(fromHex(cdb) ?? new Uint8Array(16), length, isWrite ? { isWrite } : {}, lun);
  let answers: readonly IscsiPdu[] = initiator.exchange(pdu);
  for (let last = answers.at(-1); last?.kind === 'ready-to-transfer'; last = answers.at(-1)) {
    const { transferTag, bufferOffset, desiredLength } = last;
    const piece = data.subarray(bufferOffset, bufferOffset + desiredLength);
    answers = initiator.exchange(initiator.dataOut(pdu.tag, transferTag, bufferOffset, piece));
  }
  const got = concatBytes(answers.flatMap((one) => (one.kind === 'data-in' ? [one.data] : [])));
  const last = answers.at(-1);
  if (last?.kind !== 'data-in' && last?.kind !== 'scsi-response') return { status: -1, residual: 0 };
  const sense = last.kind === 'scsi-response' ? last.data.subarray(2) : new Uint8Array(0);
  return {
    status: last.status ?? -1,
    residual: residualOf(last.residual),
    ...(sense.length === 0 ? {} : { sense: [(sense[2] ?? 0) & 0xf, readU16(sense, 12)] as const }),
    ...(got.length === 0
      ? {}
      : { bytes: got.length, data: toHex(got.subarray(0, 64)), md5: createHash('md5').update(got).digest('hex') }),
  };
}

/** Answers of tgt that are not right, by case and command, with the reason. */
const NOT_AS_TGT: Readonly<Record<string, string>> = {
  'more and less than was expected 28000000000300000200000000000000 0':
    'two blocks are more than the nothing that was expected (RFC 7143 §11.4.5.1): tgt says so for 700 bytes, not for 0',
  'a LUN that is not there 28000000000000000100000000000000 512':
    'tgt sends 512 bytes of its memory before it says that there is no such LUN',
};

describe('tgt', () => {
  for (const one of recorded.cases) {
    it(`answers alike: ${one.name}`, () => {
      const net = san();
      const initiator = net.connect('a');
      const logins = logIn(initiator, one).map((answer) => ({
        status: answer.status,
        isTransit: answer.isTransit,
        nextStage: answer.nextStage,
        keys: settled(keysOf(answer), answer.status),
      }));
      const theirs = one.result.login.map(({ flags, status, keys }) => ({
        status,
        isTransit: (flags & 0x80) !== 0,
        nextStage: (flags & 0x80) === 0 ? 0 : flags & 3,
        keys: settled(keys, status),
      }));
      expect(logins).toEqual(theirs);
      for (const [index, command] of (one.commands ?? []).entries()) {
        const expected = one.result.commands?.[index];
        const ours = run(initiator, command);
        if (NOT_AS_TGT[`${one.name} ${command.cdb} ${command.length}`] !== undefined) continue;
        if (command.compare === undefined) {
          expect([command.cdb, ours]).toEqual([command.cdb, expected]);
          continue;
        }
        // Names, lists and pages are each target's own: their beginning, and that they are no error, count.
        const part = (data: string | undefined): string | undefined => data?.slice(0, 2 * (command.compare ?? 0));
        expect([command.cdb, ours.status, ours.sense]).toEqual([command.cdb, expected?.status, expected?.sense]);
        if (command.cdb.startsWith('12')) expect(part(ours.data)?.slice(0, 2)).toBe(part(expected?.data)?.slice(0, 2));
        else expect(part(ours.data)).toBe(part(expected?.data));
      }
      if (one.text !== undefined) {
        const rest = { isImmediate: true, cmdSn: 100, expStatSn: 1, isFinal: true, continues: false, tag: 5 } as const;
        const text = { lun: new Uint8Array(8), transferTag: NO_TAG, data: latin1(`${one.text}\0`) };
        const [answer] = initiator.exchange({ kind: 'text-request', ...rest, ...text });
        const keys = answer?.kind === 'text-response' ? decodeKeys(answer.data) : undefined;
        const names = (keys?.ok === true ? keys.value : []).map(([key, value]) => `${key}=${value}`);
        expect(names.map((line) => line.replace('10.0.0.1', '127.0.0.1'))).toEqual(one.result.text);
      }
    });
  }
});

/**
 * Our iSCSI initiator against what tgt 1.0.85 said to the real `ipxe.lkrn` of Debian in QEMU: each PDU that ours sends is
 * the one that the real one sent, and so are what it prints and the iBFT that it leaves in memory.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, fromLatin1, latin1, readU32, toHex, writeU32 } from '../../src/base/bytes.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import { runScript, type Bench } from '../../src/firmware/ipxe/testing.ts';
import { TestServer } from '../../src/firmware/ipxe/testing-server.ts';
import { chapResponse } from '../../src/protocols/iscsi/chap.ts';
import { BHS_BYTES, ISCSI_PORT } from '../../src/protocols/iscsi/fields.ts';
import { binaryValue } from '../../src/protocols/iscsi/keys.ts';

interface Recorded {
  readonly sessions: Readonly<Record<string, readonly string[]>>;
  readonly tables: Readonly<Record<string, string>>;
}
const recorded = JSON.parse(readFileSync(new URL('fixtures/iscsi-tgt.json', import.meta.url), 'utf8')) as Recorded;

const TAG_AT = 16;
const ISID_QUALIFIER_AT = 12;
const LOGIN_REQUEST = 0x43;

function bytesOf(hex: string | undefined): Uint8Array {
  const bytes = fromHex(hex ?? '');
  if (bytes === undefined) throw new Error(`not hexadecimal: ${hex}`);
  return bytes;
}

/** Without what chance has chosen: the session's qualifier and the challenge; tags count from the first. */
function comparable(pdu: Uint8Array, firstTag: number): string {
  const out = pdu.slice();
  writeU32(out, TAG_AT, readU32(out, TAG_AT) - firstTag);
  if (out[0] !== LOGIN_REQUEST) return toHex(out);
  out.fill(0, ISID_QUALIFIER_AT, ISID_QUALIFIER_AT + 2);
  const isChallenge = fromLatin1(out, BHS_BYTES).includes('CHAP_C=');
  // The length of an identifier in digits differs too.
  const head = out.subarray(isChallenge ? 8 : 0, BHS_BYTES);
  const text = fromLatin1(out, BHS_BYTES).replace(/CHAP_I=\d+\0CHAP_C=0x[0-9a-f]{32}\0+/, 'CHALLENGE');
  return `${toHex(head)} ${text}`;
}

/** Plays the target's part; what the initiator sends is held against the recording. */
class Replay {
  readonly differences: string[] = [];
  sent = 0;

  constructor(bench: Bench, lines: readonly string[], reverseSecret: string) {
    const server = new TestServer(bench, { address: '10.0.2.2' });
    const pdus = lines.map((line) => ({ isOurs: line.startsWith('i'), bytes: bytesOf(line.slice(2)) }));
    const firstTag = readU32(itemAt(pdus, 0).bytes, TAG_AT);
    let next = 0;
    server.host.listenTcp(ISCSI_PORT, (connection) => {
      let held: Uint8Array = new Uint8Array(0);
      let ourFirstTag: number | undefined;
      let challenge = '';
      connection.onData = (data) => {
        held = concatBytes([held, data]);
        for (;;) {
          if (held.length < BHS_BYTES) return;
          const length = BHS_BYTES + Math.ceil((readU32(held, 4) & 0xff_ffff) / 4) * 4;
          if (held.length < length) return;
          const pdu = held.slice(0, length);
          held = held.subarray(length);
          ourFirstTag ??= readU32(pdu, TAG_AT);
          const expected = pdus[next++];
          this.sent++;
          const ours = comparable(pdu, ourFirstTag);
          const theirs = expected?.isOurs === true ? comparable(expected.bytes, firstTag) : 'nothing';
          if (ours !== theirs) this.differences.push(`ours   ${ours}\ntheirs ${theirs}`);
          challenge = /CHAP_I=\d+\0CHAP_C=0x[0-9a-f]+/.exec(fromLatin1(pdu, BHS_BYTES))?.[0] ?? challenge;
          for (let answer = pdus[next]; answer !== undefined && !answer.isOurs; answer = pdus[++next]) {
            const bytes = proveTarget(answer.bytes, challenge, reverseSecret);
            writeU32(bytes, TAG_AT, readU32(bytes, TAG_AT) - firstTag + ourFirstTag);
            connection.write(bytes);
          }
        }
      };
      connection.onEnd = () => connection.end();
    });
  }
}

/** The recorded proof of the target answers another challenge than ours. */
function proveTarget(pdu: Uint8Array, challenge: string, secret: string): Uint8Array {
  const text = fromLatin1(pdu, BHS_BYTES);
  const parts = /CHAP_I=(\d+)\0CHAP_C=(0x[0-9a-f]+)/.exec(challenge);
  if (!text.startsWith('CHAP_N=') || parts === null) return pdu.slice();
  const proof = chapResponse(Number(parts[1]), secret, binaryValue(parts[2] ?? '') ?? new Uint8Array(0));
  const changed = text.replace(/CHAP_R=0x[0-9a-f]{32}/, `CHAP_R=0x${toHex(proof)}`);
  return concatBytes([pdu.subarray(0, BHS_BYTES), latin1(changed)]);
}

const SETUP =
  'ifopen net0\nset net0/ip 10.0.2.15\nset net0/netmask 255.255.255.0\nset net0/gateway 10.0.2.2\nset hostname pc1\n';
const JOE = 'set username joe\nset password secretsecret\n';
const BACK = 'set reverse-username back\nset reverse-password backbackback\n';

function play(session: string, script: string): { output: string; bench: Bench; replay: Replay } {
  let replay: Replay | undefined;
  const { output, bench } = runScript(SETUP + script, {
    seconds: 100,
    prepare: (made) => {
      replay = new Replay(made, recorded.sessions[session] ?? [], 'backbackback');
    },
  });
  if (replay === undefined) throw new Error('a target');
  return { output, bench, replay };
}

const hook = (lun: string, target: string): string => `sanhook iscsi:10.0.2.2:::${lun}:iqn.2026-01.test:${target} ||\n`;
const failed = (text: string): string => `Could not open SAN device: ${text}\n`;

describe('iSCSI drives, as real iPXE attaches them', () => {
  it.each([
    ['disk', hook('1', 'disk'), 'Registered SAN device 0x80\n', 7],
    ['wrong-target', hook('', 'nodisk'), failed('No such device (https://ipxe.org/2c0d603b)'), 1],
    ['wrong-lun', hook('7', 'disk'), failed('Input/output error (https://ipxe.org/1d704039)'), 13],
    ['no-password', hook('', 'secret'), failed('Error 0x430d6601 (https://ipxe.org/430d6601)'), 1],
    [
      'wrong-password',
      `set username joe\nset password wrongpassword\n${hook('', 'secret')}`,
      failed('Operation not permitted (https://ipxe.org/410d613c)'),
      3,
    ],
    ['password', JOE + hook('', 'secret'), failed('Input/output error (https://ipxe.org/1d704039)'), 17],
    [
      'wrong-target-password',
      `${JOE}set reverse-username back\nset reverse-password wrong\n${hook('', 'mutual')}`,
      failed('Permission denied (https://ipxe.org/020d623c)'),
      3,
    ],
    ['both-passwords', JOE + BACK + hook('1', 'mutual'), 'Registered SAN device 0x80\n', 9],
  ])('%s', (session, script, expected, sent) => {
    const { output, replay } = play(session, script);
    expect(replay.differences).toEqual([]);
    expect(output).toBe(expected);
    expect(replay.sent).toBe(sent);
  });

  it.each([
    ['disk', hook('1', 'disk')],
    ['both-passwords', `${JOE}${BACK}set net0/dns 10.0.2.3\n${hook('1', 'mutual')}`],
  ])('leave the iBFT of %s in memory', (session, script) => {
    const real = bytesOf(recorded.tables[session]);
    const { bench } = play(session, script);
    const table = bench.machine.hardware?.memory.read(0x9e000, real.length).slice() ?? new Uint8Array(0);
    expect(table.reduce((sum, byte) => sum + byte, 0) & 0xff).toBe(0);
    // QEMU has the card at 00:03.0, and the sum of all bytes has that in it.
    for (const bytes of [real, table]) {
      bytes[9] = 0;
      bytes.fill(0, 0x100, 0x102);
    }
    expect(toHex(table)).toBe(toHex(real));
  });

  it('refuse root paths and credentials that lead nowhere with the numbers of the real one', () => {
    const { output } = runScript(
      `${SETUP}${[
        'sanhook iscsi:bad ||',
        'sanhook iscsi:::::iqn.2026-01.test:disk ||',
        'sanhook iscsi:10.0.2.2:::zz:iqn.2026-01.test:disk ||',
        'set reverse-username back',
        'sanhook iscsi:10.0.2.2::::iqn.2026-01.test:secret ||',
        'clear reverse-username',
        'sanhook iscsi:10.0.2.2::3261::iqn.2026-01.test:disk ||',
        'sanhook iscsi:10.0.2.9::::iqn.2026-01.test:disk ||',
      ].join('\n')}`,
      { seconds: 60, prepare: (bench) => expect(new TestServer(bench, { address: '10.0.2.2' })).toBeDefined() },
    );
    expect(output).toBe(
      failed('Invalid argument (https://ipxe.org/1c0d6102)') +
        failed('Error 0x3e11623b (https://ipxe.org/3e11623b)') +
        failed('Invalid argument (https://ipxe.org/1c704002)') +
        failed('Invalid argument (https://ipxe.org/1c0d6202)') +
        failed('Connection reset (https://ipxe.org/0f0a6039)') +
        failed('Connection timed out (https://ipxe.org/4c0a6035)'),
    );
  });
});

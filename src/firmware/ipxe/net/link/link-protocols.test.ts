/** What a card says about its cable and does with what it hears: EAPOL, link aggregation, LLDP. */
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, readU16, toHex } from '../../../../base/bytes.ts';
import { decodeLacp, encodeLacp } from '../../../../protocols/slow/codec.ts';
import { LACP_STATE } from '../../../../protocols/slow/fields.ts';
import { ALL_OPTIONS_BUILD } from '../../build.ts';
import { runScript, type Bench } from '../../testing.ts';

const bytes = (hex: string): Uint8Array => fromHex(hex.replaceAll(' ', '')) ?? new Uint8Array(0);
const SWITCH = 0x5254_00bb_0002;

/** Runs a script, with frames that come in at a time in seconds; what goes out by EtherType, with times. */
function run(
  script: string,
  incoming: readonly (readonly [atS: number, frame: Uint8Array])[],
): { output: string; bench: Bench; sent: (etherType: number) => readonly { at: number; payload: Uint8Array }[] } {
  const all: { at: number; frame: Uint8Array }[] = [];
  const { output, bench } = runScript(script, {
    build: { features: ALL_OPTIONS_BUILD.features },
    seconds: 30,
    prepare: (each) => {
      const [port] = each.ports;
      if (port === undefined) throw new Error('a bench has a port');
      port.onSend = (frame) => all.push({ at: each.queue.nowNs / 1e9, frame });
      for (const [atS, frame] of incoming) each.clock.schedule(atS * 1e9, () => port.receive(frame));
    },
  });
  const startS = all[0]?.at ?? 0;
  return {
    output,
    bench,
    sent: (etherType) =>
      all
        .filter(({ frame }) => readU16(frame, 12) === etherType)
        .map(({ at, frame }) => ({ at: Math.round((at - startS) * 100) / 100, payload: frame.subarray(14) })),
  };
}

describe('EAPOL', () => {
  it('asks for access three times, two seconds apart, as the reference does', () => {
    const { sent, bench } = run('ifopen net0\nsleep 20', []);
    const starts = sent(0x888e);
    expect(starts.map(({ at }) => at)).toEqual([0, 2, 4]);
    expect(starts.map(({ payload }) => toHex(payload))).toEqual(['01010000', '01010000', '01010000']);
    expect(toHex(bench.ports[0]?.sent[0] ?? new Uint8Array(0))).toBe('0180c2000003525400123456888e01010000');
  });

  it('asks no more when a switch has answered, or the card is closed', () => {
    const request = bytes('5254 0012 3456 5254 00bb 0002 888e 0100 0005 0101 0005 01');
    expect(run('ifopen net0\nsleep 20', [[1, request]]).sent(0x888e).length).toBe(1);
    expect(run('ifopen net0\nsleep 1\nifclose net0\nsleep 10', []).sent(0x888e).length).toBe(1);
  });
});

describe('link aggregation', () => {
  const group = bytes('0180 c200 0002 5254 00bb 0002 8809');
  const lacpdu = (state: number): Uint8Array => {
    const end = { systemPriority: 0x8000, system: SWITCH, key: 9, portPriority: 0x80, port: 3 };
    const partner = { systemPriority: 0, system: 0, key: 0, portPriority: 0, port: 0, state: 0 };
    return concatBytes([group, encodeLacp({ actor: { ...end, state }, partner, maxDelay: 0 })]);
  };
  const { activity, timeout, aggregation, synchronization, collecting, distributing } = LACP_STATE;

  it('answers as the passive end, and waits while the switch does not distribute', () => {
    const early = activity | timeout | aggregation;
    const ready = early | synchronization | collecting | distributing;
    const script = 'ifopen net0\nsleep 5\nifstat net0\nsleep 2\nifstat net0';
    const { output, sent } = run(script, [
      [4.5, lacpdu(early)],
      [6, lacpdu(ready)],
    ]);
    const answers = sent(0x8809).map(({ payload }) => decodeLacp(payload));
    expect(answers.length).toBe(2);
    for (const answer of answers) {
      expect(answer).toMatchObject({
        ok: true,
        value: {
          actor: {
            systemPriority: 0xffff,
            system: 0x5254_0012_3456,
            key: 1,
            portPriority: 0xff,
            port: 1,
            state: timeout | aggregation | synchronization | collecting | distributing,
          },
          partner: { system: SWITCH, key: 9, port: 3 },
        },
      });
    }
    expect(output).toContain('[Link:up (blocked), TX:');
    expect(output.split('[Link:').at(-1)).toMatch(/^up, TX:/);
  });

  it('sends a marker back as a response', () => {
    const marker = bytes('0201 0110 0001 5254 00bb 0002 0000 0007 0000 0000');
    const { sent } = run('ifopen net0\nsleep 5', [[1, concatBytes([group, marker, new Uint8Array(90)])]]);
    const [answer] = sent(0x8809);
    expect(toHex(answer?.payload.subarray(0, 20) ?? new Uint8Array(0))).toBe(
      '020102100001525400bb00020000000700000000',
    );
    expect(answer?.payload.length).toBe(110);
  });
});

describe('LLDP', () => {
  const unit = bytes(
    '0180 c200 000e 5254 00bb 0002 88cc 0207 0452 5400 bb00 02 0406 0570 6f72 7437 0602 0078 0a03 7377 31' +
      ' 100c 0501 c000 0201 0200 0000 0100 fe06 0080 c201 0017 fe0a 0080 c203 0017 0376 6c61 0000',
  );
  const value = (tag: string): string =>
    run(`ifopen net0\nsleep 2\necho >\${net0.lldp/${tag}}<`, [[1, unit]]).output.trim();

  it.each([
    ['5.0.0.0', 'sw1'],
    ['5.0.0.0:hex', '73:77:31'],
    ['5.0.1.1', '77'],
    // The number of the port, behind the byte that says what kind of number it is.
    ['5.2.0.1.0:string', 'port7'],
    ['4.1.0.1.0:hex', '52:54:00:bb:00:02'],
    ['5.1.8.0.2.4:ipv4', '192.0.2.1'],
    // Of the TLVs of an organisation, by its number and the subtype.
    ['0x0080c2.1.127.0.4.2:uint16', '0x17'],
    ['0x0080c2.3.127.0.7.0:string', 'vla'],
    ['127.1.7.0', 'vla'],
    ['127.2.0.0', ''],
    // A single number is a length.
    ['5', ''],
    ['9.0.0.0', ''],
  ])('gives for net0.lldp/%s: %s', (tag, text) => {
    expect(value(tag)).toBe(`>${text}<`);
  });
});

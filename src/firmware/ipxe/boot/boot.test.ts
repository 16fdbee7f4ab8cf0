/** A whole automatic boot: the console and the packets of the reference capture `a1`, and what goes wrong in others. */
import { describe, expect, it } from 'vitest';
import { fromHex, readU16, toHex } from '../../../base/bytes.ts';
import { itemAt } from '../../../base/lists/list.ts';
import { decodeDhcp, encodeDhcp } from '../../../protocols/dhcp/codec.ts';
import { ETHERTYPE } from '../../../protocols/ethernet/fields.ts';
import { Bench, runScript } from '../testing.ts';
import { simpleDhcp, TestServer } from '../testing-server.ts';

const XID_AT = 4;
const zeros = (bytes: number): string => '00'.repeat(bytes);
/** Captured from iPXE 2.0.0+ (BIOS, default options) on an e1000, transaction number left out. */
const HEADER = (secs: string): string =>
  `01010600xxxxxxxx${secs}0000${zeros(16)}525400123456${zeros(10 + 64 + 128)}63825363`;
const OPTIONS = (type: string): string =>
  `3501${type}390205c05d0200005e030102013c20505845436c69656e743a417263683a30303030303a554e44493a3030323030314d0469505845` +
  '3719010306070c0f111a2a2b3c424377798081828384858687afcbaf30b105018086100eeb0302000017010127010122010113010111010119' +
  '01011001022101011501011801011b01011201013d070152540012345661110000000000000000000000000000000000';
/** The server's options of the same capture. */
const OFFER_OPTIONS: Readonly<Record<number, readonly number[] | string>> = {
  54: [192, 168, 77, 1],
  67: 'hello.ipxe\0',
  1: [255, 255, 255, 0],
  3: [192, 168, 77, 1],
};

/** DHCP payloads that the machine sent, the transaction number crossed out. */
function dhcpSent(frames: readonly Uint8Array[]): string[] {
  return frames
    .filter((frame) => frame[12] === 8 && frame[13] === 0 && frame[23] === 17 && frame[37] === 67)
    .map((frame) => {
      const hex = toHex(frame.subarray(42));
      return `${hex.slice(0, 2 * XID_AT)}xxxxxxxx${hex.slice(2 * XID_AT + 8)}`;
    });
}

const SCRIPT = '#!ipxe\necho hello from script\nshow cwuri\nshow cwduri\nimgstat\nexit 0\n';
const PROMPT = 'Press Ctrl-B for the iPXE command line...';

/** The texts of the stages that report a failed boot. */
function failuresOf(bench: Bench): string[] {
  return bench.events.flatMap((event) => (event.kind === 'stage' && event.stage === 'boot-failed' ? [event.text] : []));
}

describe('automatic boot', () => {
  it('prints and sends what the reference capture has', () => {
    const bench = new Bench();
    const server = new TestServer(bench, {
      address: '192.168.77.1',
      dhcp: simpleDhcp('192.168.77.58', '192.168.77.1', OFFER_OPTIONS),
      files: { 'hello.ipxe': SCRIPT },
    });
    expect(server.host.interfaces.length).toBe(1);
    bench.machine.powerOn();
    bench.run(60);
    const erased = '\b \b'.repeat(PROMPT.length);
    expect(bench.output).toBe(
      'iPXE initialising devices...\x1b[0m\n\n\n\x1b[1miPXE 2.0.0+\x1b[0m -- Open Source Network Boot Firmware -- ' +
        '\x1b[36mhttps://ipxe.org\x1b[0m\nFeatures: DNS HTTP iSCSI TFTP SRP AoE ELF MBOOT PXE bzImage Menu PXEXT\n' +
        `\n${PROMPT}${erased}` +
        'net0: 52:54:00:12:34:56 using 82540em on 0000:00:02.0 (Ethernet) [open]\n' +
        '  [Link:up, TX:0 TXE:0 RX:0 RXE:0]\n' +
        'Configuring (net0 52:54:00:12:34:56)..... ok\n' +
        'net0: 192.168.77.58/255.255.255.0 gw 192.168.77.1\n' +
        'Next server: 192.168.77.1\n' +
        'Filename: hello.ipxe\n' +
        'tftp://192.168.77.1/hello.ipxe... ok\n' +
        'hello.ipxe : 68 bytes [script]\n' +
        'hello from script\n' +
        'builtin/cwuri:string = tftp://192.168.77.1/hello.ipxe\n' +
        'builtin/cwduri:string = tftp://192.168.77.1/\n' +
        '\nNo more network devices\n' +
        `\n${PROMPT}${erased}`,
    );
    expect(dhcpSent(itemAt(bench.ports, 0).sent)).toEqual([
      `${HEADER('0004')}${OPTIONS('01')}ff`,
      `${HEADER('000a')}${OPTIONS('01')}ff`,
      `${HEADER('000e')}${OPTIONS('03')}3604c0a84d013204c0a84d3aff`,
    ]);
    expect(bench.machine.screen.text()).toContain('No bootable device.');
  });

  it('discovers at 0, 1, 3 and 7 seconds and gives up at 15', () => {
    const bench = new Bench();
    const [times, asked]: [number[], number[]] = [[], []];
    itemAt(bench.ports, 0).onSend = (frame) =>
      (readU16(frame, 12) === ETHERTYPE.eapol ? asked : times).push(Math.round(bench.queue.nowNs / 1e6));
    bench.machine.powerOn();
    bench.run(30);
    expect(times.map((time) => time - itemAt(times, 0))).toEqual([0, 1000, 3000, 7000]);
    // Meanwhile it asks the switch for access.
    expect(asked.map((time) => time - itemAt(times, 0))).toEqual([0, 2000, 4000]);
    expect(bench.output).toContain(
      'Configuring (net0 52:54:00:12:34:56)................. No configuration methods succeeded (https://ipxe.org/040ee119)\n',
    );
  });

  it('has nothing to boot without a file name', () => {
    const bench = new Bench();
    const server = new TestServer(bench, {
      dhcp: simpleDhcp('10.0.0.9', '10.0.0.1', { 54: [10, 0, 0, 1], 1: [255, 255, 255, 0] }),
    });
    expect(server.requests).toEqual([]);
    bench.machine.powerOn();
    bench.run(30);
    // A server without a file is not worth a line, nor is there one between the two.
    expect(bench.output).toContain(
      'net0: 10.0.0.9/255.255.255.0\nNothing to boot: No such file or directory (https://ipxe.org/2d03e13b)\n' +
        'No more network devices\n',
    );
  });

  it('cannot fetch a relative file name without a server', () => {
    const bench = new Bench();
    const dhcp = simpleDhcp('10.0.0.9', '0.0.0.0', { 54: [10, 0, 0, 1], 67: 'x.0', 175: [176, 1, 1] });
    const server = new TestServer(bench, { dhcp });
    expect(server.requests).toEqual([]);
    bench.machine.powerOn();
    bench.run(5);
    expect(bench.output).toContain(
      'Filename: x.0\nCould not start download: Operation not supported (https://ipxe.org/3c092003)\n',
    );
    expect(failuresOf(bench)).toEqual(['x.0: Operation not supported (https://ipxe.org/3c092003)']);
  });

  it('reports a script that fails, and a label that is not there', () => {
    const bench = new Bench();
    const dhcp = simpleDhcp('10.0.0.9', '10.0.0.1', { 54: [10, 0, 0, 1], 67: 's.ipxe', 175: [176, 1, 1] });
    const files = { 's.ipxe': '#!ipxe\ngoto nowhere\n' };
    expect(new TestServer(bench, { dhcp, files }).requests).toEqual([]);
    bench.machine.powerOn();
    bench.run(5);
    const failed = 'No such file or directory (https://ipxe.org/2d02803b)';
    expect(bench.output).toContain(`Could not boot image: ${failed}\nNo more network devices\n`);
    expect(failuresOf(bench)).toEqual([`s.ipxe: ${failed}`]);
    const decided = bench.events.flatMap((event) => (event.kind === 'decision' ? [event.code] : []));
    expect(decided.filter((code) => code === 'script-label-missing').length).toBe(1);
    // An embedded script that fails ends the boot as well.
    const embedded = new Bench({ build: { embeddedScript: '#!ipxe\nisset ${nothing}' } });
    embedded.machine.powerOn();
    embedded.run(1);
    expect(failuresOf(embedded)).toEqual(['<EMBED>: No such file or directory (https://ipxe.org/2d02203b)']);
  });

  it('takes an offer at once when option 175.176 says that there is no ProxyDHCP', () => {
    const bench = new Bench();
    const dhcp = simpleDhcp('10.0.0.9', '10.0.0.1', { 54: [10, 0, 0, 1], 175: [176, 1, 1] });
    const server = new TestServer(bench, { dhcp });
    expect(server.requests).toEqual([]);
    bench.machine.powerOn();
    bench.run(4);
    expect(bench.output).toContain('Configuring (net0 52:54:00:12:34:56)... ok\n');
  });

  it('opens the shell on Ctrl-B', () => {
    const bench = new Bench();
    bench.machine.powerOn();
    bench.run(1);
    bench.machine.press('Ctrl-B');
    bench.machine.type('echo hi\n');
    bench.run(1);
    expect(bench.output.endsWith('iPXE> echo hi\nhi\niPXE> ')).toBe(true);
  });

  it('gives a ROM its own window for Ctrl-B', () => {
    const bench = new Bench({ build: { romBannerTimeoutDs: 40 } });
    bench.machine.powerOn();
    bench.run(1);
    expect(bench.machine.screen.text()).toBe(
      'iPXE (https://ipxe.org) 00:02.0 CA00 PCI2.10 PnP PMM\nPress Ctrl-B to configure iPXE (PCI 00:02.0)...',
    );
    bench.machine.press('Ctrl-B');
    bench.machine.type('exit\n');
    bench.run(0.1);
    expect(bench.output).toContain('iPXE> exit\n');
    expect(bench.output).toContain('iPXE initialising devices...');
  });

  it('keeps the packet of a second dhcp as the reference says: option 60 becomes the vendor class', () => {
    const options = { ...OFFER_OPTIONS, 60: 'PXEClient', 175: [176, 1, 1] };
    const { bench } = runScript('dhcp\ndhcp', {
      prepare: (each) => {
        const server = new TestServer(each, {
          address: '192.168.77.1',
          dhcp: simpleDhcp('192.168.77.58', '192.168.77.1', options),
        });
        expect(server.requests).toEqual([]);
      },
    });
    const sent = dhcpSent(itemAt(bench.ports, 0).sent);
    expect(sent.length).toBe(4);
    expect(sent[2]).toContain(`3c09${toHex(new TextEncoder().encode('PXEClient'))}`);
    // An address in hand asks for a broadcast answer; ciaddr stays 0, for it is a new lease that is wanted.
    expect(itemAt(sent, 2).slice(20, 32)).toBe('800000000000');
  });
});

describe('fixtures', () => {
  it('are DHCP messages', () => {
    const bytes = fromHex(`${HEADER('0004')}${OPTIONS('01')}ff`.replace('xxxxxxxx', '7e9dc40c'));
    const decoded = decodeDhcp(bytes ?? new Uint8Array(0));
    expect(decoded.ok && toHex(encodeDhcp(decoded.value))).toBe(toHex(bytes ?? new Uint8Array(0)));
  });
});

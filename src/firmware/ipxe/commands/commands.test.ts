/** Commands that do what no other test asks of them: loopback test, counters, certificates, the PXE API on demand. */
import { describe, expect, it } from 'vitest';
import { latin1 } from '../../../base/bytes.ts';
import { atLeast, itemAt } from '../../../base/lists/list.ts';
import { stripAnsi } from '../../text/ansi.ts';
import { ALL_OPTIONS_BUILD } from '../build.ts';
import { toBase64 } from '../../../base/data/base64.ts';
import { runScript, type Bench, type ScriptBench } from '../testing.ts';
import { TestServer } from '../testing-server.ts';

const all: ScriptBench = { build: { features: ALL_OPTIONS_BUILD.features } };
const dataUri = (text: string): string => `data:;base64,${toBase64(latin1(text))}`;

/** Joins the first two cards by a cable; what `change` makes of a frame is what arrives. */
function crossCable(bench: Bench, change: (frame: Uint8Array, count: number) => Uint8Array | undefined): void {
  let count = 0;
  const [a, b] = atLeast(bench.ports, 2);
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.onSend = (frame) => {
      const arriving = change(frame, count++);
      if (arriving !== undefined) bench.queue.schedule(50_000, () => to.receive(arriving));
    };
  }
}

const LINKED = 'Waiting for link-up on net0... ok\nWaiting for link-up on net1... ok\n';

describe('lotest', () => {
  const options = (change: (frame: Uint8Array, count: number) => Uint8Array | undefined): ScriptBench => ({
    ...all,
    ports: 2,
    prepare: (bench) => {
      crossCable(bench, change);
      bench.queue.schedule(1e9, () => bench.machine.press('Ctrl-C'));
    },
  });

  it('counts the frames that come back, until Ctrl-C', () => {
    const { output, bench } = runScript(
      'lotest net0 net1 ||\necho ${errno}',
      options((frame) => frame),
    );
    const counted = [...output.matchAll(/\r(\d+)/g)].map(([, count]) => Number(count));
    expect(output.startsWith(`${LINKED}Performing loopback test from net0 to net1 with 1500 byte MTU\n\r0\r1\r2`)).toBe(
      true,
    );
    expect(output.endsWith('\nTest failed: Operation canceled (https://ipxe.org/0b1be0a0)\n0xb1be0a0\n')).toBe(true);
    const sent = itemAt(bench.ports, 0).sent.filter((frame) => frame[12] === 0x69 && frame[13] === 0x50);
    expect(sent.length).toBeGreaterThan(100);
    expect(counted.at(-1)).toBeGreaterThanOrEqual(sent.length - 1);
    expect(sent.every((frame) => frame.length === 1514)).toBe(true);
    expect([...itemAt(sent, 0).subarray(0, 6)]).toEqual([0x52, 0x54, 0x00, 0x12, 0x34, 0x57]);
  });

  it('sees a frame that was damaged', () => {
    const { output } = runScript(
      'lotest -b -m 100 net0 net1 ||',
      options((frame, count) => {
        // After three frames of the test, and one EAPOL-Start and one FIP request of either card.
        if (count < 7) return frame;
        const bad = frame.slice();
        bad[50] = itemAt(bad, 50) ^ 1;
        return bad;
      }),
    );
    expect(output).toBe(
      `${LINKED}Performing broadcast loopback test from net0 to net1 with 100 byte MTU\n\r0\r1\r2\r3\n` +
        'Test failed: Invalid argument (https://ipxe.org/1c1be002)\n',
    );
  });

  it('waits for a frame that was lost', () => {
    const { output } = runScript(
      'lotest net0 net1 ||',
      options(() => undefined),
    );
    expect(output.endsWith('\r0\nTest failed: Operation canceled (https://ipxe.org/0b1be0a0)\n')).toBe(true);
  });
});

describe('ipstat', () => {
  it('counts what an HTTP download takes', () => {
    const { output } = runScript(
      'set net0/ip 10.0.0.2\nset net0/netmask 255.255.255.0\nifopen net0\n' +
        'imgfetch -q http://10.0.0.1/x\nimgfetch -q http://10.1.0.1/x ||\nipstat',
      {
        ...all,
        prepare: (bench) =>
          void new TestServer(bench, { http: () => 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello' }),
      },
    );
    // In: SYN ACK and the answer of 43 bytes. Out: SYN, and the request; what had no way was never sent.
    expect(output).toBe(
      'IP version 4:\n  InReceives:2 InMcastPkts:0 InBcastPkts:0 InOctets:155\n' +
        '  InHdrErrors:0 InAddrErrors:0 InUnknownProtos:0 InTruncatedPkts:0\n' +
        '  ReasmReqds:0 ReasmOKs:0 ReasmFails:0\n  InDelivers:2 OutRequests:2 OutNoRoutes:1\n' +
        '  OutTransmits:2 OutMcastPkts:0 OutBcastPkts:0 OutOctets:200\n' +
        'TCP:\n  InSegs:2 InOctets:43 InOctetsGood:43\n  InDiscards:0 InOutOfOrder:0\n',
    );
  });
});

/** Made by `openssl req -x509 -newkey ec -subj "/O=Netboot Lab/CN=lab.test"`. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBqTCCAU+gAwIBAgIUA/ZrUUBddM1PfBGXfv31+Nf9GZ8wCgYIKoZIzj0EAwIw
KTEUMBIGA1UECgwLTmV0Ym9vdCBMYWIxETAPBgNVBAMMCGxhYi50ZXN0MCAXDTI2
MTEyMjE5MTkxNVoYDzIxMjYxMDI5MTkxOTE1WjApMRQwEgYDVQQKDAtOZXRib290
IExhYjERMA8GA1UEAwwIbGFiLnRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAT4zpFLSSBWI9bgnYlLGhZtNaqUeye88t3jQ/OEgTRuGqLTU6SMkLdeYTLExKjZ
wkITsJ8XUKSt/kF8oEt6S8UOo1MwUTAdBgNVHQ4EFgQUT/e471QIcy1hT6jUvtP2
VrppO/wwHwYDVR0jBBgwFoAUT/e471QIcy1hT6jUvtP2VrppO/wwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiBgQiFX2r6VOG2adZRA9BRw+YHXDW0s
oostGoCg1pdvFAIhAOlzAMqXbjfdwagRcEBcJ9vbjG0Ku5dNWgbwpZ4fJXgH
-----END CERTIFICATE-----
`;

describe('the certificate store', () => {
  const name = 'lab.test : 3dce79ac52a99c01996a309c5227c7dbdd4d43f3 [EXPLICIT]\n';

  it('keeps each certificate once, under its common name', () => {
    const { output } = runScript(
      `certstore ${dataUri(CERTIFICATE + CERTIFICATE)} && certstat && certstat -s lab.test\n` +
        'certstore -s lab.test && certfree -s lab.test && certstat && echo empty && imgstat',
      all,
    );
    expect(output.replace(/^data:.*\n/, '')).toBe(`${name}${name}empty\n`);
  });

  it('takes only the subject that is asked for', () => {
    const { output } = runScript(`certstore -k -s other ${dataUri(CERTIFICATE)} && certstat && imgstat`, all);
    expect(output.replace(/^data:.*\n/, '')).toMatch(/^.* : \d+ bytes \[PEM\]\n$/);
  });

  it.each([
    ['-----BEGIN CERTIFICATE-----\nnothing\n', '2d09803b', 'No such file or directory'],
    ['\x30\x03\x02\x05\x00', '1c00e302', 'Invalid argument'],
    ['\x30\x03\x02\x01\x00', '1c16e002', 'Invalid argument'],
  ])('refuses %j', (text, code, words) => {
    const { output } = runScript(`imgfetch -q -n c ${dataUri(text)}\ncertstore c ||\nimgstat`, all);
    expect(output).toBe(`Could not parse certificate: ${words} (https://ipxe.org/${code})\n`);
  });
});

describe('startpxe', () => {
  const leased = 'set net0/ip 10.0.0.2\nset net0/netmask 255.255.255.0\nifopen net0\n';

  it('remembers the device that was opened last, or the one that is named; stoppxe closes it', () => {
    const { output, bench } = runScript(`${leased}startpxe && stoppxe && ifstat net0`, all);
    expect(output).toContain('[closed]');
    expect(bench.ipxe.pxeDevice).toBeUndefined();
    expect(runScript('ifopen net0\nstartpxe net1', { ...all, ports: 2 }).bench.ipxe.pxeDevice?.name).toBe('net1');
  });
});

describe('console', () => {
  /** Two by one dots, red and half transparent blue (made with zlib's stored blocks). */
  const PNG =
    'data:;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAFElEQVR4AQEJAPb/AP8AAP8AAP+AD3oDfkpucAwAAAAASUVORK5CYII=';

  it('puts a picture under the text, and goes back to cells of text', () => {
    const { output, bench } = runScript(
      `console --picture ${PNG} --left 8 --top 16 && echo over it && ifstat net0 && imgstat && shell`,
      all,
    );
    const { screen } = bench.machine;
    expect(output).toContain('over it\n');
    expect([screen.columns, screen.rows]).toEqual([79, 29]);
    expect(screen.rowText(0).trimEnd()).toBe('over it');
    const { backdrop } = screen;
    expect(backdrop).toMatchObject({ width: 640, height: 480, left: 8, top: 16 });
    expect([...(backdrop?.pixels.subarray(0, 3) ?? [])]).toEqual([0xff0000, 0x000080, 0]);
    bench.machine.type('console\necho plain\n');
    bench.run(1);
    expect([screen.columns, screen.rows, screen.backdrop]).toEqual([80, 25, undefined]);
    expect(screen.text()).toMatch(/^iPXE> echo plain\nplain\n/);
  });

  it('takes the smallest screen that is large enough, and no margins that leave no room', () => {
    const { output, bench } = runScript(
      'console -x 1000 -y 500 && console -x 5000 -y 5000 ||\necho ${errno}\n' +
        'console -x 640 -y 480 -l 320 -r 320 ||\necho ${errno}\nconsole -x 640 -y 480 --depth 64 ||\necho ${errno}',
      all,
    );
    expect(stripAnsi(output)).toBe(
      'Could not configure console: No such file or directory (https://ipxe.org/2d8c203b)\n0x2d8c203b\n' +
        'Could not configure console: Invalid argument (https://ipxe.org/1c1c2002)\n0x1c1c2002\n' +
        'Could not configure console: No such file or directory (https://ipxe.org/2d8c203b)\n0x2d8c203b\n',
    );
    expect(bench.machine.screen.backdrop).toMatchObject({ width: 1024, height: 768 });
  });

  it('says what is wrong with a picture', () => {
    const cut = PNG.slice(0, -8);
    const { output } = runScript(
      `imgfetch -q -n text data:,x\nconsole --picture text ||\nimgfetch -q -n cut ${cut}\nconsole -p cut -k ||\nimgstat`,
      all,
    );
    expect(output).toBe(
      'Could not use picture: Operation not supported (https://ipxe.org/3c008003)\n' +
        'Could not use picture: Invalid argument (https://ipxe.org/1c078002)\ncut : 72 bytes [PNG]\n',
    );
  });

  it('shows text again before a program starts', () => {
    const { bench } = runScript('console -x 640 -y 480\nchain data:,program', all);
    expect(bench.machine.started?.kind).toBe('nbp');
    expect(bench.machine.screen.backdrop).toBeUndefined();
  });

  it('only clears the screen in a build without a graphical console', () => {
    const features = new Set(ALL_OPTIONS_BUILD.features);
    features.delete('CONSOLE_FRAMEBUFFER');
    const { bench, output } = runScript('console -x 640 -y 480 && echo done', { build: { features } });
    expect(stripAnsi(output)).toBe('done\n');
    expect(bench.machine.screen.backdrop).toBeUndefined();
  });
});

describe('cpuid', () => {
  it('says whether the processor has 64-bit mode, as the machine is made', () => {
    const script = 'cpuid --ext 29 && echo long mode || echo ${errno}\ncpuid 25 && echo SSE';
    expect(runScript(script).output).toBe('0x2d80e03b\nSSE\n');
    expect(runScript(script, { hasLongMode: true }).output).toBe('long mode\nSSE\n');
  });
});

/**
 * `console --picture` on an emulated PC: the VGA BIOS sets a graphics mode, the dots of the picture arrive in the frame
 * buffer one for one, text lies over them, and a program that is started finds a screen of text again.
 */
import { expect, it } from 'vitest';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { atLeast } from '../../src/base/lists/list.ts';
import { decodePng } from '../../src/firmware/ipxe/images/png.ts';
import { answerOf } from '../../src/lab/nodes/machine.ts';
import { RunControl } from '../../src/lab/run-control.ts';
import { parseScenarioText } from '../../src/scenario/parse.ts';
import { readImage } from '../../src/cli/images.ts';
import { openLab } from '../support/lab.ts';

const SPLASH = 'debian-installer/debian-installer/i386/boot-screens/splash.png';

const SCRIPT = `#!ipxe
dhcp
console --picture http://10.0.6.1/splash.png --left 16 --top 320
echo Hello
sleep 10
chain http://10.0.6.1/halt
`;

it('shows the picture, the text on it, and text alone for a program', () => {
  const parsed = parseScenarioText(
    JSON.stringify({
      version: 1,
      name: 'picture',
      seed: 'picture',
      nodes: [
        {
          kind: 'pc',
          name: 'pc1',
          nics: [{ mac: '52:54:00:c0:00:01' }],
          firmware: { personality: 'ipxe', embeddedScript: SCRIPT, options: { preset: 'all' } },
        },
        {
          kind: 'server',
          name: 'boot',
          nics: [{ mac: '02:00:00:00:00:01', address: '10.0.6.1/24' }],
          services: { dnsmasq: { config: 'dhcp-range=10.0.6.50,10.0.6.50,1h\nno-ping\n' }, http: {} },
          files: [
            { path: '/srv/http/splash.png', content: { image: SPLASH } },
            // cli, hlt, and back to hlt
            { path: '/srv/http/halt', content: { base64: '+vTr/Q==' } },
          ],
        },
      ],
      links: [{ a: 'pc1.net0', b: 'boot.eth0' }],
    }),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const lab = openLab(parsed.value);
  const control = new RunControl(lab);
  const machine = lab.machine('pc1');
  control.setBreakpoints([{ condition: 'screen:/^Hello/', count: 1 }]);
  expect(control.run(20 * NS_PER_S, () => false).kind).toBe('breakpoint');
  expect(machine.screenText()).toBe('Hello');
  control.setBreakpoints([]);
  // The letters are drawn by the CPU, in a moment.
  control.run(lab.queue.nowNs + NS_PER_S, () => false);
  const screen = answerOf(machine, 'screen');
  const picture = decodePng(readImage(SPLASH) ?? new Uint8Array(0));
  if (screen.kind !== 'graphics' || !picture.ok) throw new Error('no picture');
  const { width, height, pixels } = picture.value;
  expect([screen.width, screen.height]).toEqual([width, height]);
  const dotAt = (x: number, y: number): number => {
    const [red, green, blue] = atLeast([...screen.rgba.subarray(4 * (y * width + x), 4 * (y * width + x) + 3)], 3);
    return red * 0x10000 + green * 0x100 + blue;
  };
  const differing: [number, number][] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) if (dotAt(x, y) !== pixels[y * width + x]) differing.push([x, y]);
  }
  // Five letters of light grey, and the cursor below them: nothing else.
  expect(differing.length).toBeGreaterThan(50);
  expect(differing.every(([x, y]) => x >= 16 && x < 16 + 5 * 8 && y >= 320 && y < 320 + 2 * 16)).toBe(true);
  expect(differing.every(([x, y]) => dotAt(x, y) === 0xaaaaaa)).toBe(true);

  control.run(lab.queue.nowNs + 20 * NS_PER_S, () => false);
  expect(answerOf(machine, 'screen').kind).toBe('text');
});

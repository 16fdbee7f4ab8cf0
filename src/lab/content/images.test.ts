/** Which images a lab needs, and what a person is told when they are not there. */
import { expect, it } from 'vitest';
import { parseScenario } from '../../scenario/parse.ts';
import type { Scenario } from '../../scenario/schema.ts';
import { EMPTY_MANIFEST } from './image-manifest.ts';
import { neededImages } from './images.ts';

function lab(pc: object, files: readonly object[] = []): Scenario {
  const parsed = parseScenario({
    version: 1,
    name: 'images',
    nodes: [
      { kind: 'pc', name: 'pc1', nics: [{ mac: '52:54:00:12:34:01', model: 'virtio' }], ...pc },
      {
        kind: 'server',
        name: 'boot',
        nics: [{ mac: '02:00:00:00:00:01', address: '10.0.2.1/24' }],
        services: {},
        files,
      },
    ],
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

const UEFI = { firmware: { personality: 'uefi' } };

function messages(scenario: Scenario): readonly string[] {
  const needed = neededImages(scenario, EMPTY_MANIFEST);
  return needed.ok ? [] : needed.error.map(({ message }) => message);
}

it('names the command for UEFI firmware once, however much of it is missing', () => {
  const files = [
    { path: '/srv/a', imageTree: 'debian-installer-efi' },
    { path: '/srv/b.efi', content: { image: 'debian-installer-efi/bootnetia32.efi' } },
    { path: '/srv/c.efi', content: { image: 'grub-efi/grubia32-http.efi' } },
  ];
  const [first, ...others] = messages(lab(UEFI, files)).filter((text) => /efi/i.test(text));
  expect(first).toContain('run "npm run images -- --uefi"');
  expect(others).toEqual([]);
});

it('wants a BIOS for other PCs, and none for UEFI', () => {
  const named = (scenario: Scenario, image: string): boolean => messages(scenario).some((text) => text.includes(image));
  expect(named(lab({}), 'bios/bios.bin')).toBe(true);
  expect(named(lab({}), 'UEFI')).toBe(false);
  expect(named(lab(UEFI), 'bios/bios.bin')).toBe(false);
});

it.each([
  [{ ...UEFI, memMiB: 32 }, '$.nodes[0].memMiB', /64 MiB of memory or more/],
  [{ ...UEFI, nics: [{ mac: '52:54:00:12:34:01' }] }, '$.nodes[0].nics', /"model": "virtio"/],
  [{ ...UEFI, optionRom: { text: 'x' } }, '$.nodes[0].optionRom', /for a BIOS: leave it out/],
])('refuses what UEFI firmware cannot use: %j', (pc, path, message) => {
  const { nodes } = lab({});
  const parsed = parseScenario({ version: 1, name: 'uefi', nodes: [{ ...nodes[0], ...pc }] });
  expect(parsed.ok ? [] : parsed.error).toMatchObject([{ path, message: expect.stringMatching(message) as string }]);
});

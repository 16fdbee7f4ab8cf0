/** UEFI firmware for real: from power-on over PXE and HTTP to what it boots; twice the same is for `test/journeys/uefi`. */
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { readImage } from '../../src/cli/images.ts';
import type { LabEvent } from '../../src/base/event-log.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { answerOf } from '../../src/lab/nodes/machine.ts';
import { parseScenarioText } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { bootOrder } from '../../src/machine/uefi/variables.ts';
import { SECFV } from '../../src/machine/uefi/layout.ts';
import { playToEnd } from '../support/once/in-node.ts';
import { capturePcapng, labFindings, play, siteScenario } from '../support/lab.ts';
import { checkWhole } from '../oracle/boots.ts';
import { NO_UEFI_REASON } from '../../tools/uefi/outcome.ts';
import { tsharkAvailable } from '../oracle/compare-tshark.ts';

const isHere = readImage(SECFV.image) !== undefined;
if (!isHere) {
  const reason = process.env[NO_UEFI_REASON] ?? '"npm run images -- --uefi" builds it';
  console.log(`The boots of UEFI firmware are skipped: ${reason}`);
}

type StageEvent = LabEvent & { readonly kind: 'stage' };

function stagesOf(lab: Lab, machine: string): readonly StageEvent[] {
  return lab.log.events.filter((event): event is StageEvent => event.kind === 'stage' && event.node === machine);
}

function machineOf(lab: Lab, name: string): NonNullable<ReturnType<Lab['machines']['get']>> {
  const machine = lab.machines.get(name);
  if (machine === undefined) throw new Error(`there is no ${name}`);
  return machine;
}

describe.skipIf(!isHere)('a PC with UEFI firmware', () => {
  it('boots by PXE from a virtio card to Debian’s GRUB', () => {
    // A few seconds more than the whole splash takes: the menu is there.
    const { lab } = play(siteScenario('pc-uefi-pxe'), { until: 'stage:kernel-entry', timeoutS: 26 });
    const stages = stagesOf(lab, 'pc1');
    expect(stages.map(({ stage, text }) => [stage, text])).toEqual([
      ['power-on', 'pc1 is switched on'],
      ['uefi-sec', 'The firmware’s first code runs'],
      ['uefi-pei', 'The firmware finds its memory'],
      ['uefi-dxe', 'The firmware loads its drivers'],
      ['uefi-bds', 'The boot manager takes over'],
      ['boot-option', 'Start PXE over IPv4'],
      ['dhcp-discover', 'DHCPDISCOVER as architecture 6 (option 93), class PXEClient:Arch:00006:UNDI:003000'],
      ['dhcp-offer', expect.stringMatching(/^An offer of 10\.0\.2\.\d+ from 10\.0\.2\.1$/)],
      ['dhcp-request', 'DHCPREQUEST as architecture 6'],
      ['dhcp-ack', expect.stringMatching(/^DHCPACK from 10\.0\.2\.1/)],
      ['file-request', 'debian-installer/i386/bootnetia32.efi is asked for'],
      ['file-done', expect.stringMatching(/^debian-installer\/i386\/bootnetia32\.efi: \d+ bytes$/)],
      ['nbp-entry', expect.stringMatching(/^debian-installer\/i386\/bootnetia32\.efi is in memory at [0-9A-F]+h/)],
      // What shim looks for before it comes to GRUB.
      ['file-request', 'debian-installer/i386/revocations_sku.efi is asked for'],
      ['file-request', 'debian-installer/i386/revocations_sbat.efi is asked for'],
      ['file-request', 'debian-installer/i386/shim_certificate_0.efi is asked for'],
      ['file-request', 'debian-installer/i386/grubia32.efi is asked for'],
      ['file-done', expect.stringMatching(/^debian-installer\/i386\/grubia32\.efi: \d+ bytes$/)],
      ['boot-loader', 'GRUB runs'],
    ]);
    const at = (stage: string): number => stages.find((event) => event.stage === stage)?.timeNs ?? NaN;
    expect(at('dhcp-discover')).toBeLessThan(2e9);
    // Answers come in while the firmware waits for them: one for each block of a long file.
    expect(at('boot-loader') - at('nbp-entry')).toBeLessThan(16e9);
    const screen = answerOf(machineOf(lab, 'pc1'), 'screen');
    // GRUB's menu over Debian's picture.
    expect(screen).toMatchObject({ kind: 'graphics', width: 800, height: 600 });
    expect(screen.kind === 'graphics' ? new Set(new Uint32Array(screen.rgba.buffer)).size : 0).toBeGreaterThan(1000);
    expect(labFindings(lab)).toEqual([]);
    if (!tsharkAvailable()) return;
    expect(checkWhole(capturePcapng(lab)).bad).toEqual([]);
  });

  it('boots by HTTP to a kernel, as a person chooses it in the boot manager', () => {
    const { lab } = playToEnd(siteScenario('pc-uefi-http'), 'serial:/Linux version/');
    const stages = stagesOf(lab, 'pc1').map(({ text }) => text);
    expect(stages.slice(stages.indexOf('Start HTTP Boot over IPv4'))).toEqual([
      'Start HTTP Boot over IPv4',
      'DHCPDISCOVER as architecture 15 (option 93), class HTTPClient:Arch:00015:UNDI:003000',
      expect.stringMatching(/^An offer of 10\.0\.2\.\d+ from 10\.0\.2\.1$/),
      'DHCPREQUEST as architecture 15, for HTTP boot',
      expect.stringMatching(/^DHCPACK from 10\.0\.2\.1/),
      // HEAD, for the length, and GET.
      '/grubia32.efi is asked for',
      '/grubia32.efi is asked for',
      expect.stringMatching(/^\/grubia32\.efi is in memory at [0-9A-F]+h/),
      'GRUB runs',
      'The kernel linux is loaded',
      'ExitBootServices: a kernel takes over from the firmware',
      'A kernel has taken over (paging is on)',
    ]);
    const requests = lab.log.events.flatMap((event) => (event.kind === 'server' ? [event.text] : [])).join('\n');
    expect(requests).toContain('/grub/grub.cfg');
    expect(labFindings(lab)).toEqual([]);
    if (!tsharkAvailable()) return;
    // The firmware writes a checksum of 0 as FFFFh (RFC 1624 §3), which tshark calls bad: once in 65536 segments.
    expect(checkWhole(capturePcapng(lab)).bad.filter((line) => !/0xffff instead of 0x0000/i.test(line))).toEqual([]);
  });

  it('comes to its shell by keyboard, which sets a variable and switches the machine off', () => {
    const scenario = siteScenario('pc-uefi-http');
    const at = (ms: number, action: Scenario['inputs'][number]['do']): Scenario['inputs'][number] => ({
      machine: 'pc1',
      at: { ms },
      do: action,
    });
    const variable = 'setvar T -guid 11111111-1111-1111-1111-111111111111';
    const inputs = [
      // Boot manager, third entry of its menu, and no wait for a script.
      at(1_000, { keys: ['F2'] }),
      at(6_900, { keys: ['Down', 'Down', 'Enter'] }),
      at(8_700, { keys: ['Down', 'Down', 'Enter'] }),
      at(11_500, { keys: ['Escape'] }),
      at(12_500, { type: `${variable} -bs -nv =0x42\n` }),
      at(17_500, { type: 'reset -s\n' }),
    ];
    const { lab, stop } = play({ ...scenario, inputs }, { until: 'stage:power-off', timeoutS: 22 });
    expect(stop.kind).toBe('breakpoint');
    const said = lab.log.events.flatMap((event) => (event.kind === 'console' ? event.text.split('\n') : []));
    expect(said).toContain('UEFI Interactive Shell v2.2');
    // The boot manager shows what SMBIOS says.
    expect(said.join('\n')).toMatch(/512 MB RAM/);
    // With the power off, it is what the machine has kept.
    expect(answerOf(machineOf(lab, 'pc1'), 'variables')).toContainEqual({
      name: 'T',
      guid: '11111111-1111-1111-1111-111111111111',
      attributes: 3,
      data: Uint8Array.of(0x42),
    });
  });

  it('keeps the boot order that a person chose over a reset and power-off, and in the lab’s document', () => {
    const scenario = siteScenario('pc-uefi-http');
    let ms = 1_000;
    const inputs: Scenario['inputs'][number][] = [];
    const act = (waitMs: number, action: Scenario['inputs'][number]['do']): void => {
      inputs.push({ machine: 'pc1', at: { ms }, do: action });
      ms += waitMs;
    };
    const press = (...keys: readonly string[]): void => {
      for (const key of keys) act(key === 'Enter' || key === 'Escape' ? 1_300 : 300, { keys: [key] });
    };
    act(6_000, { keys: ['F2'] });
    // Boot Maintenance Manager, Boot Options, Change Boot Order: HTTP is moved up, and that is committed.
    press('Down', 'Down', 'Down', 'Enter', 'Enter', 'Down', 'Down', 'Down', 'Enter', 'Enter', 'Down');
    act(300, { type: '+' });
    press('Enter', 'Down', 'Enter', 'Escape', 'Escape');
    // Reset, on the first page.
    press('Down', 'Down', 'Enter');
    ms += 5_500;
    act(500, { power: 'off' });
    act(0, { power: 'on' });
    const { lab } = play({ ...scenario, inputs }, { until: 'stage:file-done', timeoutS: ms / 1000 + 4.5 });
    const first = (machine: Lab): readonly string[] =>
      stagesOf(machine, 'pc1').flatMap(({ stage, text }) =>
        stage === 'power-on' || stage === 'boot-option' ? [text] : [],
      );
    const http = 'Start HTTP Boot over IPv4';
    expect(first(lab)).toEqual(['pc1 is switched on', 'pc1 is reset', http, 'pc1 is switched on', http]);
    const variables = answerOf(machineOf(lab, 'pc1'), 'variables') ?? [];
    const [order] = variables.filter(({ name }) => name === 'BootOrder');
    expect([...(order?.data ?? [])]).toEqual([2, 0, 1, 0, 3, 0, 0, 0]);
    const card = '(MAC:525400123462)';
    expect(bootOrder(variables).slice(0, 3)).toEqual([
      `UEFI HTTPv4 ${card}`,
      `UEFI PXEv4 ${card}`,
      'EFI Internal Shell',
    ]);

    const nvram = variables.map(({ data, ...variable }) => ({ ...variable, data: toHex(data) }));
    const nodes = scenario.nodes.map((node) => (node.kind === 'pc' ? { ...node, nvram, bootMenu: undefined } : node));
    const text = JSON.stringify({ ...scenario, nodes, inputs: [] });
    const parsed = parseScenarioText(text);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
    const again = play(parsed.value, { until: 'stage:boot-option', timeoutS: 4 });
    expect(first(again.lab)).toEqual(['pc1 is switched on', http]);
  });

  it('boots beside a PC with a BIOS from one configuration, each its own program', () => {
    const { lab, stop } = play(siteScenario('pc-bios-uefi'), { until: 'uefi1.stage:nbp-entry', timeoutS: 20 });
    expect(stop.kind).toBe('breakpoint');
    const programs = (machine: string): readonly string[] =>
      stagesOf(lab, machine).flatMap(({ stage, text }) => (stage === 'file-done' ? [text] : []));
    expect(programs('uefi1')).toEqual([expect.stringMatching(/^debian-installer\/i386\/bootnetia32\.efi: \d+ bytes$/)]);
    expect(programs('bios1')).toEqual([expect.stringMatching(/pxelinux\.0/)]);
    // PXELINUX goes on meanwhile, to its menu.
    expect(stagesOf(lab, 'bios1').map(({ stage }) => stage)).toContain('menu');
    expect(labFindings(lab)).toEqual([]);
    if (!tsharkAvailable()) return;
    expect(checkWhole(capturePcapng(lab)).bad).toEqual([]);
  });
});

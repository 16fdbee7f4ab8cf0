/**
 * Configurations as public guides give them, played: each does what its description says, and an event or a log line
 * tells why. Clients that the lab has no firmware for (UEFI, Raspberry Pi) are asked about.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LabEvent } from '../../src/base/event-log.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import type { Lab } from '../../src/lab/lab.ts';
import type { AskAnswer } from '../../src/services/dnsmasq/ask/ask.ts';
import type { AskKind, MadeClient } from '../../src/services/dnsmasq/ask/client.ts';
import { openLab, play, siteScenario } from '../support/lab.ts';

const names = readdirSync(new URL('../../public/scenarios/', import.meta.url))
  .filter((name) => name.startsWith('dnsmasq-') && name.endsWith('.json'))
  .map((name) => name.replace('.json', ''));

function end(name: string): Lab {
  const { lab, stop } = play(siteScenario(name));
  expect(stop.kind).toBe('breakpoint');
  return lab;
}

function stageText(lab: Lab, machine: string, stage: string): string | undefined {
  const event = lab.log.events.find((one) => one.kind === 'stage' && one.node === machine && one.stage === stage);
  return event?.kind === 'stage' ? event.text : undefined;
}

function serverEvents(lab: Lab, node: string): readonly (LabEvent & { kind: 'server' })[] {
  return lab.log.events.filter((e): e is LabEvent & { kind: 'server' } => e.kind === 'server' && e.node === node);
}

/** Texts of the lines that caused a server's first event of a code. */
function causes(lab: Lab, node: string, code: string): readonly string[] {
  return (
    serverEvents(lab, node)
      .find((event) => event.code === code)
      ?.lines.map(({ text }) => text) ?? []
  );
}

function logHas(lab: Lab, node: string, part: string): boolean {
  return lab.log.events.some((event) => event.kind === 'log' && event.node === node && event.text.includes(part));
}

function ask(lab: Lab, server: string, kind: AskKind, more: Partial<MadeClient> = {}): AskAnswer {
  const client: MadeClient = { kind, mac: '52:54:00:00:00:77', message: 'discover', ...more };
  const answer = lab.servers.get(server)?.ask({ from: 'made', client });
  if (answer === undefined) throw new Error(`${server} runs no dnsmasq`);
  return answer;
}

describe('configurations of public guides', () => {
  it('are ten, and dnsmasq takes every one', () => {
    expect(names.length).toBeGreaterThanOrEqual(10);
    for (const name of names) {
      for (const server of openLab(siteScenario(name)).servers.values()) expect(server.problems).toEqual([]);
    }
  });

  it('netboot.xyz: BIOS gets the kpxe, UEFI the efi, by the class that each says', () => {
    const lab = end('dnsmasq-netboot-xyz');
    expect(stageText(lab, 'pc1', 'nbp-entry')).toContain('netboot.xyz.kpxe');
    expect(causes(lab, 'boot', 'offer')).toContain('dhcp-boot=tag:bios,netboot.xyz.kpxe,,192.168.10.2');
    expect(logHas(lab, 'boot', 'tags: bios, eth0')).toBe(true);
    for (const kind of ['uefi-x64', 'uefi-bc'] as const)
      expect(ask(lab, 'boot', kind).reply?.file).toBe('netboot.xyz.efi');
    const http = ask(lab, 'boot', 'uefi-http');
    expect(http.reply?.type).toBe('Offer');
    expect(http.reply?.file).toBe('');
  });

  it('Arch: forced options reach a client that did not ask for them', () => {
    const lab = end('dnsmasq-arch-wiki');
    expect(stageText(lab, 'pc1', 'nbp-entry')).toContain('/arch/boot/syslinux/lpxelinux.0');
    expect(causes(lab, 'boot', 'ack')).toContain('dhcp-option-force=210,/arch/');
    const lines = ask(lab, 'boot', 'plain').reply?.lines ?? [];
    expect(lines.find(({ code }) => code === 209)?.value).toBe('boot/syslinux/archiso.cfg');
  });

  it('Fedora: the prompt stands for sixty seconds, then port 4011 names the file', () => {
    const lab = end('dnsmasq-fedora');
    const boot = lab.log.events.find((event) => event.kind === 'stage' && event.stage === 'boot-server');
    expect(boot?.timeNs).toBeGreaterThan(60e9);
    expect(stageText(lab, 'pc1', 'nbp-entry')).toContain('pxelinux.0');
    expect(serverEvents(lab, 'boot').some(({ lines }) => lines[0]?.text.startsWith('pxe-service=x86PC,"Install'))).toBe(
      true,
    );
    // Not a PXE client: dhcp-boot is for these.
    expect(ask(lab, 'boot', 'plain').reply?.file).toBe('pxelinux.0');
  });

  it('LTSP: the address comes from the router, the menu and the file from the proxy', () => {
    const lab = end('dnsmasq-ltsp-proxy');
    expect(stageText(lab, 'pc1', 'dhcp-ack')).toContain('192.168.67.1');
    expect(stageText(lab, 'pc1', 'nbp-entry')).toContain('/ltsp/i386/pxelinux.0');
    expect(logHas(lab, 'ltsp', 'PXE(eth0) 52:54:00:ba:00:01 proxy')).toBe(true);
    expect(lab.servers.get('ltsp')?.leases()).toEqual([]);
  });

  it('FOG: pxe-service starts BIOS and UEFI alike', () => {
    const lab = end('dnsmasq-fog');
    expect(stageText(lab, 'pc1', 'nbp-entry')).toContain('undionly.kpxe');
    expect(causes(lab, 'fog', 'ack')).toContain('pxe-service=X86PC,"Boot to FOG",undionly.kpxe');
    const uefi = ask(lab, 'fog', 'uefi-x64', { message: 'boot-server' });
    expect(uefi.reply?.file).toBe('ipxe.efi');
    expect(uefi.lines.map(({ text }) => text)).toContain('pxe-service=X86-64_EFI,"Boot to FOG UEFI",ipxe.efi');
  });

  it('Raspberry Pi: the Pi gets its entry, and a PC is sent to its local disk by the same line', () => {
    const lab = end('dnsmasq-raspberry-pi');
    const pi = ask(lab, 'pi', 'raspberry-pi');
    expect(pi.reply?.lines.find(({ code }) => code === 43)?.value).toContain('"Raspberry Pi Boot"');
    expect(pi.reply?.lines.find(({ code }) => code === 60)?.value).toBe('PXEClient');
    expect(stageText(lab, 'pc1', 'next-device')).toContain('Local boot');
    expect(causes(lab, 'pi', 'offer')).toContain('pxe-service=0,"Raspberry Pi Boot"');
  });

  it('the proxy of the forums answers nobody, and says why; one pxe-service line cures it', () => {
    const lab = end('dnsmasq-proxy-silent');
    expect(stageText(lab, 'pc1', 'boot-failed')).toContain('PXE-E53');
    const events = serverEvents(lab, 'proxy');
    expect(events.every(({ code }) => code === 'silence')).toBe(true);
    expect(itemAt(events, 0).text).toContain('a proxy range without pxe-service or pxe-prompt lines answers nobody');
    expect(causes(lab, 'proxy', 'silence')).toEqual(['dhcp-range=192.168.1.0,proxy']);
    expect(ask(lab, 'proxy', 'uefi-x64').silence?.text).toContain('answers nobody');

    const scenario = siteScenario('dnsmasq-proxy-silent');
    for (const node of scenario.nodes) {
      const dnsmasq = node.kind === 'server' && node.name === 'proxy' ? node.services.dnsmasq : undefined;
      if (dnsmasq !== undefined) dnsmasq.config += 'pxe-service=x86PC,"Boot",pxelinux\n';
    }
    expect(stageText(play(scenario).lab, 'pc1', 'nbp-entry')).toContain('pxelinux.0');
  });

  it('chainloading: the ROM gets the program, iPXE the script; without the class line both get the program', () => {
    const lab = end('dnsmasq-chainload');
    expect(stageText(lab, 'pc1', 'nbp-entry')).toContain('undionly.kpxe');
    expect(lab.machines.get('pc2')?.screenText()).toContain('The script has come');
    const cured = ask(lab, 'boot', 'ipxe');
    expect(cured.tags.find(({ name }) => name === 'ipxe')?.line?.text).toBe('dhcp-userclass=set:ipxe,iPXE');

    const scenario = siteScenario('dnsmasq-chainload');
    for (const node of scenario.nodes) {
      const dnsmasq = node.kind === 'server' ? node.services.dnsmasq : undefined;
      if (dnsmasq !== undefined) dnsmasq.config = dnsmasq.config.replace(/^dhcp-userclass.*\n/m, '');
    }
    expect(ask(openLab(scenario), 'boot', 'ipxe').reply?.file).toBe('undionly.kpxe');
  });

  it('UEFI and BIOS: one tag by option 93, and HTTP boot gets its class back', () => {
    const lab = end('dnsmasq-uefi-bios');
    expect(stageText(lab, 'pc1', 'nbp-entry')).toContain('pxelinux.0');
    expect(ask(lab, 'boot', 'uefi-x64').reply?.file).toBe('efi64/syslinux.efi');
    expect(ask(lab, 'boot', 'uefi-bc').reply?.file).toBe('efi64/syslinux.efi');
    const http = ask(lab, 'boot', 'uefi-http');
    expect(http.reply?.file).toBe('http://10.0.2.1/efi64/syslinux.efi');
    expect(http.reply?.lines.find(({ code }) => code === 60)?.value).toBe('HTTPClient');
    expect(http.tags.map(({ name, line }) => [name, line?.line])).toContainEqual(['efi-http', 6]);
  });

  it('VLANs: each gets its own network, router and file', () => {
    const lab = end('dnsmasq-vlans');
    expect(stageText(lab, 'pc1', 'nbp-entry')).toContain('office.0');
    expect(stageText(lab, 'pc2', 'nbp-entry')).toContain('lab.0');
    expect(
      lab.servers
        .get('boot')
        ?.leases()
        .map(({ address }) => address.slice(0, 8))
        .toSorted(),
    ).toEqual(['10.0.10.', '10.0.20.']);
    expect(logHas(lab, 'boot', 'tags: eth0.20')).toBe(true);
    const lines = ask(lab, 'boot', 'bios', { interfaceName: 'eth0.20' }).reply?.lines ?? [];
    expect(lines.find(({ code }) => code === 3)?.value).toBe('10.0.20.254');
  });
});

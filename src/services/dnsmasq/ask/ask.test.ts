/** "What would you answer?" for each kind of firmware: the reply in readable lines, why, and no effect. */
import { describe, expect, it } from 'vitest';
import { itemAt } from '../../../base/lists/list.ts';
import { encodeEthernet } from '../../../protocols/ethernet/codec.ts';
import { encodeIpv4 } from '../../../protocols/ipv4/codec.ts';
import { encodeUdp } from '../../../protocols/udp/codec.ts';
import type { DnsmasqServer } from '../server.ts';
import { testServer } from '../testing.ts';
import { ask, type AskAnswer } from './ask.ts';
import { ASK_KINDS, makeRequest, type AskKind, type AskMessage } from './client.ts';

const MAC = '52:54:00:ba:00:01';
const SIDE_BY_SIDE = `dhcp-range=10.0.0.100,10.0.0.150,1h
dhcp-match=set:efi,option:client-arch,7
dhcp-match=set:efi,option:client-arch,9
dhcp-vendorclass=set:http,HTTPClient
dhcp-userclass=set:ipxe,iPXE
dhcp-option-force=tag:http,60,HTTPClient
dhcp-boot=tag:!efi,tag:!http,tag:!ipxe,pxelinux.0
dhcp-boot=tag:efi,tag:!ipxe,bootx64.efi
dhcp-boot=tag:http,http://10.0.0.1/bootx64.efi
dhcp-boot=tag:ipxe,http://10.0.0.1/boot.ipxe
`;

function asked(server: DnsmasqServer, kind: AskKind, message: AskMessage = 'discover', bootItem?: number): AskAnswer {
  const client = { kind, mac: MAC, message, ...(bootItem === undefined ? {} : { bootItem }) };
  return ask(server, { from: 'made', client });
}

describe('what a server would answer', () => {
  it.each([
    ['bios', 'pxelinux.0'],
    ['uefi-x64', 'bootx64.efi'],
    ['uefi-bc', 'bootx64.efi'],
    ['uefi-http', 'http://10.0.0.1/bootx64.efi'],
    ['ipxe', 'http://10.0.0.1/boot.ipxe'],
    ['ipxe-uefi', 'http://10.0.0.1/boot.ipxe'],
    ['raspberry-pi', 'pxelinux.0'],
  ] as const)('gives %s the file %s, with the line that named it', (kind, file) => {
    const answer = asked(testServer(SIDE_BY_SIDE).server, kind);
    expect(answer.reply?.type).toBe('Offer');
    expect(answer.reply?.file).toBe(file);
    expect(answer.lines.some(({ text }) => text.startsWith('dhcp-boot=') && text.endsWith(file))).toBe(true);
  });

  it('echoes the class that UEFI HTTP boot insists on, and says which line set the tag', () => {
    const answer = asked(testServer(SIDE_BY_SIDE).server, 'uefi-http');
    expect(answer.reply?.lines).toContainEqual({ name: 'Vendor class identifier', value: 'HTTPClient', code: 60 });
    const tag = answer.tags.find(({ name }) => name === 'http');
    expect(tag?.line?.line).toBe(4);
    expect(tag?.why.text).toContain('HTTPClient');
  });

  it('changes nothing: no lease, and the same answer again', () => {
    const server = testServer(SIDE_BY_SIDE).server;
    const answers = ASK_KINDS.map((kind) => asked(server, kind));
    expect(server.leases).toEqual([]);
    expect(ASK_KINDS.map((kind) => asked(server, kind))).toEqual(answers);
  });

  it('shows a PXE menu, and the file of an item of it from port 4011', () => {
    const server = testServer(
      'dhcp-range=10.0.0.0,proxy\npxe-prompt="Press F8",3\npxe-service=x86PC,"Install",pxelinux\n',
    ).server;
    const menu = asked(server, 'bios').reply?.lines.find(({ code }) => code === 43)?.value;
    expect(menu).toContain('"Install"');
    expect(menu).toContain('3 s: "Press F8"');
    const item = asked(server, 'bios', 'boot-server', 0x8000);
    expect(item.reply?.file).toBe('pxelinux.0');
    expect(item.question?.text).toContain('port 4011');
    expect(asked(server, 'plain').silence?.text).toContain('PXE clients only');
  });

  it('shows the Raspberry Pi the menu entry that it looks for', () => {
    const server = testServer('dhcp-range=10.0.0.0,proxy\npxe-service=0,"Raspberry Pi Boot"\n').server;
    expect(asked(server, 'raspberry-pi').reply?.lines.find(({ code }) => code === 43)?.value).toContain(
      '"Raspberry Pi Boot"',
    );
  });

  it('says why there is no answer', () => {
    expect(asked(testServer('dhcp-range=10.0.0.0,proxy\ndhcp-boot=pxelinux.0\n').server, 'bios').silence?.text).toBe(
      'a proxy range without pxe-service or pxe-prompt lines answers nobody',
    );
    expect(asked(testServer('dhcp-range=nonsense\n').server, 'bios').silence?.text).toContain(
      'dnsmasq does not run: bad dhcp-range',
    );
    expect(asked(testServer('dhcp-range=10.0.0.9,10.0.0.9\ninterface=eth7\n').server, 'bios').silence?.text).toContain(
      'eth0',
    );
    expect(asked(testServer('dhcp-range=10.0.0.9,10.0.0.9\n').server, 'bios', 'boot-server').silence?.text).toContain(
      'port 4011',
    );
    const wrong = ask(testServer(SIDE_BY_SIDE).server, {
      from: 'made',
      client: { kind: 'bios', mac: 'x', message: 'discover' },
    });
    expect(wrong.silence?.text).toBe('that is no MAC address');
  });

  it('answers a captured frame as it answers the client that sent it', () => {
    const server = testServer(SIDE_BY_SIDE).server;
    const face = itemAt(server.interfaces, 0);
    const request = makeRequest({ kind: 'uefi-x64', mac: MAC, message: 'discover' }, face, 0);
    if (request === undefined) throw new Error('no request');
    const { data, source, sourcePort, destination, destinationPort } = request;
    const frame = encodeEthernet({
      kind: 'ethernet-ii',
      destination: 0xffff_ffff_ffff,
      source: 0x525400ba0001,
      etherType: 0x0800,
      payload: encodeIpv4({
        source,
        destination,
        protocol: 17,
        payload: encodeUdp({ sourcePort, destinationPort, payload: data }, source, destination),
      }),
    });
    expect(ask(server, { from: 'frame', frame })).toEqual(asked(server, 'uefi-x64'));
    expect(ask(server, { from: 'frame', frame: frame.subarray(0, 60) }).silence).toBeDefined();
  });
});

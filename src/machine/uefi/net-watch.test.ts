/** Stages from frames: only the machine's own conversations count. */
import { expect, it } from 'vitest';
import { EventLog } from '../../base/event-log.ts';
import { EventQueue } from '../../base/time/event-queue.ts';
import { latin1, writeU16 } from '../../base/bytes.ts';
import { emptyDhcpMessage, encodeDhcp, type DhcpOption } from '../../protocols/dhcp/codec.ts';
import { encodeIpv4 } from '../../protocols/ipv4/codec.ts';
import { encodeTftp, encodeTftpData } from '../../protocols/tftp/codec.ts';
import { encodeUdp } from '../../protocols/udp/codec.ts';
import { parseIpv4 } from '../../base/address.ts';
import { NetWatch } from './net-watch.ts';

const SERVER = parseIpv4('10.0.2.1') ?? 0;
const CLIENT = parseIpv4('10.0.2.50') ?? 0;
const CLIENT_PORT = 2000;

function frame(
  from: readonly [typeof SERVER, number],
  to: readonly [typeof SERVER, number],
  data: Uint8Array,
): Uint8Array {
  const udp = encodeUdp({ sourcePort: from[1], destinationPort: to[1], payload: data }, from[0], to[0]);
  const packet = encodeIpv4({ source: from[0], destination: to[0], protocol: 17, identification: 1, payload: udp });
  const whole = new Uint8Array(14 + packet.length);
  writeU16(whole, 12, 0x0800);
  whole.set(packet, 14);
  return whole;
}

function dhcp(type: number, xid: number, isReply: boolean): Uint8Array {
  const option = (code: number, ...data: readonly number[]): DhcpOption => ({
    code,
    data: Uint8Array.from(data),
    area: 'options',
  });
  const message = {
    ...emptyDhcpMessage(isReply ? 2 : 1),
    xid,
    yiaddr: isReply ? CLIENT : 0,
    options: [option(53, type), option(93, 0, 6), { code: 60, data: latin1('PXEClient'), area: 'options' as const }],
  };
  return isReply
    ? frame([SERVER, 67], [0xffff_ffff, 68], encodeDhcp(message))
    : frame([0, 68], [0xffff_ffff, 67], encodeDhcp(message));
}

function watched(): { readonly net: NetWatch; stages(): readonly string[] } {
  const log = new EventLog(new EventQueue());
  const net = new NetWatch(log.sink('pc1'));
  net.start();
  return {
    net,
    stages: () => log.events.flatMap((event) => (event.kind === 'stage' ? [`${event.stage}: ${event.text}`] : [])),
  };
}

it('reports the answers to what the machine asked, and no others', () => {
  const { net, stages } = watched();
  net.received(dhcp(2, 7, true), 1);
  net.sent(dhcp(1, 8, false), 2);
  net.received(dhcp(2, 7, true), 3);
  net.received(dhcp(2, 8, true), 4);
  expect(stages()).toEqual([
    'dhcp-discover: DHCPDISCOVER as architecture 6 (option 93), class PXEClient',
    'dhcp-offer: An offer of 10.0.2.50 from 10.0.2.1',
  ]);
});

it('sees the end of a file by its last block, after a request for its size alone', () => {
  const { net, stages } = watched();
  const rrq = (options: readonly (readonly [string, string])[]): Uint8Array =>
    frame(
      [CLIENT, CLIENT_PORT],
      [SERVER, 69],
      encodeTftp({
        opcode: 'rrq',
        filename: 'a.efi',
        mode: 'octet',
        options: options.map(([name, value]) => ({ name, value })),
      }),
    );
  const answer = (data: Uint8Array): Uint8Array => frame([SERVER, 3000], [CLIENT, CLIENT_PORT], data);
  const block = (n: number, bytes: number): Uint8Array => answer(encodeTftpData(n, new Uint8Array(bytes)));
  net.sent(rrq([['tsize', '0']]), 1);
  net.sent(rrq([['blksize', '600']]), 2);
  net.received(answer(encodeTftp({ opcode: 'oack', options: [{ name: 'blksize', value: '600' }] })), 3);
  net.received(block(1, 600), 4);
  net.received(block(1, 600), 5);
  net.received(block(2, 20), 6);
  expect(stages()).toEqual(['file-request: a.efi is asked for', 'file-done: a.efi: 620 bytes']);
  expect(net.file).toBe('a.efi');
});

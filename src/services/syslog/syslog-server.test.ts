/** Each datagram is one line of the server's log, and can forge no other. */
import { expect, it } from 'vitest';
import { utf8 } from '../../base/bytes.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import { ip, TestNetwork } from '../../net/host/testing.ts';
import { SyslogServer } from './syslog-server.ts';

it('writes what comes in as syslogd does', () => {
  const net = new TestNetwork('syslog');
  const { host } = net.add('server', '10.0.0.1/24');
  new SyslogServer({ clock: net.clock, log: host.log, epochMs: Date.UTC(2026, 0, 1) }).listen(host, 514);
  const socket = net.add('client', '10.0.0.2/24').host.openUdp();
  const lines = ['<6>pc1 ipxe: Booting', '<27>dhcpd[7]: no lease', 'plain', '<6>ipxe: one\nJan  1 forged: two'];
  for (const line of lines) socket.send(ip('10.0.0.1'), 514, utf8(line));
  net.run(NS_PER_S);
  const texts = net.log.events.flatMap((event) => (event.kind === 'log' ? [event.text] : []));
  expect(texts).toEqual([
    '2026-01-01T00:00:00.000Z pc1 kern.info: ipxe: Booting',
    '2026-01-01T00:00:00.000Z 10.0.0.2 daemon.err: dhcpd[7]: no lease',
    '2026-01-01T00:00:00.000Z 10.0.0.2 user.notice: plain',
    '2026-01-01T00:00:00.000Z 10.0.0.2 kern.info: ipxe: one Jan  1 forged: two',
  ]);
});

/** Programs of this computer reach a server of the lab by datagrams too. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { NS_PER_MS } from '../../base/time/clock.ts';
import { Lab } from '../../lab/lab.ts';
import { RunControl } from '../../lab/run-control.ts';
import { decodeRpc, encodeRpc } from '../../protocols/rpc/codec.ts';
import { parseScenarioText } from '../../scenario/parse.ts';
import { readImages } from '../images.ts';
import { openForwards, readForward, withStations } from './forward.ts';

const SERVER = {
  kind: 'server',
  name: 'server',
  nics: [{ mac: '02:00:00:00:00:01', address: '192.168.1.1/24' }],
  services: { nfs: { udp: true } },
};

it('leads datagrams to a port of the server, each program to a socket of its own', async () => {
  const parsed = parseScenarioText(JSON.stringify({ version: 1, name: 'NFS', nodes: [SERVER], links: [] }));
  const forward = readForward('server:111/udp=127.0.0.1:0');
  if (!parsed.ok || !forward.ok) throw new Error('the input is wrong');
  const stationed = withStations(parsed.value, [forward.value]);
  const images = readImages(parsed.value);
  const opened = stationed.ok && images.ok ? Lab.open(stationed.value, { images: images.value }) : undefined;
  if (opened?.ok !== true) throw new Error('the lab does not open');
  const lab = opened.value;
  const control = new RunControl(lab);
  let port = 0;
  const forwarding = await openForwards(lab, [forward.value], (_, localPort) => {
    port = localPort;
  });
  const clock = setInterval(() => control.run(lab.queue.nowNs + NS_PER_MS, () => false), 1);
  const none = { flavor: 0, body: new Uint8Array(0) };
  const ask = async (xid: number): Promise<number> => {
    const socket = createSocket('udp4');
    const target = { rpcVersion: 2, program: 100_000, version: 2, procedure: 0, credential: none, verifier: none };
    socket.send(encodeRpc({ kind: 'call', xid, ...target, body: new Uint8Array(0) }), port, '127.0.0.1');
    const [data] = (await once(socket, 'message')) as [Uint8Array];
    socket.close();
    const reply = decodeRpc(data);
    return reply.ok ? reply.value.xid : 0;
  };
  expect(await Promise.all([ask(1), ask(2)])).toEqual([1, 2]);
  clearInterval(clock);
  if (forwarding.ok) forwarding.value.close();
});

it.each(['server:111/udp=127.0.0.1', 'server:0/udp=127.0.0.1:1', 'server:1/sctp=127.0.0.1:1', 'server:1=10.0.0.1:1'])(
  'refuses %s',
  (text) => {
    expect(readForward(text).ok).toBe(false);
  },
);

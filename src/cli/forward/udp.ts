/**
 * A port of the loopback interface whose datagrams go to a server of the lab, for `forward.ts`. Each program outside has a
 * socket of its own in the lab, so that the server tells them apart by their ports and its answers find back.
 */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { err, ok, type Result } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import type { Lab } from '../../lab/lab.ts';
import type { Host, UdpSocket } from '../../net/host/types.ts';

interface UdpForwardOptions {
  readonly lab: Lab;
  /** The station at the server; undefined: nothing answers. */
  readonly host: Host | undefined;
  /** Of the server, as its station sees it. */
  readonly address: number;
  readonly port: number;
  readonly localHost: string;
  readonly localPort: number;
  /** Called for each datagram, either way. */
  moves(): void;
}

export interface UdpForward {
  readonly localPort: number;
  close(): void;
}

/** A program outside that has sent something. */
interface Peer {
  readonly socket: UdpSocket;
  lastNs: number;
}

/** Programs outside at a time: the one that was quiet for longest makes room. */
const MAX_PEERS = 64;
/** Virtual nanoseconds of silence after which a socket of the lab is given back. */
const QUIET_NS = 120 * NS_PER_S;

/** Opens the port; an error when it is taken. */
export async function openUdpForward(options: UdpForwardOptions): Promise<Result<UdpForward, string>> {
  const { lab, host, address, port, localHost, localPort, moves } = options;
  const outside = createSocket('udp4');
  const failure = await new Promise<Error | undefined>((resolve) => {
    outside.once('error', resolve);
    outside.bind(localPort, localHost, () => resolve(undefined));
  });
  if (failure !== undefined) return err(failure.message);
  // What cannot be sent is lost, as datagrams are.
  outside.removeAllListeners('error').on('error', () => undefined);
  const peers = new Map<string, Peer>();
  const forget = (name: string, { socket }: Peer): void => {
    socket.close();
    peers.delete(name);
  };
  /** The map is in the order of the last datagram: the first has been quiet for longest. */
  const makeRoom = (nowNs: number): void => {
    for (const [name, peer] of peers) {
      if (peers.size < MAX_PEERS && nowNs - peer.lastNs < QUIET_NS) return;
      forget(name, peer);
    }
  };
  const open = (network: Host, to: RemoteInfo): Peer => {
    const socket = network.openUdp();
    socket.onDatagram = ({ data }) => {
      moves();
      outside.send(data.slice(), to.port, to.address);
    };
    return { socket, lastNs: 0 };
  };
  outside.on('message', (data, from) => {
    moves();
    lab.queue.scheduleAt(lab.queue.openNs, () => {
      if (host === undefined) return;
      const name = `${from.address}:${from.port}`;
      const nowNs = lab.queue.nowNs;
      const known = peers.get(name);
      if (known === undefined) makeRoom(nowNs);
      const peer = known ?? open(host, from);
      peers.delete(name);
      peers.set(name, peer);
      peer.lastNs = nowNs;
      peer.socket.send(address, port, data);
    });
  });
  return ok({ localPort: outside.address().port, close: () => void outside.close() });
}

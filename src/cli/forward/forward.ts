/**
 * `lab run --forward NODE:PORT=127.0.0.1:PORT`: programs of this computer reach a server of the lab. Each connection to a
 * port of the loopback interface becomes one of a station that is cabled to the server for this purpose, so that its frames
 * are in the capture like all others. With `NODE:PORT/udp` the port takes datagrams (`udp.ts`). Virtual time keeps
 * step with this computer's clock.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { parseIpv4 } from '../../base/address.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Lab } from '../../lab/lab.ts';
import type { TcpConnection } from '../../net/host/types.ts';
import type { Scenario } from '../../scenario/schema.ts';
import { openUdpForward, type UdpForward } from './udp.ts';

export interface Forward {
  readonly node: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly localHost: string;
  /** 0: any that is free. */
  readonly localPort: number;
}

const PATTERN =
  /^([A-Za-z][A-Za-z0-9_-]{0,31}):(\d{1,5})(\/udp|\/tcp)?=(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost):(\d{1,5})$/;
/** Connections from outside, at a time. */
const MAX_CONNECTIONS = 32;
/** Bytes that wait on either side of a connection, at most about this. */
const BUFFER_BYTES = 256 * 1024;
const STATION = 'forward';
const CARD = 'fwd';

/** Only the loopback interface: what the lab does is nobody else's concern. */
export function readForward(text: string): Result<Forward, string> {
  const match = PATTERN.exec(text);
  const [, node = '', port = '', protocol, localHost = '', localPort = ''] = match ?? [];
  if (match === null || Number(port) > 65_535 || Number(port) === 0 || Number(localPort) > 65_535) {
    return err(`--forward: expected NODE:PORT[/udp]=127.0.0.1:PORT, not ${text}`);
  }
  return ok({
    node,
    port: Number(port),
    protocol: protocol === '/udp' ? 'udp' : 'tcp',
    localHost,
    localPort: Number(localPort),
  });
}

/** The scenario with a station cabled to each server that is forwarded to. An error when there is no such server. */
export function withStations(scenario: Scenario, forwards: readonly Forward[]): Result<Scenario, string> {
  const nodes = [...scenario.nodes];
  const links = [...scenario.links];
  for (const [index, node] of [...new Set(forwards.map((one) => one.node))].entries()) {
    const at = nodes.findIndex((one) => one.name === node);
    const server = nodes[at];
    if (server?.kind !== 'server') return err(`--forward: ${node} is no server of the lab`);
    const nic = (host: number, name: string): (typeof server.nics)[number] => ({
      name,
      mac: `02:00:5e:fe:${index.toString(16).padStart(2, '0')}:0${host}`,
      address: `169.254.${77 + index}.${host}/30`,
      vlans: [],
    });
    nodes[at] = { ...server, nics: [...server.nics, nic(1, CARD)] };
    const { gateway: _, forward: __, routes: ___, caseInsensitive: ____, diskFull: _____, ...plain } = server;
    nodes.push({
      ...plain,
      services: {},
      files: [],
      upAtMs: 0,
      power: 'on',
      faults: [],
      name: `${STATION}-${node}`,
      nics: [nic(2, 'eth0')],
    });
    const cable = { latencyUs: 5, bandwidthMbps: 10_000, faults: [] };
    links.push({ a: `${STATION}-${node}.eth0`, b: `${node}.${CARD}`, ...cable });
  }
  return ok({ ...scenario, nodes, links });
}

/** Where a server is found by its station. */
function addressOf(forwards: readonly Forward[], node: string): number {
  const index = [...new Set(forwards.map((one) => one.node))].indexOf(node);
  return parseIpv4(`169.254.${77 + index}.1`) ?? 0;
}

/** Copies bytes both ways, each at the pace of the slower side. */
function join(lab: Lab, socket: Socket, connection: TcpConnection, moved: { count: number }): void {
  let waiting: Buffer | undefined;
  const act = (action: () => void): void => {
    lab.queue.scheduleAt(lab.queue.openNs, action);
  };
  const push = (): void => {
    if (waiting === undefined) return;
    const taken = connection.write(waiting);
    waiting = taken < waiting.length ? waiting.subarray(taken) : undefined;
    if (waiting === undefined) socket.resume();
  };
  socket.on('data', (data: Buffer) => {
    moved.count++;
    socket.pause();
    act(() => {
      waiting = waiting === undefined ? data : Buffer.concat([waiting, data]);
      push();
    });
  });
  socket.on('end', () => act(() => connection.end()));
  socket.on('error', () => act(() => connection.abort()));
  socket.on('drain', () => act(() => connection.resume()));
  connection.onDrain = push;
  connection.onData = (data) => {
    moved.count++;
    socket.write(data.slice());
    if (socket.writableLength > BUFFER_BYTES) connection.pause();
  };
  connection.onEnd = () => {
    socket.end();
  };
  connection.onClose = (error) => {
    if (error === undefined) socket.end();
    else socket.destroy();
  };
}

export interface Forwarding {
  /** Whether bytes have moved since it was last asked: then the lab runs on without a rest. */
  hasMoved(): boolean;
  close(): void;
}

/** Opens the ports; an error when one is taken. `onOpen` is told where each is found. */
export async function openForwards(
  lab: Lab,
  forwards: readonly Forward[],
  onOpen: (forward: Forward, localPort: number) => void,
): Promise<Result<Forwarding, string>> {
  const servers: (Server | UdpForward)[] = [];
  const sockets = new Set<Socket>();
  const moved = { count: 0 };
  const close = (): void => {
    for (const server of servers) server.close();
    for (const socket of sockets) socket.destroy();
  };
  for (const forward of forwards) {
    const host = lab.servers.get(`${STATION}-${forward.node}`)?.host;
    const address = addressOf(forwards, forward.node);
    if (forward.protocol === 'udp') {
      const moves = (): void => void moved.count++;
      const opened = await openUdpForward({ lab, host, address, ...forward, moves });
      if (!opened.ok) {
        close();
        return err(`--forward: ${opened.error}`);
      }
      servers.push(opened.value);
      onOpen(forward, opened.value.localPort);
      continue;
    }
    const server = createServer((socket) => {
      if (host === undefined || sockets.size >= MAX_CONNECTIONS) {
        socket.destroy();
        return;
      }
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.pause();
      socket.on('close', () => sockets.delete(socket));
      moved.count++;
      lab.queue.scheduleAt(lab.queue.openNs, () => {
        const connection = host.connectTcp(address, forward.port);
        join(lab, socket, connection, moved);
        connection.onConnect = () => {
          socket.resume();
        };
      });
    });
    servers.push(server);
    const failure = await new Promise<Error | undefined>((resolve) => {
      server.once('error', resolve);
      server.listen(forward.localPort, forward.localHost, () => resolve(undefined));
    });
    if (failure !== undefined) {
      close();
      return err(`--forward: ${failure.message}`);
    }
    const bound = server.address();
    onOpen(forward, typeof bound === 'object' && bound !== null ? bound.port : forward.localPort);
  }
  return ok({
    hasMoved: () => {
      const now = moved.count;
      moved.count = 0;
      return now > 0;
    },
    close,
  });
}

/** PXE boot server discovery (PXE 2.1 §2.2.4): one server after another until one says what to load. */
import { formatIpv4, IPV4_BROADCAST, readIpv4, type Ipv4Address } from '../../../../base/address.ts';
import { byteAt } from '../../../../base/bytes.ts';
import { NS_PER_MS } from '../../../../base/time/clock.ts';
import { takeWithin, type Task } from '../../../../base/time/task.ts';
import { DHCP_CLIENT_PORT, DHCP_SERVER_PORT, PXE_SERVER_PORT } from '../../../../protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE } from '../../../../protocols/dhcp/options.ts';
import { Err, OK, type Status } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import { readAnswer, registerPacket } from './dhcp.ts';
import { encodeRequest } from './dhcp-request.ts';
import { retryTimeoutsNs } from '../transfer/job.ts';
import { addressIn, type NetDevice } from '../link/netdev.ts';
import { ipxeMessage } from '../../messages.ts';

const PXE = 43 << 8;
const DISCOVERY_CONTROL = PXE | 6;
const MULTICAST_ADDRESS = PXE | 7;
const BOOT_SERVERS = PXE | 8;
const BOOT_ITEM = PXE | 71;

const NO_BROADCAST = 1;
const NO_MULTICAST = 2;
const ONLY_LISTED = 4;

/** Types are read and written low byte first. */
function readType(data: Uint8Array, at: number): number {
  return byteAt(data, at) | (byteAt(data, at + 1) << 8);
}

/** An option of the last DHCP or ProxyDHCP answer that has it. */
export function pxeOption(ipxe: Ipxe, tag: number): Uint8Array | undefined {
  const setting = { name: '', tag, scope: 'dhcp', type: undefined } as const;
  const found = ipxe.settings.fetch({ block: ipxe.settings.root, setting });
  return found.ok ? found.value.raw : undefined;
}

/** Option 43.8: type, count, addresses; again and again. */
function serversFor(ipxe: Ipxe, type: number): Ipv4Address[] {
  const data = pxeOption(ipxe, BOOT_SERVERS) ?? new Uint8Array(0);
  const out: Ipv4Address[] = [];
  for (let at = 0; at + 3 <= data.length;) {
    const count = byteAt(data, at + 2);
    const isWanted = readType(data, at) === type;
    at += 3;
    for (let i = 0; i < count && at + 4 <= data.length; i++, at += 4) if (isWanted) out.push(readIpv4(data, at));
  }
  return out;
}

/** Discovers a boot server of a type; its answer becomes the block `pxebs`. */
export function* discoverBootServer(ipxe: Ipxe, device: NetDevice, type: number): Task<Status> {
  const control = pxeOption(ipxe, DISCOVERY_CONTROL)?.[0] ?? 0;
  const listed = serversFor(ipxe, type);
  const group = addressIn(pxeOption(ipxe, MULTICAST_ADDRESS));
  const targets: { address: Ipv4Address; port: number }[] = [];
  if ((control & NO_MULTICAST) === 0 && group !== 0) targets.push({ address: group, port: PXE_SERVER_PORT });
  if ((control & NO_BROADCAST) === 0) targets.push({ address: IPV4_BROADCAST, port: DHCP_SERVER_PORT });
  for (const address of listed) targets.push({ address, port: PXE_SERVER_PORT });
  if (targets.length === 0) return Err.dhcpInvalid;
  const { clock, build, log } = ipxe;
  const { dhcp } = build;
  const socket = ipxe.ip.host.openUdp({ port: DHCP_CLIENT_PORT, interfaceName: device.name });
  const item = Uint8Array.of(type, type >>> 8, 0, 0);
  const vendorOptions = Uint8Array.from([71, item.length, ...item, 255]);
  const ciaddr = ipxe.ip.config(device)?.address ?? 0;
  let count = 0;
  try {
    for (const { address, port } of targets) {
      const startNs = clock.nowNs;
      log.emit({
        kind: 'stage',
        stage: 'boot-server',
        ...ipxeMessage('ipxe.boot-server', { server: formatIpv4(address), type }),
      });
      for (const timeoutNs of retryTimeoutsNs(dhcp.bootServerStartMs, dhcp.bootServerEndMs)) {
        const secs = ++count << 2;
        const bytes = encodeRequest(ipxe, device, { type: 'request', xid: 0, secs, ciaddr, vendorOptions });
        socket.send(address, port, bytes, { interfaceName: device.name, sourcePort: DHCP_CLIENT_PORT });
        const endNs = clock.nowNs + timeoutNs;
        while (clock.nowNs < endNs) {
          const datagram = yield* takeWithin(clock, socket.inbox, endNs - clock.nowNs);
          if (datagram === undefined) break;
          const answer = readAnswer(device, 0, datagram);
          if (answer === undefined || answer.type !== DHCP_MESSAGE_TYPE.ack) continue;
          if (answer.sourcePort !== DHCP_SERVER_PORT && answer.sourcePort !== PXE_SERVER_PORT) continue;
          const chosen = answer.block.value(BOOT_ITEM);
          if (chosen === undefined || chosen.length < 2 || readType(chosen, 0) !== type) continue;
          if ((control & ONLY_LISTED) !== 0 && !listed.includes(answer.source)) continue;
          registerPacket(ipxe, 'pxebs', answer);
          return OK;
        }
        if (clock.nowNs - startNs > dhcp.bootServerWaitMs * NS_PER_MS) break;
      }
    }
    return Err.dhcpTimeout;
  } finally {
    socket.close();
  }
}

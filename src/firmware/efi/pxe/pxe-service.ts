/** Port 4011 as UEFI firmware asks it: who says what to boot, and which boot server has an item (PXE 2.1 §2.2.3). */
import { IPV4_BROADCAST, formatIpv4 } from '../../../base/address.ts';
import type { Ipv4Address } from '../../../base/address.ts';
import { NS_PER_S } from '../../../base/time/clock.ts';
import type { Task } from '../../../base/time/task.ts';
import { DHCP_CLIENT_PORT, DHCP_SERVER_PORT, FLAG_BROADCAST, PXE_SERVER_PORT } from '../../../protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE, DHCP_OPTION } from '../../../protocols/dhcp/options.ts';
import {
  DISCOVERY_DISABLE_BROADCAST,
  DISCOVERY_DISABLE_MULTICAST,
  DISCOVERY_SERVER_LIST_ONLY,
  encodePxeVendorOptions,
} from '../../../protocols/pxe/vendor-options.ts';
import type { PxeVendorOptions } from '../../../protocols/pxe/vendor-options.ts';
import type { Message } from '../../../base/sentence.ts';
import { DhcpClient } from '../../clients/dhcp-client.ts';
import type { DhcpReply } from '../../clients/dhcp-client.ts';
import { stage } from '../attempt.ts';
import type { Attempt, Station } from '../attempt.ts';
import { MAX_MESSAGE, clientOptions } from '../dhcp-options.ts';
import { efiMessage } from '../messages.ts';

/** Each request is waited for to the end, however early the answer comes. */
const SERVICE_TIMEOUTS_NS: readonly number[] = [1, 2, 3, 4].map((seconds) => seconds * NS_PER_S);

/** Asks a server that says PXEClient and nothing of what to boot; undefined when it is silent. */
export function* askService(attempt: Attempt, station: Station, pointer: DhcpReply): Task<DhcpReply | undefined> {
  const { siaddr } = pointer.message;
  const server = siaddr === 0 ? pointer.serverId : siaddr;
  const text = efiMessage('efi.proxy-request', { server: formatIpv4(server) });
  return yield* requestBootServer(attempt, station, { unicast: server, stage: 'proxy-dhcp', text });
}

export type Discovery =
  | { readonly kind: 'found'; readonly reply: DhcpReply }
  | { readonly kind: 'silence' }
  | { readonly kind: 'not-listed' };

/** Looks for a boot server of a type: by multicast, else by broadcast, else by the list; the first that is allowed. */
export function* discoverBootServer(
  attempt: Attempt,
  station: Station,
  pxe: PxeVendorOptions,
  type: number,
): Task<Discovery> {
  const control = pxe.discoveryControl ?? 0;
  const listed = pxe.bootServers?.find((entry) => entry.type === type)?.addresses;
  if (pxe.bootServers !== undefined && listed === undefined) return { kind: 'not-listed' };
  const isListOnly = (control & DISCOVERY_SERVER_LIST_ONLY) !== 0;
  if (isListOnly && (listed ?? []).length === 0) return { kind: 'not-listed' };
  const text = (method: Message): Message => efiMessage('efi.boot-server', { type, method });
  const accept = ({ message }: DhcpReply): boolean => !isListOnly || (listed ?? []).includes(message.siaddr);
  const common = { stage: 'boot-server', item: type, accept } as const;
  let reply: DhcpReply | undefined;
  if ((control & DISCOVERY_DISABLE_MULTICAST) === 0) {
    const multicast = pxe.multicastAddress ?? 0;
    const method = efiMessage('efi.discovery.multicast', { address: formatIpv4(multicast) });
    reply = yield* requestBootServer(attempt, station, { ...common, unicast: multicast, text: text(method) });
  } else if ((control & DISCOVERY_DISABLE_BROADCAST) === 0) {
    const method = efiMessage('efi.discovery.broadcast');
    reply = yield* requestBootServer(attempt, station, { ...common, unicast: undefined, text: text(method) });
  } else {
    for (const address of listed ?? []) {
      const method = efiMessage('efi.discovery.unicast', { address: formatIpv4(address) });
      reply = yield* requestBootServer(attempt, station, { ...common, unicast: address, text: text(method) });
      if (reply !== undefined) break;
    }
  }
  return reply === undefined ? { kind: 'silence' } : { kind: 'found', reply };
}

interface ServiceRequest {
  /** Absent: the request is broadcast to the DHCP port. */
  readonly unicast: Ipv4Address | undefined;
  readonly stage: 'proxy-dhcp' | 'boot-server';
  readonly text: Message;
  /** The item that was chosen (option 43, tag 71). */
  readonly item?: number;
  readonly accept?: (reply: DhcpReply) => boolean;
}

function* requestBootServer(attempt: Attempt, { ip }: Station, request: ServiceRequest): Task<DhcpReply | undefined> {
  const { platform, nic, host, clientArch } = attempt;
  const { unicast, item, accept } = request;
  const [localPort, port] =
    unicast === undefined ? [DHCP_CLIENT_PORT, DHCP_SERVER_PORT] : [PXE_SERVER_PORT, PXE_SERVER_PORT];
  const socket = host.openUdp({ port: localPort, interfaceName: nic.name });
  let tries = 0;
  const client = new DhcpClient({
    clock: platform.clock,
    rng: platform.rng.derive(`service-${attempt.dhcp.xid}-${item ?? 'boot'}`),
    socket,
    localPort,
    interfaceName: nic.name,
    mac: nic.mac,
    broadcast: false,
    // The firmware forgets to swap the bytes of the seconds.
    secs: () => tries << 8,
  });
  const bootItem = item === undefined ? undefined : encodePxeVendorOptions({ bootItem: { type: item, layer: 0 } });
  // The driver that builds this message sorts the options by their codes.
  const options = [
    ...(bootItem === undefined ? [] : [{ code: DHCP_OPTION.vendorSpecific, data: bootItem }]),
    { code: DHCP_OPTION.messageType, data: Uint8Array.of(DHCP_MESSAGE_TYPE.request) },
    ...clientOptions({ client: 'PXEClient', arch: clientArch }, platform.identity, MAX_MESSAGE),
  ].toSorted((a, b) => a.code - b.code);
  const message = client.message(undefined, options, { ciaddr: ip });
  try {
    const { replies } = yield* client.exchange({
      message: unicast === undefined ? { ...message, flags: FLAG_BROADCAST } : message,
      destinations: [{ address: unicast ?? IPV4_BROADCAST, port }],
      timeoutsNs: SERVICE_TIMEOUTS_NS,
      accept: accept ?? (() => true),
      enough: () => false,
      onSend: (number) => {
        tries = number;
        stage(attempt, request.stage, request.text, 'PXE 2.1 §2.2.3');
      },
    });
    return replies[0];
  } finally {
    socket.close();
  }
}

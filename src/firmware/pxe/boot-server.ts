/** Boot server discovery (PXE 2.1 §2.2): multicast, broadcast or a list, as PXE_DISCOVERY_CONTROL allows. */
import { IPV4_BROADCAST, formatIpv4 } from '../../base/address.ts';
import type { Ipv4Address } from '../../base/address.ts';
import type { Task } from '../../base/time/task.ts';
import { DHCP_SERVER_PORT, PXE_SERVER_PORT } from '../../protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE, DHCP_OPTION } from '../../protocols/dhcp/options.ts';
import {
  DISCOVERY_DISABLE_BROADCAST,
  DISCOVERY_DISABLE_MULTICAST,
  DISCOVERY_SERVER_LIST_ONLY,
  encodePxeVendorOptions,
} from '../../protocols/pxe/vendor-options.ts';
import type { PxeVendorOptions } from '../../protocols/pxe/vendor-options.ts';
import type { DhcpReply, Exchange } from '../clients/dhcp-client.ts';
import { SERVICE_TIMEOUTS_NS } from './address.ts';
import { decide, failed, stage } from './attempt.ts';
import type { Attempt, Step } from './attempt.ts';
import { classify } from './offers.ts';
import type { Offer } from './offers.ts';
import type { PxeErrorCode } from './errors.ts';
import { pxeMessage } from './messages.ts';
import type { Message } from '../../base/sentence.ts';

type Method = { readonly name: Message; readonly destinations: Exchange['destinations'] };

export type DiscoveryPlan =
  | { readonly ok: true; readonly methods: readonly Method[]; readonly acceptFrom: readonly Ipv4Address[] | undefined }
  | { readonly ok: false; readonly code: PxeErrorCode; readonly detail: Message };

/** How to look for a server of `type`, in order. */
export function planDiscovery(pxe: PxeVendorOptions, type: number): DiscoveryPlan {
  const control = pxe.discoveryControl ?? 0;
  const methods: Method[] = [];
  const allowsMulticast = (control & DISCOVERY_DISABLE_MULTICAST) === 0;
  if (allowsMulticast && pxe.multicastAddress !== undefined) {
    const destinations = [{ address: pxe.multicastAddress, port: PXE_SERVER_PORT }];
    methods.push({
      name: pxeMessage('pxe.discovery.multicast', { address: formatIpv4(pxe.multicastAddress) }),
      destinations,
    });
  }
  if ((control & DISCOVERY_DISABLE_BROADCAST) === 0) {
    methods.push({
      name: pxeMessage('pxe.discovery.broadcast'),
      destinations: [{ address: IPV4_BROADCAST, port: DHCP_SERVER_PORT }],
    });
  }
  const listed = pxe.bootServers?.filter((entry) => entry.type === type).flatMap((entry) => entry.addresses);
  if (listed !== undefined && listed.length > 0) {
    const destinations = listed.map((address) => ({ address, port: PXE_SERVER_PORT }));
    methods.push({
      name: pxeMessage('pxe.discovery.unicast', { addresses: listed.map(formatIpv4).join(', ') }),
      destinations,
    });
  }
  const listOnly = (control & DISCOVERY_SERVER_LIST_ONLY) !== 0;
  if (listOnly && (listed === undefined || listed.length === 0)) {
    return { ok: false, code: 'E77', detail: pxeMessage('pxe.why-failed.list-empty', { type }) };
  }
  if (methods.length === 0) {
    return allowsMulticast
      ? { ok: false, code: 'E76', detail: pxeMessage('pxe.why-failed.no-multicast-address') }
      : {
          ok: false,
          code: 'E77',
          detail: pxeMessage('pxe.why-failed.nothing-allowed', { type }),
        };
  }
  return { ok: true, methods, acceptFrom: listOnly ? listed : undefined };
}

export function* discoverBootServer(
  attempt: Attempt,
  ip: Ipv4Address,
  pxe: PxeVendorOptions,
  type: number,
): Task<Step<Offer>> {
  const plan = planDiscovery(pxe, type);
  if (!plan.ok) return failed({ code: plan.code, detail: plan.detail });
  const { dhcp, options } = attempt;
  const item = { code: DHCP_OPTION.vendorSpecific, data: encodePxeVendorOptions({ bootItem: { type, layer: 0 } }) };
  for (const method of plan.methods) {
    const { replies } = yield* dhcp.exchange({
      message: dhcp.message('request', [...options, item], { ciaddr: ip }),
      destinations: method.destinations,
      timeoutsNs: SERVICE_TIMEOUTS_NS,
      accept: (reply) => isBootServer(attempt, reply, type, plan.acceptFrom),
      enough: () => true,
      onSend: () =>
        stage(attempt, 'boot-server', pxeMessage('pxe.boot-server', { type, method: method.name }), 'PXE 2.1 §2.2'),
    });
    const reply = replies[0];
    if (reply !== undefined) return { ok: true, value: classify(reply, attempt.rom.quirks) };
    decide(
      attempt,
      'discovery-silent',
      pxeMessage('pxe.discovery-silent', { method: method.name }),
      'PXE 2.1 §2.2',
      'note',
    );
  }
  return failed({ code: 'E78', detail: pxeMessage('pxe.why-failed.no-boot-server', { type }) });
}

function isBootServer(
  attempt: Attempt,
  reply: DhcpReply,
  type: number,
  acceptFrom: readonly Ipv4Address[] | undefined,
): boolean {
  if (reply.type !== DHCP_MESSAGE_TYPE.ack) return false;
  const from = formatIpv4(reply.serverId);
  if (acceptFrom !== undefined && !acceptFrom.includes(reply.source) && !acceptFrom.includes(reply.serverId)) {
    decide(
      attempt,
      'boot-server-not-listed',
      pxeMessage('pxe.boot-server-not-listed', { server: from }),
      'PXE 2.1 table 2-1',
    );
    return false;
  }
  const answered = classify(reply, attempt.rom.quirks).pxe?.bootItem?.type;
  if (answered !== undefined && answered !== type) {
    decide(
      attempt,
      'boot-server-other-type',
      pxeMessage('pxe.boot-server-other-type', { server: from, answered, type }),
      'PXE 2.1 table 2-1',
    );
    return false;
  }
  return true;
}

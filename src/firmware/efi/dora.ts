/**
 * How UEFI firmware gets its address (EDK2's DHCP driver, RFC 2131 §4.4): it listens four seconds for offers, whatever
 * has come by then, and lets its client choose. Without one that will do it asks again, for 8, 16 and 32 seconds.
 */
import { formatIpv4, maskPrefix, prefixMask } from '../../base/address.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import { itemAt } from '../../base/lists/list.ts';
import type { Message } from '../../base/sentence.ts';
import { startTask } from '../../base/time/task.ts';
import type { Task } from '../../base/time/task.ts';
import { DHCP_MESSAGE_TYPE, DHCP_OPTION } from '../../protocols/dhcp/options.ts';
import { DHCP_BROADCAST, addressBytes, addressOption } from '../clients/dhcp-client.ts';
import type { DhcpReply, OptionValue } from '../clients/dhcp-client.ts';
import { decide, stage } from './attempt.ts';
import type { Attempt, Station } from './attempt.ts';
import { efiMessage } from './messages.ts';

export const DHCP_TIMEOUTS_NS: readonly number[] = [4, 8, 16, 32].map((seconds) => seconds * NS_PER_S);

export interface DoraOptions<Chosen extends { readonly reply: DhcpReply }> {
  readonly discover: readonly OptionValue[];
  readonly request: readonly OptionValue[];
  /** Of all offers so far, in the order in which they came; undefined when none will do. */
  readonly choose: (replies: readonly DhcpReply[]) => Chosen | undefined;
  /** For the first DHCPDISCOVER and DHCPREQUEST, each offer and the acknowledgment. */
  readonly onMessage?: () => Task<void>;
}

export type DoraOutcome<Chosen> =
  | { readonly kind: 'bound'; readonly chosen: Chosen; readonly discover: Uint8Array; readonly ack: DhcpReply }
  | { readonly kind: 'silence' }
  | { readonly kind: 'no-offer' }
  | { readonly kind: 'not-confirmed'; readonly chosen: Chosen };

function* nothing(): Task<void> {}

export function* dora<Chosen extends { readonly reply: DhcpReply }>(
  attempt: Attempt,
  options: DoraOptions<Chosen>,
): Task<DoraOutcome<Chosen>> {
  for (;;) {
    const { dhcp } = attempt;
    const { onMessage = nothing } = options;
    const replies: DhcpReply[] = [];
    yield* onMessage();
    let chosen: Chosen | undefined;
    let discover: Uint8Array = new Uint8Array(0);
    for (let number = 0; number < DHCP_TIMEOUTS_NS.length && chosen === undefined; number++) {
      const sent = number === 0 ? efiMessage('efi.discover') : efiMessage('efi.discover-again', { number: number + 1 });
      stage(attempt, 'dhcp-discover', sent, 'RFC 2131 §4.4.1');
      const heard = yield* dhcp.exchange({
        message: dhcp.message('discover', options.discover),
        destinations: [DHCP_BROADCAST],
        timeoutsNs: [itemAt(DHCP_TIMEOUTS_NS, number)],
        // A BOOTP server's reply has no option 53 (RFC 1534 §2).
        accept: ({ type }) => type === DHCP_MESSAGE_TYPE.offer || type === undefined,
        enough: () => false,
        onReply: (reply) => {
          startTask(onMessage());
          const text = efiMessage('efi.offer-arrived', { offer: describeOffer(reply) });
          stage(attempt, 'dhcp-offer', text, 'RFC 2131 §4.3.1');
        },
      });
      discover = heard.sent;
      replies.push(...heard.replies);
      if (replies.length > 0) chosen = options.choose(replies);
    }
    if (replies.length === 0) return { kind: 'silence' };
    if (chosen === undefined) return { kind: 'no-offer' };
    const { reply } = chosen;
    // RFC 1534 §2: a BOOTP reply is the lease.
    yield* onMessage();
    const ack = reply.type === undefined ? reply : yield* request(attempt, reply, options.request);
    if (ack === undefined) return { kind: 'not-confirmed', chosen };
    yield* onMessage();
    if (ack !== 'refused') return { kind: 'bound', chosen, discover, ack };
    dhcp.restart();
  }
}

function* request(
  attempt: Attempt,
  { message, serverId }: DhcpReply,
  options: readonly OptionValue[],
): Task<DhcpReply | 'refused' | undefined> {
  const { dhcp } = attempt;
  const { replies } = yield* dhcp.exchange({
    message: dhcp.message('request', [
      { code: DHCP_OPTION.serverIdentifier, data: addressBytes(serverId) },
      { code: DHCP_OPTION.requestedAddress, data: addressBytes(message.yiaddr) },
      ...options,
    ]),
    destinations: [DHCP_BROADCAST],
    timeoutsNs: DHCP_TIMEOUTS_NS,
    accept: (reply) =>
      reply.serverId === serverId && (reply.type === DHCP_MESSAGE_TYPE.ack || reply.type === DHCP_MESSAGE_TYPE.nak),
    enough: () => true,
    onSend: () =>
      stage(
        attempt,
        'dhcp-request',
        efiMessage('efi.request', { address: formatIpv4(message.yiaddr) }),
        'RFC 2131 §4.4.1',
      ),
  });
  const [reply] = replies;
  if (reply?.type === DHCP_MESSAGE_TYPE.nak) {
    decide(attempt, 'nak', efiMessage('efi.nak', { server: formatIpv4(serverId) }), 'RFC 2131 §4.3.2', 'error');
    return 'refused';
  }
  if (reply !== undefined) {
    stage(attempt, 'dhcp-ack', efiMessage('efi.ack', { address: formatIpv4(reply.message.yiaddr) }), 'RFC 2131 §4.4.1');
  }
  return reply;
}

/** Gives the card the address of the acknowledgment. */
export function configure({ host, nic }: Attempt, { message }: DhcpReply): Station {
  const ip = message.yiaddr;
  const given = addressOption(message, DHCP_OPTION.subnetMask);
  // RFC 950 §2.1: without a mask it is that of the address's class.
  const byClass = prefixMask(ip >>> 31 === 0 ? 8 : ip >>> 30 === 2 ? 16 : 24);
  const mask = given !== undefined && maskPrefix(given) !== undefined ? given : byClass;
  const gateway = addressOption(message, DHCP_OPTION.router) ?? 0;
  host.interface(nic.name)?.setAddress(ip, mask);
  host.setDefaultGateway(nic.name, gateway === 0 ? undefined : gateway);
  return { ip, mask };
}

/** `The offer of 10.0.0.10 from 10.0.0.2`, `The ProxyDHCP offer from 10.0.0.3`. */
export function describeOffer({ message, serverId }: DhcpReply): Message {
  const server = formatIpv4(serverId);
  if (message.yiaddr === 0) return efiMessage('efi.offer.proxy', { server });
  return efiMessage('efi.offer', { address: formatIpv4(message.yiaddr), server });
}

export interface PassedOver {
  readonly reply: DhcpReply;
  readonly why: Message;
}

/** Logs which offer was taken, and why not the others. */
export function explainChoice(
  attempt: Attempt,
  chosen: { readonly reply: DhcpReply; readonly why: Message } | undefined,
  passedOver: readonly PassedOver[],
  rule: string,
): void {
  for (const { reply, why } of passedOver) {
    const text = efiMessage('efi.offer-passed-over', { offer: describeOffer(reply), why });
    decide(attempt, 'offer-passed-over', text, rule, chosen === undefined ? 'warn' : 'info');
  }
  if (chosen === undefined) return;
  const text = efiMessage('efi.offer-chosen', { offer: describeOffer(chosen.reply), why: chosen.why });
  decide(attempt, 'offer-chosen', text, rule);
}

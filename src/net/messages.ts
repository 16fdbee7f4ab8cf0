/** English messages of faults, cables, switches and hosts about what they drop or damage. */
import type { EventBody } from '../base/event-log.ts';
import { defineMessages, type Message } from '../base/sentence.ts';

export const NET_TEXTS = {
  'net.delayed': '{port}: frames are delayed{more}.',
  'net.slowed': '{port}: frames are slowed down to {bitsPerSecond} bit/s{more}.',
  'net.dropped': '{port}: dropped a frame of {bytes} bytes{why}.',
  'net.held-back': '{port}: held back a frame of {bytes} bytes for {delayMs} ms{why}.',
  'net.turned-over': '{port}: turned over bit {bit} of byte {at} in a frame of {bytes} bytes{why}.',
  'net.sent-twice': '{port}: sent a frame of {bytes} bytes twice{why}.',
  'net.copies-bounded':
    '{port}: one frame becomes at most {limit} frames; further duplicates are left out from here on.',
  'net.kept-back': '{port}: kept back a frame of {bytes} bytes{why}{more}.',
  'net.not-heard': '{port}: did not hear a frame of {bytes} bytes{why}.',
  'net.link-up': '{link}: the link comes up again.',
  'net.link-down': '{link}: the link goes down.',
  // Parts of the sentences above and below.
  'net.match': ' (match {count})',
  'net.match-of': ' (match {count}: {what})',
  'net.silent-about': ' (silent about {what})',
  'net.more': ' (and {count} more before)',
  'link.queue-full': 'The link {link} dropped a frame of {bytes} bytes: its queue of {queueBytes} bytes is full{more}.',
  'arp.address-conflict': '{mac} uses {address}, which is the address of {card}{more}.',
  'ip.not-forwarded':
    '{host} drops a packet from {source} to {destination}: it has cards in several networks, but IP forwarding is off{more}.',
  'arp.no-reply': 'Nobody on {card} answered for {address} in {count} ARP requests{more}.',
  'tcp.connection': 'TCP {local} to {remote}: {what}{more}',
  'tcp.retransmission-timeout':
    'No acknowledgment for byte {byte}; it is sent again (timeout {count} of this connection).',
  'tcp.refused': 'Nobody listens on TCP port {port}: the connection from {remote} is refused{more}.',
  'switch.untagged-refused': '{port} dropped an untagged frame from {mac}: this trunk has no native VLAN{more}.',
  'switch.vlan-not-allowed': '{port} dropped a frame of VLAN {vlan} from {mac}: {reason}{more}.',
  'switch.vlan-not-allowed.access': 'it is an access port of VLAN {vlan}',
  'switch.vlan-not-allowed.trunk': 'VLAN {vlan} is not allowed on this trunk',
  'switch.table-full':
    '{switch} did not learn {mac}: its address table of {entries} entries is full, so frames to it go to every port{more}.',
  'switch.mac-moved': '{mac} in VLAN {vlan} moved from {before} to {port}{more}.',
  'switch.port-state': '{port} is {state}{time}{why}.',
  'switch.port-state.time': ' for {seconds} s',
  'switch.port-state.circle': ': another way to the root is better, and both would be a circle',
  'switch.port-blocked':
    '{port} dropped a frame: the port is {state}, spanning tree does not let it forward yet{more}.',
  'switch.root': 'The root of the tree is {bridge} behind {port}.',
  'switch.root.itself': 'The root of the tree is this one.',
  'switch.group-unwanted': '{port} brought a frame for {group} that went nowhere: {reason}{more}.',
  'switch.group-unwanted.nobody': 'nobody has reported the group by IGMP',
  'switch.group-unwanted.no-querier':
    'reports of it have expired, and without a querier nobody asks the hosts to report again',
  // States of IEEE 802.1D §8.4.
  'switch.state.disabled': 'disabled',
  'switch.state.blocking': 'blocking',
  'switch.state.listening': 'listening',
  'switch.state.learning': 'learning',
  'switch.state.forwarding': 'forwarding',
} as const;

export const netMessage = defineMessages(NET_TEXTS);

/** A part of a sentence that may be empty. */
export type MessagePart = Message | '';

/** `code` as in scenarios: `loss`. */
export function faultEvent(code: string, message: Message): EventBody {
  return { kind: 'fault', code: `fault.${code}`, ...message };
}

/** The client of RARP (RFC 903): a machine broadcasts its hardware address and is told the IP address that belongs to it. */
import { formatIpv4, formatMac, MAC_BROADCAST, type Ipv4Address } from '../../base/address.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import { Inbox, takeWithin, type Task } from '../../base/time/task.ts';
import { decodeArp, encodeArp } from '../../protocols/arp/codec.ts';
import { ARP_OPERATION } from '../../protocols/arp/fields.ts';
import { decodeEthernet, encodeEthernet } from '../../protocols/ethernet/codec.ts';
import { ETHERTYPE } from '../../protocols/ethernet/fields.ts';
import { classMask, failed, type Loaded, type LoaderCard } from '../loaders/card.ts';
import { rarpClientMessage } from './messages.ts';

/** How long to wait after each request: the RFC says nothing, old PROMs waited longer each time. */
const TIMEOUTS_NS: readonly number[] = [1, 2, 4, 8, 16].map((seconds) => seconds * NS_PER_S);

export interface RarpAnswer {
  readonly address: Ipv4Address;
  /** Who told it: no other server is known. */
  readonly server: Ipv4Address;
}

/** Asks until somebody answers, and takes the address. `onSilence` is called when a request got no answer in its time. */
export function* askRarp(
  card: LoaderCard,
  onSilence: () => Task<void>,
  timeoutsNs: readonly number[] = TIMEOUTS_NS,
): Task<Loaded<RarpAnswer>> {
  const { nic, platform, interface: own } = card;
  const mac = formatMac(nic.mac);
  const answers = new Inbox<RarpAnswer>();
  own.onFrame = (bytes) => {
    const answer = readAnswer(bytes, nic.mac);
    if (answer !== undefined) answers.push(answer);
    return answer !== undefined;
  };
  try {
    for (const [index, timeoutNs] of timeoutsNs.entries()) {
      const says =
        index === 0
          ? rarpClientMessage('rarp-client.request', { mac })
          : rarpClientMessage('rarp-client.request-again', { mac, number: index + 1 });
      card.stage('rarp-request', says, 'RFC 903');
      own.sendFrame(request(nic.mac));
      const answer = yield* takeWithin(platform.clock, answers, timeoutNs);
      if (answer === undefined) {
        yield* onSilence();
        continue;
      }
      const [address, server] = [formatIpv4(answer.address), formatIpv4(answer.server)];
      card.stage('rarp-reply', rarpClientMessage('rarp-client.reply', { address, server }), 'RFC 903');
      if (answer.server === 0)
        return failed('rarp/no-server', rarpClientMessage('rarp-client.no-server', { address }), 'RFC 903');
      const mask = formatIpv4(classMask(answer.address));
      card.decide('rarp/mask', rarpClientMessage('rarp-client.mask', { mask }), 'info', 'RFC 950 §2.1');
      card.setAddress(answer.address);
      return { ok: true, value: answer };
    }
    return failed('rarp/no-answer', rarpClientMessage('rarp-client.no-answer', { mac }), 'RFC 903');
  } finally {
    own.onFrame = undefined;
  }
}

/** Both hardware addresses are the machine's own: it asks for itself (RFC 903, "reverse request"). */
function request(mac: number): Uint8Array {
  const { reverseRequest: operation } = ARP_OPERATION;
  const payload = encodeArp({ operation, senderMac: mac, senderIp: 0, targetMac: mac, targetIp: 0 });
  const etherType = ETHERTYPE.rarp;
  return encodeEthernet({ kind: 'ethernet-ii', destination: MAC_BROADCAST, source: mac, etherType, payload });
}

function readAnswer(bytes: Uint8Array, mac: number): RarpAnswer | undefined {
  const frame = decodeEthernet(bytes);
  if (!frame.ok || frame.value.kind !== 'ethernet-ii' || frame.value.etherType !== ETHERTYPE.rarp) return undefined;
  const packet = decodeArp(frame.value.payload);
  if (!packet.ok || packet.value.operation !== ARP_OPERATION.reverseReply) return undefined;
  const { targetMac, targetIp: address, senderIp: server } = packet.value;
  return targetMac === mac && address !== 0 ? { address, server } : undefined;
}

/**
 * The client of BOOTP (RFC 951, vendor information RFC 1497): one question, one reply, no lease and nothing to confirm. A
 * message has 300 bytes, 64 of them for vendor information.
 */
import { formatIpv4, maskPrefix, type Ipv4Address } from '../../base/address.ts';
import { fromCString, latin1, readU16 } from '../../base/bytes.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import type { Rng } from '../../base/rng.ts';
import type { Task } from '../../base/time/task.ts';
import { BOOTP_MESSAGE_BYTES, collectOption, decodeDhcp } from '../../protocols/dhcp/codec.ts';
import { DHCP_FIELDS } from '../../protocols/dhcp/fields.ts';
import { DHCP_OPTION } from '../../protocols/dhcp/options.ts';
import { addressOption, DHCP_BROADCAST, messageTypeOf } from '../clients/dhcp-client.ts';
import { classMask, failed, type Loaded, type LoaderCard } from '../loaders/card.ts';
import { bootpMessage } from './messages.ts';

/** RFC 951 §7.2: about four seconds, by chance, twice as long each time. */
const MEAN_TIMEOUTS_NS: readonly number[] = [4, 8, 16, 32].map((seconds) => seconds * NS_PER_S);

/** What a BOOTREPLY says. */
export interface BootpAnswer {
  readonly address: Ipv4Address;
  /** Option 1; undefined: it says none. */
  readonly mask: Ipv4Address | undefined;
  /** Option 3. */
  readonly gateway: Ipv4Address | undefined;
  /** siaddr, else the sender of the reply. */
  readonly server: Ipv4Address;
  readonly file: string;
  /** Option 13: the size of the file in blocks of 512 bytes. */
  readonly blocks: number | undefined;
  readonly hostName: string | undefined;
}

/** Reads the 300 bytes of RFC 951; what a server writes behind them is not there for such a client. Undefined: no reply. */
export function readBootReply(bytes: Uint8Array, sender: Ipv4Address): BootpAnswer | undefined {
  const decoded = decodeDhcp(bytes.subarray(0, BOOTP_MESSAGE_BYTES));
  if (!decoded.ok || decoded.value.yiaddr === 0) return undefined;
  const message = decoded.value;
  const mask = addressOption(message, DHCP_OPTION.subnetMask);
  const size = collectOption(message, DHCP_OPTION.bootFileSize);
  const name = collectOption(message, DHCP_OPTION.hostName);
  return {
    address: message.yiaddr,
    mask: mask !== undefined && maskPrefix(mask) !== undefined ? mask : undefined,
    gateway: addressOption(message, DHCP_OPTION.router),
    server: message.siaddr === 0 ? sender : message.siaddr,
    file: fromCString(message.file),
    blocks: size?.length === 2 ? readU16(size, 0) : undefined,
    hostName: name === undefined ? undefined : fromCString(name),
  };
}

/** The timeouts of one boot. */
function timeouts(rng: Rng): readonly number[] {
  return MEAN_TIMEOUTS_NS.map((mean) => mean / 2 + rng.below(mean));
}

/** Asks until a server answers, and takes address, mask and router. `wanted` is a generic name such as `unix`. */
export function* askBootp(card: LoaderCard, wanted: string, onSend: () => void): Task<Loaded<BootpAnswer>> {
  // The broadcast flag is of 1993 (RFC 1542): these clients leave the bits zero.
  const { client, rng, socket } = card.openDhcp('bootp', { minimumLength: BOOTP_MESSAGE_BYTES });
  const file = new Uint8Array(DHCP_FIELDS.file.length);
  file.set(latin1(wanted).subarray(0, DHCP_FIELDS.file.length - 1));
  try {
    const { replies } = yield* client.exchange({
      message: client.message(undefined, [], { file }),
      destinations: [DHCP_BROADCAST],
      timeoutsNs: timeouts(rng),
      accept: (reply) => reply.type === undefined && reply.message.yiaddr !== 0,
      enough: () => true,
      onSend: (number) => {
        const says =
          number === 0 ? bootpMessage('bootp.request') : bootpMessage('bootp.request-again', { number: number + 1 });
        card.stage('bootp-request', says, 'RFC 951 §7.2');
        onSend();
      },
      onReply: ({ message, serverId }) => {
        if (messageTypeOf(message) === undefined) return;
        const server = formatIpv4(serverId);
        card.decide('bootp/dhcp-only', bootpMessage('bootp.dhcp-only', { server }), 'info', 'RFC 1534 §2');
      },
    });
    const [reply] = replies;
    const answer = reply === undefined ? undefined : readBootReply(reply.bytes, reply.source);
    if (reply === undefined || answer === undefined)
      return failed('bootp/no-answer', bootpMessage('bootp.no-answer'), 'RFC 951 §7.2');
    return take(card, answer);
  } finally {
    socket.close();
  }
}

function take(card: LoaderCard, answer: BootpAnswer): Loaded<BootpAnswer> {
  const address = formatIpv4(answer.address);
  const server = formatIpv4(answer.server);
  const { file } = answer;
  const says =
    file === ''
      ? bootpMessage('bootp.reply-no-file', { address })
      : bootpMessage('bootp.reply', { address, file, server });
  card.stage('bootp-reply', says, 'RFC 951 §7.2');
  if (answer.mask === undefined) {
    const mask = formatIpv4(classMask(answer.address));
    card.decide('bootp/class-mask', bootpMessage('bootp.class-mask', { mask }), 'info', 'RFC 950 §2.1');
  }
  card.setAddress(answer.address, answer.mask, answer.gateway);
  if (file === '') return failed('bootp/no-file', bootpMessage('bootp.no-file', { server, address }), 'RFC 951 §7.2');
  return { ok: true, value: answer };
}

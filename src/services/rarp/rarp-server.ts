/**
 * A RARP server (RFC 903) that answers as Linux's rarpd does: only in the network that an address belongs to, and, when it
 * is found where boot files are, only machines that have one.
 */
import { formatIpv4, formatMac, sameSubnet, type Ipv4Address, type MacAddress } from '../../base/address.ts';
import { hexNumber } from '../../base/bytes.ts';
import type { ConfigLine, EventSink, Severity } from '../../base/event-log.ts';
import type { Message } from '../../base/sentence.ts';
import type { Host, NetInterface } from '../../net/host/types.ts';
import { decodeArp, encodeArp } from '../../protocols/arp/codec.ts';
import { ARP_OPERATION } from '../../protocols/arp/fields.ts';
import { decodeEthernet, encodeEthernet } from '../../protocols/ethernet/codec.ts';
import { ETHERTYPE } from '../../protocols/ethernet/fields.ts';
import type { FileTree } from '../files/file-tree.ts';
import { readEthers, type EthersEntry } from './ethers.ts';
import { rarpMessage } from './messages.ts';

export interface RarpServerOptions {
  readonly log: EventSink;
  readonly files: FileTree;
  readonly ethers: string;
  readonly hosts: string;
  readonly bootFolder: string | undefined;
  readonly offLink: boolean;
  readonly arpPackets: boolean;
}

/** The name that machines ask for by TFTP: the address in eight capital hexadecimal digits. */
function bootName(address: Ipv4Address): string {
  return hexNumber(address, 8);
}

export class RarpServer {
  private readonly options: RarpServerOptions;
  private readonly table: readonly EthersEntry[];

  constructor(options: RarpServerOptions) {
    this.options = options;
    this.table = readEthers(options.ethers, options.hosts);
  }

  listen(host: Host): void {
    for (const card of host.interfaces) {
      const before = card.onFrame;
      card.onFrame = (frame) => {
        const isOurs = this.receive(frame, card, host);
        return isOurs || (before?.(frame) ?? false);
      };
    }
  }

  /** Whether it is for a RARP server; then it has been answered, or not. */
  private receive(bytes: Uint8Array, card: NetInterface, host: Host): boolean {
    const frame = decodeEthernet(bytes);
    if (!frame.ok || frame.value.kind !== 'ethernet-ii') return false;
    const { etherType, payload, source } = frame.value;
    const isTaken = etherType === ETHERTYPE.rarp || (this.options.arpPackets && etherType === ETHERTYPE.arp);
    if (!isTaken) return false;
    const packet = decodeArp(payload);
    if (!packet.ok || packet.value.operation !== ARP_OPERATION.reverseRequest) return etherType === ETHERTYPE.rarp;
    const { senderMac, targetMac } = packet.value;
    if (senderMac !== source) {
      const who = { client: formatMac(senderMac), source: formatMac(source) };
      this.report('two-cards', 'note', rarpMessage('rarp.two-cards', who));
      return true;
    }
    const address = this.find(targetMac, card);
    if (address === undefined) return true;
    const near = card.addresses.find((own) => sameSubnet(own.address, address, own.mask))?.address;
    const senderIp = near ?? host.sourceFor(address) ?? 0;
    const reply = encodeArp({
      operation: ARP_OPERATION.reverseReply,
      senderMac: card.mac,
      senderIp,
      targetMac,
      targetIp: address,
    });
    card.sendFrame(
      encodeEthernet({ kind: 'ethernet-ii', destination: source, source: card.mac, etherType, payload: reply }),
    );
    return true;
  }

  private find(mac: MacAddress, card: NetInterface): Ipv4Address | undefined {
    const { bootFolder, offLink, files } = this.options;
    const client = formatMac(mac);
    const entry = this.table.find((one) => one.mac === mac);
    const [first] = entry?.addresses ?? [];
    if (entry === undefined || first === undefined) {
      const lines = entry === undefined ? [] : [entry.line];
      this.report('unknown', 'warn', rarpMessage('rarp.unknown', { client }), lines);
      return undefined;
    }
    const isNear = (one: Ipv4Address): boolean => card.addresses.some((own) => sameSubnet(own.address, one, own.mask));
    const address = entry.addresses.find(isNear) ?? (offLink ? first : undefined);
    if (address === undefined) {
      const about = { client, address: formatIpv4(first) };
      this.report('off-link', 'warn', rarpMessage('rarp.off-link', about), [entry.line]);
      return undefined;
    }
    const found = { client, address: formatIpv4(address) };
    const file = bootName(address);
    if (bootFolder !== undefined && files.list(bootFolder)?.some((name) => name.startsWith(file)) !== true) {
      const about = { ...found, folder: bootFolder, file };
      this.report('not-bootable', 'warn', rarpMessage('rarp.not-bootable', about), [entry.line]);
      return undefined;
    }
    this.report('answered', 'info', rarpMessage('rarp.answered', found), [entry.line]);
    return address;
  }

  private report(code: string, severity: Severity, message: Message, lines: readonly ConfigLine[] = []): void {
    const event = { kind: 'server', service: 'rarp', code: `rarp.${code}`, severity, ...message, lines } as const;
    this.options.log.emit(event, { rule: 'RFC 903' });
  }
}

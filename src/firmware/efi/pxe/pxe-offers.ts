/**
 * Which offers the PXE client of UEFI firmware takes (EDK2's order of preference; PXE 2.1 §2.2). Pure functions over
 * what came in; every offer that is passed over has a reason.
 */
import type { Message } from '../../../base/sentence.ts';
import { collectOption } from '../../../protocols/dhcp/codec.ts';
import { DHCP_OPTION } from '../../../protocols/dhcp/options.ts';
import { decodePxeVendorOptions } from '../../../protocols/pxe/vendor-options.ts';
import type { PxeVendorOptions } from '../../../protocols/pxe/vendor-options.ts';
import type { DhcpReply } from '../../clients/dhcp-client.ts';
import type { PassedOver } from '../dora.ts';
import { efiMessage } from '../messages.ts';
import { bootFileOf, isOfClass } from '../offer-fields.ts';

/**
 * `discovery`: PXEClient with a menu, boot servers or a way to look for them (option 43); `service`: PXEClient with
 * nothing of it, so port 4011 is asked; `plain`: not PXEClient.
 */
export interface PxeOffer {
  readonly reply: DhcpReply;
  readonly kind: 'discovery' | 'service' | 'multicast' | 'plain' | 'bootp';
  readonly isProxy: boolean;
  readonly bootFile: string;
  readonly pxe: PxeVendorOptions | undefined;
}

export function readPxeOffer(reply: DhcpReply): PxeOffer {
  const { message } = reply;
  const isPxe = isOfClass(message, 'PXEClient');
  const data = isPxe ? collectOption(message, DHCP_OPTION.vendorSpecific) : undefined;
  const decoded = data === undefined ? undefined : decodePxeVendorOptions(data);
  const pxe = decoded?.ok === true ? decoded.value : undefined;
  return { reply, kind: kindOf(reply, isPxe, pxe), isProxy: message.yiaddr === 0, bootFile: bootFileOf(message), pxe };
}

function kindOf(reply: DhcpReply, isPxe: boolean, pxe: PxeVendorOptions | undefined): PxeOffer['kind'] {
  if (reply.type === undefined) return 'bootp';
  if (!isPxe) return 'plain';
  if (pxe === undefined) return 'service';
  const discovers =
    pxe.discoveryControl !== undefined ||
    pxe.multicastAddress !== undefined ||
    pxe.bootServers !== undefined ||
    pxe.bootMenu !== undefined ||
    pxe.menuPrompt !== undefined;
  if (discovers) return 'discovery';
  return pxe.mtftpAddress === undefined ? 'service' : 'multicast';
}

export interface PxeChoice {
  readonly reply: DhcpReply;
  readonly offer: PxeOffer;
  /** Who says what to boot, when that is another. All of a kind are asked in turn. */
  readonly proxies: readonly PxeOffer[];
  readonly why: Message;
}

export interface PxeSelection {
  readonly chosen: PxeChoice | undefined;
  readonly passedOver: readonly PassedOver[];
}

export function selectPxeOffer(offers: readonly PxeOffer[]): PxeSelection {
  const chosen = prefer(offers);
  const passedOver = offers
    .filter((offer) => offer !== chosen?.offer && chosen?.proxies.includes(offer) !== true)
    .map((offer) => ({ reply: offer.reply, why: whyNot(offer, chosen !== undefined) }));
  return { chosen, passedOver };
}

function prefer(offers: readonly PxeOffer[]): PxeChoice | undefined {
  const of = (kind: PxeOffer['kind'], isProxy: boolean): readonly PxeOffer[] =>
    offers.filter((offer) => offer.kind === kind && offer.isProxy === isProxy);
  const take = (offer: PxeOffer, why: Message, proxies: readonly PxeOffer[] = []): PxeChoice => ({
    reply: offer.reply,
    offer,
    proxies,
    why,
  });
  const [discovery] = of('discovery', false);
  if (discovery !== undefined) return take(discovery, efiMessage('efi.why.pxe'));
  const [plain] = of('plain', false);
  const discoveryProxies = of('discovery', true).slice(0, 1);
  if (plain !== undefined && discoveryProxies.length > 0) {
    return take(plain, efiMessage('efi.why.with-proxy'), discoveryProxies);
  }
  const [service] = of('service', false);
  if (service !== undefined) return take(service, efiMessage('efi.why.service'));
  const serviceProxies = of('service', true);
  if (plain !== undefined && serviceProxies.length > 0) {
    return take(plain, efiMessage('efi.why.with-proxy'), serviceProxies);
  }
  const withFile = of('plain', false).find(({ bootFile }) => bootFile !== '');
  if (withFile !== undefined) return take(withFile, efiMessage('efi.why.file'));
  const bootp = of('bootp', false).find(({ bootFile }) => bootFile !== '');
  return bootp === undefined ? undefined : take(bootp, efiMessage('efi.why.bootp'));
}

function whyNot(offer: PxeOffer, isOtherChosen: boolean): Message {
  if (offer.kind === 'multicast') return efiMessage('efi.why-not.multicast');
  if (!isOtherChosen || offer.kind === 'plain') {
    if (offer.bootFile === '') return efiMessage('efi.why-not.no-file');
  }
  return efiMessage('efi.why-not.other');
}

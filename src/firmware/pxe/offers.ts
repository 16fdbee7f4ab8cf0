/**
 * Which offers a PXE client takes (PXE 2.1 §2.2): an address from a DHCP server, and boot information from the
 * same server, from a ProxyDHCP server, or from port 4011. Pure functions over what came in; every offer that is passed over
 * has a reason.
 */
import { IPV4_ANY, formatIpv4 } from '../../base/address.ts';
import { fromCString, fromLatin1 } from '../../base/bytes.ts';
import { collectOption } from '../../protocols/dhcp/codec.ts';
import type { DhcpMessage } from '../../protocols/dhcp/codec.ts';
import { DHCP_OPTION } from '../../protocols/dhcp/options.ts';
import { DISCOVERY_BOOTSTRAP_OVERRIDE, decodePxeVendorOptions } from '../../protocols/pxe/vendor-options.ts';
import type { PxeVendorOptions } from '../../protocols/pxe/vendor-options.ts';
import type { DhcpReply } from '../clients/dhcp-client.ts';
import { bootFileOption, type RomQuirk } from './quirks.ts';
import { pxeMessage } from './messages.ts';
import { whyUnreadable } from '../../base/unreadable.ts';
import type { Message } from '../../base/sentence.ts';

/** What a message is to a PXE client. */
export interface Offer {
  readonly reply: DhcpReply;
  /** `dhcp` gives an address only; `combined` also speaks PXE; `proxy` speaks PXE and gives no address. */
  readonly kind: 'dhcp' | 'combined' | 'proxy' | 'useless';
  /** Option 67, else the `file` field; empty when neither names a file. */
  readonly bootFile: string;
  /** Option 60 without option 43 and without a `file` field: the boot service on port 4011 is to be asked, whatever option 67 says. */
  readonly pointsToService: boolean;
  /** Option 43, when option 60 begins with `PXEClient` and it can be read. */
  readonly pxe: PxeVendorOptions | undefined;
  /** Why option 43 could not be read. */
  readonly pxeFlaw?: Message;
}

export const PXE_CLASS = 'PXEClient';

function fileField(message: DhcpMessage): string {
  const overload = collectOption(message, DHCP_OPTION.overload)?.[0] ?? 0;
  // RFC 2131 §4.1: an overloaded file field holds options.
  return (overload & 1) === 0 ? fromCString(message.file) : '';
}

export function speaksPxe(message: DhcpMessage): boolean {
  const vendorClass = collectOption(message, DHCP_OPTION.vendorClass);
  return vendorClass !== undefined && fromLatin1(vendorClass).startsWith(PXE_CLASS);
}

export function classify(reply: DhcpReply, quirks: readonly RomQuirk[]): Offer {
  const { message } = reply;
  const isPxe = speaksPxe(message);
  const hasAddress = message.yiaddr !== IPV4_ANY;
  const kind = hasAddress ? (isPxe ? 'combined' : 'dhcp') : isPxe ? 'proxy' : 'useless';
  const data = isPxe ? collectOption(message, DHCP_OPTION.vendorSpecific) : undefined;
  const field = fileField(message);
  const bootFile = bootFileOption(reply, quirks) ?? field;
  const pointsToService = kind === 'combined' && data === undefined && field === '';
  const offer = { reply, kind, bootFile, pointsToService } as const;
  if (data === undefined) return { ...offer, pxe: undefined };
  const decoded = decodePxeVendorOptions(data);
  if (decoded.ok) return { ...offer, pxe: decoded.value };
  return { ...offer, pxe: undefined, pxeFlaw: whyUnreadable(decoded.error) };
}

/**
 * Option 43, when it leads to a menu or to boot servers instead of straight to the boot file. PXE 2.1 table 2-1, tag 6
 * bit 3: no discovery when a file is named.
 */
export function discoveryOf({ pxe, bootFile }: Offer): PxeVendorOptions | undefined {
  if (pxe === undefined) return undefined;
  const prefersFile = ((pxe.discoveryControl ?? 0) & DISCOVERY_BOOTSTRAP_OVERRIDE) !== 0;
  if (prefersFile && bootFile !== '') return undefined;
  const isThere =
    (!prefersFile && pxe.discoveryControl !== undefined) ||
    pxe.bootMenu !== undefined ||
    pxe.menuPrompt !== undefined ||
    pxe.bootServers !== undefined ||
    pxe.multicastAddress !== undefined;
  return isThere ? pxe : undefined;
}

/** Whether the offer says what to boot. */
export function saysWhatToBoot(offer: Offer): boolean {
  return (offer.bootFile !== '' && !offer.pointsToService) || discoveryOf(offer) !== undefined;
}

/** Whether listening on cannot bring a better choice. */
export function isComplete(offers: readonly Offer[]): boolean {
  if (offers.some((offer) => offer.kind === 'combined' && saysWhatToBoot(offer))) return true;
  return offers.some((offer) => offer.kind === 'dhcp') && offers.some((offer) => offer.kind === 'proxy');
}

export interface PassedOver {
  readonly offer: Offer;
  readonly why: Message;
}

export type OfferChoice =
  | {
      readonly kind: 'chosen';
      readonly address: Offer;
      /** The ProxyDHCP offer to boot by, if any. */
      readonly proxy: Offer | undefined;
      readonly why: Message;
      readonly passedOver: readonly PassedOver[];
    }
  | { readonly kind: 'none' }
  | { readonly kind: 'proxy-only'; readonly passedOver: readonly PassedOver[] };

export function chooseOffers(offers: readonly Offer[]): OfferChoice {
  const passedOver: PassedOver[] = offers
    .filter((offer) => offer.kind === 'useless')
    .map((offer) => ({ offer, why: pxeMessage('pxe.why-not.useless') }));
  const proxies = offers.filter((offer) => offer.kind === 'proxy');
  const addresses = offers.filter((offer) => offer.kind === 'dhcp' || offer.kind === 'combined');
  const [first] = addresses;
  if (first === undefined) return proxies.length === 0 ? { kind: 'none' } : { kind: 'proxy-only', passedOver };

  const { address, why, useProxy } = chooseAddress(first, addresses, proxies.length > 0);
  const proxy = useProxy ? (proxies.find(saysWhatToBoot) ?? proxies[0]) : undefined;
  for (const offer of offers) {
    if (offer === address || offer === proxy || offer.kind === 'useless') continue;
    passedOver.push({ offer, why: whyNot(offer, address, proxy) });
  }
  return { kind: 'chosen', address, proxy, why, passedOver };
}

function chooseAddress(
  first: Offer,
  addresses: readonly Offer[],
  haveProxy: boolean,
): { readonly address: Offer; readonly why: Message; readonly useProxy: boolean } {
  const combined = addresses.find((offer) => offer.kind === 'combined' && saysWhatToBoot(offer));
  if (combined !== undefined) {
    return { address: combined, why: pxeMessage('pxe.why.complete'), useProxy: false };
  }
  if (haveProxy) {
    return { address: first, why: pxeMessage('pxe.why.first-with-proxy'), useProxy: true };
  }
  const service = addresses.find((offer) => offer.kind === 'combined');
  if (service !== undefined) {
    return { address: service, why: pxeMessage('pxe.why.service'), useProxy: false };
  }
  const withFile = addresses.find((offer) => offer.bootFile !== '');
  if (withFile !== undefined) return { address: withFile, why: pxeMessage('pxe.why.file'), useProxy: false };
  return { address: first, why: pxeMessage('pxe.why.first'), useProxy: false };
}

function whyNot(offer: Offer, address: Offer, proxy: Offer | undefined): Message {
  if (offer.kind === 'proxy') {
    if (proxy === undefined) return pxeMessage('pxe.why-not.own-information');
    return pxeMessage(saysWhatToBoot(offer) ? 'pxe.why-not.other-proxy' : 'pxe.why-not.proxy-without-file');
  }
  if (proxy === undefined && !saysWhatToBoot(offer)) return pxeMessage('pxe.why-not.no-file');
  if (address.kind === 'combined' && offer.kind === 'dhcp') return pxeMessage('pxe.why-not.no-pxe');
  return pxeMessage('pxe.why-not.later');
}

/** `The offer of 10.0.0.10 from 10.0.0.2`, `The ProxyDHCP offer from 10.0.0.3`. */
export function describeOffer(offer: Offer): Message {
  const server = formatIpv4(offer.reply.serverId);
  if (offer.kind === 'proxy') return pxeMessage('pxe.offer.proxy', { server });
  if (offer.kind === 'useless') return pxeMessage('pxe.offer.useless', { server });
  return pxeMessage('pxe.offer', { address: formatIpv4(offer.reply.message.yiaddr), server });
}

/**
 * Which offers the HTTP client of UEFI firmware takes (UEFI §24.7.3): one from an HTTP boot server with a URI, or an
 * address from one server and a URI from a ProxyDHCP server. Pure functions over what came in.
 */
import { parseIpv4, readIpv4 } from '../../../base/address.ts';
import type { Ipv4Address } from '../../../base/address.ts';
import type { Message } from '../../../base/sentence.ts';
import { collectOption } from '../../../protocols/dhcp/codec.ts';
import { DHCP_OPTION } from '../../../protocols/dhcp/options.ts';
import type { DhcpReply } from '../../clients/dhcp-client.ts';
import type { PassedOver } from '../dora.ts';
import { readHttpUrl } from './http-url.ts';
import { efiMessage } from '../messages.ts';
import { bootFileOf, isOfClass } from '../offer-fields.ts';

/** How the URI of an offer names its server; `none` when the offer is not from an HTTP boot server. */
type UriKind = 'none' | 'address' | 'name';

export interface HttpOffer {
  readonly reply: DhcpReply;
  readonly isProxy: boolean;
  readonly uriKind: UriKind;
  readonly uri: string;
  readonly dnsServers: readonly Ipv4Address[];
}

export interface HttpChoice {
  readonly reply: DhcpReply;
  readonly uri: string;
  readonly dnsServers: readonly Ipv4Address[];
  readonly why: Message;
}

export interface HttpSelection {
  readonly chosen: HttpChoice | undefined;
  readonly passedOver: readonly PassedOver[];
}

/** A message is why the offer is of no use. */
function readHttpOffer(reply: DhcpReply): HttpOffer | Message {
  const { message } = reply;
  const isHttp = isOfClass(message, 'HTTPClient');
  const isProxy = message.yiaddr === 0;
  const uri = bootFileOf(message);
  if (!isHttp && isProxy) return efiMessage('efi.why-not.proxy');
  if (isHttp && uri === '') return efiMessage('efi.why-not.no-uri');
  const host = readHttpUrl(uri)?.host ?? '';
  const uriKind = !isHttp ? 'none' : parseIpv4(host) === undefined ? 'name' : 'address';
  return { reply, isProxy, uriKind, uri, dnsServers: dnsServersOf(reply) };
}

function dnsServersOf({ message }: DhcpReply): readonly Ipv4Address[] {
  const data = collectOption(message, DHCP_OPTION.domainNameServer) ?? new Uint8Array(0);
  const servers: Ipv4Address[] = [];
  for (let at = 0; at + 4 <= data.length; at += 4) servers.push(readIpv4(data, at));
  return servers;
}

export function selectHttpOffer(replies: readonly DhcpReply[]): HttpSelection {
  const passedOver: PassedOver[] = [];
  const offers: HttpOffer[] = [];
  for (const reply of replies) {
    const offer = readHttpOffer(reply);
    if ('reply' in offer) offers.push(offer);
    else passedOver.push({ reply, why: offer });
  }
  const preferred = prefer(offers);
  for (const offer of offers) {
    if (preferred !== undefined && (offer === preferred.address || offer === preferred.source)) continue;
    passedOver.push({ reply: offer.reply, why: whyNot(offer, preferred !== undefined) });
  }
  if (preferred === undefined) return { chosen: undefined, passedOver };
  const { address, source, why } = preferred;
  const { dnsServers, reply } = address;
  return { chosen: { reply, uri: source.uri, dnsServers, why }, passedOver };
}

interface Preferred {
  /** Whose address is taken. */
  readonly address: HttpOffer;
  /** Who has the URI. */
  readonly source: HttpOffer;
  readonly why: Message;
}

/** In the order of the specification: an address in the URI before a name, which needs DNS. */
function prefer(offers: readonly HttpOffer[]): Preferred | undefined {
  const first = (uriKind: UriKind, isProxy: boolean, hasDns: boolean | undefined): HttpOffer | undefined =>
    offers.find(
      (offer) =>
        offer.uriKind === uriKind &&
        offer.isProxy === isProxy &&
        (hasDns === undefined || hasDns === offer.dnsServers.length > 0),
    );
  const own = first('address', false, false) ?? first('address', false, true);
  if (own !== undefined) return { address: own, source: own, why: efiMessage('efi.why.uri') };
  const named = first('name', false, true);
  if (named !== undefined) return { address: named, source: named, why: efiMessage('efi.why.uri-dns') };
  const why = efiMessage('efi.why.with-uri-proxy');
  const plain = first('none', false, false) ?? first('none', false, true);
  const proxy = first('address', true, undefined);
  if (plain !== undefined && proxy !== undefined) return { address: plain, source: proxy, why };
  const withDns = first('none', false, true);
  const nameSource = first('name', true, undefined) ?? first('name', false, false);
  return withDns === undefined || nameSource === undefined ? undefined : { address: withDns, source: nameSource, why };
}

function whyNot({ uriKind, dnsServers }: HttpOffer, isOtherChosen: boolean): Message {
  if (isOtherChosen) return efiMessage('efi.why-not.other');
  if (uriKind === 'none') return efiMessage('efi.why-not.no-class');
  return efiMessage(dnsServers.length === 0 ? 'efi.why-not.no-dns' : 'efi.why-not.other');
}

/** What goes wrong between a client and the servers that give addresses and name boot files. */
import { DHCP_MESSAGE_TYPE } from '../../protocols/dhcp/options.ts';
import { addressText } from './facts.ts';
import type { DhcpFact } from './facts.ts';
import { byClient, finding, firmwareOf, framesOf, groupBy, SILENCE_NS, type Finding, type Rule } from './finding.ts';

const { discover: DISCOVER, offer: OFFER, decline: DECLINE, ack: ACK, nak: NAK } = DHCP_MESSAGE_TYPE;

/** RFC 4578 §2.1: Intel x86PC, the BIOS. */
const ARCH_BIOS = 0;

const isPxe = (fact: DhcpFact): boolean => fact.isRequest && fact.vendorClass?.startsWith('PXEClient') === true;

/** Offers with an address from more than one server, in one exchange. */
export const twoServers: Rule = (facts, nameOf) => {
  const found: Finding[] = [];
  for (const [client, messages] of byClient(facts)) {
    const offers = messages.filter((fact) => fact.type === OFFER && fact.offered !== 0);
    for (const exchange of groupBy(offers, (fact) => fact.xid).values()) {
      const servers = [...new Set(exchange.map((fact) => fact.server))];
      if (servers.length < 2) continue;
      found.push(
        finding(
          'two-dhcp-servers',
          'warn',
          `${servers.length} DHCP servers offer ${nameOf(client)} an address: ${servers.map(addressText).join(', ')}.`,
          'Leave one server to give addresses. Turn the other off, put it in another VLAN, or make it a proxy (dhcp-range=...,proxy).',
          framesOf(exchange),
          'RFC 2131 §4.4.1',
        ),
      );
      break;
    }
  }
  return found;
};

export const noAnswer: Rule = (facts, nameOf) => {
  const found: Finding[] = [];
  const serving = new Set(facts.dhcp.filter((fact) => !fact.isRequest).map((fact) => fact.vlans.join()));
  for (const [client, messages] of byClient(facts)) {
    const discovers = messages.filter((fact) => fact.type === DISCOVER && fact.isRequest);
    const [first] = discovers;
    if (first === undefined || messages.some((fact) => !fact.isRequest)) continue;
    if (facts.endNs - first.timeNs < SILENCE_NS) continue;
    const tagged = discovers.find((fact) => fact.vlans.length > 0);
    const isUnservedVlan = tagged !== undefined && !serving.has(tagged.vlans.join());
    found.push(
      isUnservedVlan
        ? finding(
            'vlan-unserved',
            'error',
            `${nameOf(client)} asks for an address in VLAN ${tagged.vlans.join(' in ')}, where no DHCP server answers.`,
            'Let the trunk to the server carry this VLAN and give the server an interface and a dhcp-range in it, or move the port to a VLAN that is served.',
            framesOf(discovers),
            'IEEE 802.1Q §6.9',
          )
        : finding(
            'no-dhcp-answer',
            'error',
            `Nobody answers the ${discovers.length} DHCPDISCOVER of ${nameOf(client)}.`,
            'See whether a DHCP server runs, is in the same VLAN as this port, has addresses left, and does not ignore this client.',
            framesOf(discovers),
            'RFC 2131 §4.4.1',
          ),
    );
  }
  return found;
};

export const lateAnswer: Rule = (facts, nameOf) => {
  const found: Finding[] = [];
  for (const [client, messages] of byClient(facts)) {
    const firstOffer = messages.findIndex((fact) => fact.type === OFFER);
    const before = messages.slice(0, Math.max(0, firstOffer)).filter((fact) => fact.type === DISCOVER);
    if (before.length < 3) continue;
    found.push(
      finding(
        'late-dhcp-answer',
        'note',
        `${nameOf(client)} had to ask ${before.length} times before an offer came.`,
        'A switch port with spanning tree forwards only after 30 s: make ports of PCs edge ports (PortFast).',
        framesOf(before),
        'IEEE 802.1D §17',
      ),
    );
  }
  return found;
};

export const refusedAddress: Rule = (facts, nameOf) =>
  facts.dhcp
    .filter((fact) => fact.type === NAK || fact.type === DECLINE)
    .map((fact) =>
      fact.type === NAK
        ? finding(
            'dhcp-nak',
            'error',
            `The server ${addressText(fact.server)} refused the address that ${nameOf(fact.client)} asked for (DHCPNAK).`,
            'Two servers that do not know of each other, or an old address from another network, cause this. Leave one server authoritative.',
            [fact.frame],
            'RFC 2131 §4.3.2',
          )
        : finding(
            'dhcp-decline',
            'error',
            `${nameOf(fact.client)} found its address in use and declined it.`,
            'Another machine has this address without a lease: take it out of the range or give that machine a lease.',
            [fact.frame],
            'RFC 2131 §4.4.1',
          ),
    );

export const noBootFile: Rule = (facts, nameOf) => {
  const found: Finding[] = [];
  for (const [client, messages] of byClient(facts)) {
    const acks = messages.filter((fact) => fact.type === ACK && !fact.isRequest);
    if (!messages.some(isPxe) || acks.length === 0) continue;
    // Offers count too: a proxy names the file there.
    const named = messages.some((fact) => !fact.isRequest && (fact.bootFile !== undefined || fact.hasVendorOptions));
    if (named) continue;
    found.push(
      finding(
        'no-boot-file',
        'error',
        `${nameOf(client)} got an address, but nobody named a file to boot.`,
        'Name one for this kind of client: dhcp-boot=FILE in dnsmasq, `filename` in other servers, or a proxy DHCP server with pxe-service.',
        framesOf(acks),
        'PXE 2.1 §2.2.1',
      ),
    );
  }
  return found;
};

export const wrongFirmware: Rule = (facts, nameOf) => {
  const found: Finding[] = [];
  for (const [client, messages] of byClient(facts)) {
    const request = messages.find((fact) => isPxe(fact) && fact.architectures.length > 0);
    const answer = messages.find((fact) => fact.type === ACK && fact.bootFile !== undefined);
    if (request === undefined || answer?.bootFile === undefined) continue;
    const needs = request.architectures[0] === ARCH_BIOS ? 'bios' : 'efi';
    const gets = firmwareOf(answer.bootFile);
    if (gets === undefined || gets === needs) continue;
    const [mine, other] = needs === 'bios' ? ['a BIOS', 'EFI'] : ['EFI firmware', 'a BIOS'];
    found.push(
      finding(
        'wrong-firmware',
        'error',
        `${nameOf(client)} has ${mine} (architecture ${request.architectures[0]}) and is given ${answer.bootFile}, a program for ${other}.`,
        'Choose the file by option 93: dhcp-match=set:efi,option:client-arch,7 and dhcp-boot=tag:efi,FILE.efi.',
        [request.frame, answer.frame],
        'RFC 4578 §2.1',
      ),
    );
  }
  return found;
};

export const silentProxy: Rule = (facts, nameOf) => {
  const found: Finding[] = [];
  for (const [client, messages] of byClient(facts)) {
    const asked = messages.filter((fact) => fact.isRequest && fact.port === 4011);
    const [first] = asked;
    if (first === undefined || facts.endNs - first.timeNs < SILENCE_NS) continue;
    if (messages.some((fact) => !fact.isRequest && fact.port === 4011)) continue;
    found.push(
      finding(
        'silent-on-4011',
        'warn',
        `${nameOf(client)} asks the proxy DHCP server on port 4011 and gets no answer.`,
        'Let UDP port 4011 through, and see whether the boot server runs on that machine.',
        framesOf(asked),
        'PXE 2.1 §2.2.3',
      ),
    );
  }
  return found;
};

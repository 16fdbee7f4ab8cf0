/** What goes wrong between a client and the servers that give addresses and name boot files. */
import { itemAt } from '../../../base/lists/list.ts';
import { PXE_SERVER_PORT } from '../../../protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE } from '../../../protocols/dhcp/options.ts';
import { addressText } from '../facts.ts';
import type { DhcpFact } from '../facts.ts';
import {
  byClient,
  finding,
  firmwareOf,
  framesOf,
  groupBy,
  saysPxe,
  SILENCE_NS,
  type FrameFinding,
  type Rule,
} from './finding.ts';

const { discover: DISCOVER, offer: OFFER, decline: DECLINE, ack: ACK, nak: NAK } = DHCP_MESSAGE_TYPE;

/** RFC 4578 §2.1: Intel x86PC, the BIOS. */
const ARCH_BIOS = 0;

const isPxe = (fact: DhcpFact): boolean => fact.isRequest && saysPxe(fact);

/** Offers with an address from more than one server, in one exchange. */
export const twoServers: Rule = (facts, nameOf) => {
  const found: FrameFinding[] = [];
  for (const [client, messages] of byClient(facts)) {
    const offers = messages.filter((fact) => fact.type === OFFER && fact.offered !== 0);
    for (const exchange of groupBy(offers, (fact) => fact.xid).values()) {
      const servers = [...new Set(exchange.map((fact) => fact.server))];
      if (servers.length < 2) continue;
      found.push(
        finding(
          'two-dhcp-servers',
          'warn',
          { count: servers.length, client: nameOf(client), servers: servers.map(addressText).join(', ') },
          { frames: framesOf(exchange), machine: nameOf(client), rule: 'RFC 2131 §4.4.1' },
        ),
      );
      break;
    }
  }
  return found;
};

export const noAnswer: Rule = (facts, nameOf) => {
  const found: FrameFinding[] = [];
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
            { client: nameOf(client), vlan: tagged.vlans.join('.') },
            { frames: framesOf(discovers), machine: nameOf(client), about: 'vlan', rule: 'IEEE 802.1Q §6.9' },
          )
        : finding(
            'no-dhcp-answer',
            'error',
            { count: discovers.length, client: nameOf(client) },
            { frames: framesOf(discovers), machine: nameOf(client), rule: 'RFC 2131 §4.4.1' },
          ),
    );
  }
  return found;
};

export const lateAnswer: Rule = (facts, nameOf) => {
  const found: FrameFinding[] = [];
  for (const [client, messages] of byClient(facts)) {
    const firstOffer = messages.findIndex((fact) => fact.type === OFFER);
    const before = messages.slice(0, Math.max(0, firstOffer)).filter((fact) => fact.type === DISCOVER);
    if (before.length < 3) continue;
    found.push(
      finding(
        'late-dhcp-answer',
        'note',
        { client: nameOf(client), count: before.length },
        { frames: framesOf(before), machine: nameOf(client), rule: 'IEEE 802.1D §17' },
      ),
    );
  }
  return found;
};

export const refusedAddress: Rule = (facts, nameOf) =>
  [...byClient(facts)].flatMap(([client, messages]) => {
    const machine = nameOf(client);
    const declines = messages.filter((fact) => fact.type === DECLINE);
    const naks = groupBy(
      messages.filter((fact) => fact.type === NAK),
      (fact) => fact.server,
    );
    const found = [...naks].map(([server, refused]) =>
      finding(
        'dhcp-nak',
        'error',
        { server: addressText(server), client: machine },
        {
          frames: framesOf(refused),
          machine,
          about: addressText(server),
          rule: 'RFC 2131 §4.3.2',
          count: refused.length,
        },
      ),
    );
    if (declines.length > 0)
      found.push(
        finding(
          'dhcp-decline',
          'error',
          { client: machine },
          { frames: framesOf(declines), machine, rule: 'RFC 2131 §4.4.1' },
        ),
      );
    return found;
  });

export const noBootFile: Rule = (facts, nameOf) => {
  const found: FrameFinding[] = [];
  for (const [client, messages] of byClient(facts)) {
    const acks = messages.filter((fact) => fact.type === ACK && !fact.isRequest);
    if (!messages.some(isPxe) || acks.length === 0) continue;
    // Offers count too: a proxy names the file there.
    const named = messages.some(
      (fact) => !fact.isRequest && (fact.bootFile !== undefined || fact.hasVendorOptions || fact.hasRootPath),
    );
    if (named) continue;
    const machine = nameOf(client);
    const evidence = { frames: framesOf(acks), machine, rule: 'PXE 2.1 §2.2.1' };
    found.push(finding('no-boot-file', 'error', { client: machine }, evidence));
  }
  return found;
};

export const wrongFirmware: Rule = (facts, nameOf) => {
  const found: FrameFinding[] = [];
  for (const [client, messages] of byClient(facts)) {
    const request = messages.find((fact) => isPxe(fact) && fact.architectures.length > 0);
    const answer = messages.find((fact) => fact.type === ACK && fact.bootFile !== undefined);
    if (request === undefined || answer?.bootFile === undefined) continue;
    const needs = request.architectures[0] === ARCH_BIOS ? 'bios' : 'efi';
    const gets = firmwareOf(answer.bootFile);
    if (gets === undefined || gets === needs) continue;
    found.push(
      finding(
        `wrong-firmware:${needs}`,
        'error',
        { client: nameOf(client), architecture: itemAt(request.architectures, 0), file: answer.bootFile },
        {
          frames: [request.frame, answer.frame],
          machine: nameOf(client),
          about: answer.bootFile,
          rule: 'RFC 4578 §2.1',
        },
      ),
    );
  }
  return found;
};

export const silentProxy: Rule = (facts, nameOf) => {
  const found: FrameFinding[] = [];
  for (const [client, messages] of byClient(facts)) {
    const asked = messages.filter((fact) => fact.isRequest && fact.port === PXE_SERVER_PORT);
    const [first] = asked;
    if (first === undefined || facts.endNs - first.timeNs < SILENCE_NS) continue;
    if (messages.some((fact) => !fact.isRequest && fact.port === PXE_SERVER_PORT)) continue;
    const machine = nameOf(client);
    // A server that gives addresses and says that it is a boot server too may have been told so by mistake.
    const claims = messages.find(
      (fact) =>
        !fact.isRequest && fact.offered !== 0 && saysPxe(fact) && asked.some(({ server }) => server === fact.server),
    );
    found.push(
      claims === undefined
        ? finding(
            'silent-on-4011',
            'error',
            { client: machine },
            { frames: framesOf(asked), machine, rule: 'PXE 2.1 §2.2.3' },
          )
        : finding(
            'option-60-left',
            'error',
            { client: machine, server: addressText(claims.server) },
            { frames: [claims.frame, ...framesOf(asked)], machine, rule: 'PXE 2.1 §2.2.3' },
          ),
    );
  }
  return found;
};

/**
 * What looks wrong in a boot, by severity, each finding with its remedy and with the frames or events that it rests
 * on. A finding is a hint from what was seen: the rules are in one list, in the order in which a boot goes.
 */
import type { Severity } from '../../base/event-log.ts';
import type { MacAddress } from '../../base/address.ts';
import { addressText, plainName } from './facts.ts';
import type { BootFacts, DhcpFact, FileFact, NameOf } from './facts.ts';

export interface Finding {
  /** Of the rule: stable. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence: what is the matter. */
  readonly text: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Such as `RFC 2131 §4.4.1`. */
  readonly rule?: string;
  /** Indexes of frames in the capture. */
  readonly frames: readonly number[];
  /** Ids of events; empty for findings from frames. */
  readonly events: readonly number[];
}

type Rule = (facts: BootFacts, nameOf: NameOf) => readonly Finding[];

const DISCOVER = 1;
const OFFER = 2;
const REQUEST = 3;
const DECLINE = 4;
const ACK = 5;
const NAK = 6;

/** RFC 4578 §2.1: Intel x86PC, the BIOS. */
const ARCH_BIOS = 0;
const SEVERITY_ORDER: readonly Severity[] = ['error', 'warn', 'note', 'info'];
/** A client that waits this long for something will not get it. */
const SILENCE_NS = 2_000_000_000;
const MAX_FRAMES = 20;

function finding(
  code: string,
  severity: Severity,
  text: string,
  remedy: string,
  frames: readonly number[],
  rule?: string,
): Finding {
  return {
    code,
    severity,
    text,
    remedy,
    frames: frames.slice(0, MAX_FRAMES),
    events: [],
    ...(rule === undefined ? {} : { rule }),
  };
}

function groupBy<K, T>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

function byClient(facts: BootFacts): Map<MacAddress, DhcpFact[]> {
  return groupBy(facts.dhcp, (fact) => fact.client);
}

function framesOf(facts: readonly { readonly frame: number }[]): readonly number[] {
  return facts.map((fact) => fact.frame);
}

const isPxe = (fact: DhcpFact): boolean => fact.isRequest && fact.vendorClass?.startsWith('PXEClient') === true;

/** Offers with an address from more than one server, in one exchange. */
const twoServers: Rule = (facts, nameOf) => {
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

const noAnswer: Rule = (facts, nameOf) => {
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

const lateAnswer: Rule = (facts, nameOf) => {
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

const refusedAddress: Rule = (facts, nameOf) =>
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

const addressConflict: Rule = (facts, nameOf) =>
  facts.conflicts.map((conflict) =>
    finding(
      'address-conflict',
      'error',
      `${nameOf(conflict.macs[0])} and ${nameOf(conflict.macs[1])} both say that ${addressText(conflict.address)} is theirs.`,
      'Give one of them another address.',
      conflict.frames,
      'RFC 5227 §2.4',
    ),
  );

const noBootFile: Rule = (facts, nameOf) => {
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

/** Programs by their names; undefined for names that say nothing. */
function firmwareOf(file: string): 'bios' | 'efi' | undefined {
  const name = file.toLowerCase();
  if (name.endsWith('.efi')) return 'efi';
  return /\.(0|kpxe|kkpxe|pxe|com|bs|bss|bin)$/.test(name) ? 'bios' : undefined;
}

const wrongFirmware: Rule = (facts, nameOf) => {
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

const silentProxy: Rule = (facts, nameOf) => {
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

/** PXELINUX looks for many names before it takes `default`: misses among them are no fault. */
function isSearch(file: FileFact, files: readonly FileFact[]): boolean {
  if (!/pxelinux\.cfg\/|grub\.cfg-/i.test(file.name)) return false;
  return files.some(
    (other) => other.client === file.client && other.outcome.kind === 'done' && other.frames[0] > file.frames[0],
  );
}

/** PXE ROMs ask for the size alone, break off, and then ask for the file: no failure. */
function isSizeProbe(file: FileFact, files: readonly FileFact[]): boolean {
  const { outcome, outcomeFrame, name, clientMac } = file;
  if (file.protocol !== 'tftp' || outcome.kind !== 'error' || (outcome.code !== 0 && outcome.code !== 8)) return false;
  return files.some((later) => later.name === name && later.clientMac === clientMac && later.frames[0] >= outcomeFrame);
}

const failedFiles: Rule = (facts, nameOf) => {
  const found: Finding[] = [];
  for (const file of facts.files) {
    const { outcome } = file;
    const who = nameOf(file.clientMac);
    const server = addressText(file.server);
    if (outcome.kind !== 'error' || isSearch(file, facts.files) || isSizeProbe(file, facts.files)) continue;
    const frames = [file.frames[0], file.outcomeFrame];
    if (file.protocol === 'http') {
      const remedy =
        outcome.code === 404
          ? 'Put the file where the address points, or correct the address.'
          : 'See the log of the server for its reason.';
      found.push(
        finding(
          'http-error',
          'error',
          `${server} answers ${who} for ${file.name} with ${outcome.code} ${outcome.message}.`,
          remedy,
          frames,
          'RFC 9110 §15.5',
        ),
      );
    } else if (outcome.code === 1) {
      found.push(
        finding(
          'tftp-missing-file',
          'error',
          `${who} asks ${server} for ${file.name}, which is not there.`,
          'Put the file under the TFTP root, or correct the name in dhcp-boot: names are relative to the root, and capitals count.',
          frames,
          'RFC 1350 §5',
        ),
      );
    } else if (outcome.code === 8) {
      found.push(
        finding(
          'tftp-options-refused',
          'note',
          `${who} did not like what ${server} answered to its TFTP options for ${file.name}.`,
          'Usually it asks again without; if not, turn blksize off (tftp-no-blocksize).',
          frames,
          'RFC 2347 §4',
        ),
      );
    } else {
      found.push(
        finding(
          'tftp-error',
          'warn',
          `The transfer of ${file.name} to ${who} ended with TFTP error ${outcome.code}: ${outcome.message}.`,
          'See the log of the TFTP server; code 2 is a matter of permissions.',
          frames,
          'RFC 1350 §5',
        ),
      );
    }
  }
  return found;
};

const silentFiles: Rule = (facts, nameOf) => {
  const found: Finding[] = [];
  for (const file of facts.files) {
    const who = nameOf(file.clientMac);
    const server = addressText(file.server);
    const waitedNs = facts.endNs - file.endNs;
    if (file.outcome.kind === 'asked' && (file.frames.length > 1 || waitedNs > SILENCE_NS)) {
      found.push(
        finding(
          file.protocol === 'tftp' ? 'tftp-no-answer' : 'http-no-answer',
          'error',
          `${who} asks ${server} for ${file.name}${file.frames.length > 1 ? ` ${file.frames.length} times` : ''} and gets no answer.`,
          file.protocol === 'tftp'
            ? 'See whether a TFTP server runs there (enable-tftp), and whether the address in dhcp-boot or option 66 is the right one.'
            : 'See whether the web server answers at this address.',
          file.frames,
          'RFC 1350 §7',
        ),
      );
    } else if (file.outcome.kind === 'active' && waitedNs > SILENCE_NS) {
      found.push(
        finding(
          'tftp-stalled',
          'warn',
          `The transfer of ${file.name} to ${who} stopped after ${file.bytes} bytes.`,
          'Frames were lost on the way, or one side gave up. Large blocks that do not fit the MTU are a common cause.',
          [file.frames[0], file.outcomeFrame],
          'RFC 1350 §2',
        ),
      );
    } else if (file.repeats >= 3) {
      found.push(
        finding(
          'tftp-repeats',
          'note',
          `${file.repeats} blocks of ${file.name} had to be sent again to ${who}.`,
          'The cable loses frames, or the client is slow.',
          [file.frames[0], file.outcomeFrame],
          'RFC 1350 §2',
        ),
      );
    }
  }
  return found;
};

const chainloadLoop: Rule = (facts, nameOf) => {
  const found: Finding[] = [];
  const done = facts.files.filter((file) => file.outcome.kind === 'done');
  for (const files of groupBy(done, (file) => `${file.clientMac} ${file.name}`).values()) {
    const [first] = files;
    if (files.length < 3 || firmwareOf(first.name) === undefined) continue;
    const messages = facts.dhcp.filter(
      (fact) => fact.client === first.clientMac && fact.type === REQUEST && fact.isRequest,
    );
    // Each round begins with DHCP; three loads after one lease are something else.
    const rounds = files.filter(
      (file, i) =>
        i === 0 || messages.some((fact) => fact.frame > files[i - 1].frames[0] && fact.frame < file.frames[0]),
    );
    if (rounds.length < 3) continue;
    found.push(
      finding(
        'chainload-loop',
        'error',
        `${nameOf(first.clientMac)} loads ${first.name} again and again (${rounds.length} times): what it loads asks DHCP and is sent back to it.`,
        'Tell iPXE apart by its user class and give it a script: dhcp-match=set:ipxe,175, dhcp-boot=tag:!ipxe,undionly.kpxe, dhcp-boot=tag:ipxe,boot.ipxe.',
        rounds.map((file) => file.frames[0]),
        'RFC 3004 §4',
      ),
    );
  }
  return found;
};

const refusals: Rule = (facts) => {
  const found: Finding[] = [];
  for (const group of groupBy(
    facts.refusals,
    (one) => `${one.kind} ${one.client} ${one.server} ${one.port}`,
  ).values()) {
    const [one] = group;
    const [what, port] =
      one.kind === 'tcp-reset'
        ? ['refuses connections', `TCP port ${one.port}`]
        : ['is not listening', `UDP port ${one.port}`];
    found.push(
      finding(
        one.kind === 'tcp-reset' ? 'connection-refused' : 'port-unreachable',
        'warn',
        `${addressText(one.server)} ${what} on ${port} for ${addressText(one.client)}.`,
        'Start the service on that machine, or correct the address or port.',
        framesOf(group),
        one.kind === 'tcp-reset' ? 'RFC 9293 §3.5.2' : 'RFC 1122 §4.1.3.1',
      ),
    );
  }
  return found;
};

const fragments: Rule = (facts) =>
  facts.fragments.length === 0
    ? []
    : [
        finding(
          'fragmented',
          'note',
          `${facts.fragments.length} frames are fragments of larger datagrams.`,
          'Some boot ROMs cannot put fragments together: keep the TFTP block size at 1468 or below (tftp-mtu, tftp-no-blocksize).',
          facts.fragments,
          'RFC 2348',
        ),
      ];

/** In the order in which a boot goes. */
const RULES: readonly Rule[] = [
  noAnswer,
  lateAnswer,
  twoServers,
  refusedAddress,
  addressConflict,
  noBootFile,
  wrongFirmware,
  silentProxy,
  silentFiles,
  failedFiles,
  chainloadLoop,
  refusals,
  fragments,
];

/** Worst first; within a severity, in the order of a boot. */
export function diagnose(facts: BootFacts, nameOf: NameOf = plainName): readonly Finding[] {
  const found = RULES.flatMap((rule) => rule(facts, nameOf));
  return sortFindings(found);
}

export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity));
}

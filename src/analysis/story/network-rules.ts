/** What goes wrong below the protocols of a boot: addresses, ports, packets. */
import { addressText } from './facts.ts';
import { finding, framesOf, groupBy, type Finding, type Rule } from './finding.ts';

export const addressConflict: Rule = (facts, nameOf) =>
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

export const refusals: Rule = (facts) => {
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

export const fragments: Rule = (facts) =>
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

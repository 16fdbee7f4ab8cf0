/** What goes wrong below the protocols of a boot: addresses, ports, packets. */
import { addressText } from './facts.ts';
import { finding, framesOf, groupBy, type FrameFinding, type Rule } from './finding.ts';

export const addressConflict: Rule = (facts, nameOf) =>
  facts.conflicts.map((conflict) =>
    finding(
      'address-conflict',
      'error',
      {
        first: nameOf(conflict.macs[0]),
        second: nameOf(conflict.macs[1]),
        address: addressText(conflict.address),
      },
      conflict.frames,
      'RFC 5227 §2.4',
    ),
  );

export const refusals: Rule = (facts) => {
  const found: FrameFinding[] = [];
  for (const group of groupBy(
    facts.refusals,
    (one) => `${one.kind} ${one.client} ${one.server} ${one.port}`,
  ).values()) {
    const [one] = group;
    found.push(
      finding(
        one.kind === 'tcp-reset' ? 'connection-refused' : 'port-unreachable',
        'warn',
        { server: addressText(one.server), port: one.port, client: addressText(one.client) },
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
    : [finding('fragmented', 'note', { count: facts.fragments.length }, facts.fragments, 'RFC 2348')];

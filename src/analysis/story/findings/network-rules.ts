/** What goes wrong below the protocols of a boot: addresses, ports, packets. */
import { PXE_SERVER_PORT } from '../../../protocols/dhcp/codec.ts';
import { addressText } from '../facts.ts';
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
      { frames: conflict.frames, about: addressText(conflict.address), rule: 'RFC 5227 §2.4' },
    ),
  );

/** RFC 6335 §6: system ports; PXE's own is registered. */
const isService = (port: number): boolean => port < 1024 || port === PXE_SERVER_PORT;

export const refusals: Rule = (facts, nameOf) => {
  const found: FrameFinding[] = [];
  for (const group of groupBy(
    facts.refusals,
    (one) => `${one.kind} ${one.client} ${one.server} ${one.port}`,
  ).values()) {
    const [one] = group;
    // A server whose client has closed its port is refused too: that stops no boot.
    if (one === undefined || (one.kind === 'port-unreachable' && !isService(one.port))) continue;
    const mac = facts.clientAt(one.client);
    const machine = mac === undefined ? addressText(one.client) : nameOf(mac);
    found.push(
      finding(
        one.kind === 'tcp-reset' ? 'connection-refused' : 'port-unreachable',
        'error',
        { server: addressText(one.server), port: one.port, client: machine },
        {
          frames: framesOf(group),
          machine,
          about: `${addressText(one.server)} ${one.port}`,
          rule: one.kind === 'tcp-reset' ? 'RFC 9293 §3.5.2' : 'RFC 1122 §4.1.3.1',
        },
      ),
    );
  }
  return found;
};

export const fragments: Rule = (facts) =>
  facts.fragments.length === 0
    ? []
    : [finding('fragmented', 'note', { count: facts.fragments.length }, { frames: facts.fragments, rule: 'RFC 2348' })];

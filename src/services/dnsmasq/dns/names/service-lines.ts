/** mx-host and srv-host lines as one list, the last line first, as dnsmasq keeps them. */
import type { DnsmasqConfig, MxRecord, SrvRecord } from '../../config/model.ts';

export type ServiceLine = (MxRecord & { readonly kind: 'mx' }) | (SrvRecord & { readonly kind: 'srv' });

export function serviceLines({ mxs, srvs }: DnsmasqConfig): readonly ServiceLine[] {
  const lines: readonly ServiceLine[] = [
    ...mxs.map((line) => ({ ...line, kind: 'mx' as const })),
    ...srvs.map((line) => ({ ...line, kind: 'srv' as const })),
  ];
  return lines.toSorted(({ origin: a }, { origin: b }) => (a.file === b.file ? a.line - b.line : 0)).toReversed();
}

/** The first SRV record that was listed goes to the end of the list. */
export function turnServices(lines: readonly ServiceLine[], listed: readonly ServiceLine[]): readonly ServiceLine[] {
  const first = listed.find(({ kind }) => kind === 'srv');
  return first === undefined ? lines : [...lines.filter((line) => line !== first), first];
}

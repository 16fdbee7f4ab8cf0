/** The name that a client gets with its address: configured, its own, or made from its hardware address. */
import { toHex } from '../../../../base/bytes.ts';
import type { Exchange } from './exchange.ts';
import { sameName } from '../policy/leases.ts';
import { matchTags } from '../policy/tags.ts';
import type { Tags } from '../policy/tags.ts';

interface HostNames {
  /** Name for OFFER and for a lease: configured, given by the client, or generated. */
  readonly offer: string | undefined;
  readonly name: string | undefined;
  readonly isAuthoritative: boolean;
}

/** `pc.example.org` is `pc` in `example.org`. */
export function splitName(name: string): readonly [string, string | undefined] {
  const dot = name.indexOf('.');
  return dot < 0 ? [name, undefined] : [name.slice(0, dot), name.slice(dot + 1)];
}

export function namesOf({ environment, client, trace }: Exchange, tags: Tags): HostNames {
  const { config } = environment;
  const configured = client.hostFoundByName ? undefined : client.host?.name;
  if (configured !== undefined) {
    const [own] = splitName(client.ownName ?? '');
    const isSame = client.ownName === undefined || sameName(own, configured);
    return { offer: isSame ? configured : undefined, name: configured, isAuthoritative: true };
  }
  if (client.ownName === undefined) {
    const generating = config.generateNames.find((line) => matchTags(line.tags, tags, true));
    if (generating === undefined) return { offer: undefined, name: undefined, isAuthoritative: false };
    trace.because(generating.origin);
    return { offer: undefined, name: toHex(client.hardware, '-'), isAuthoritative: false };
  }
  const ignoring = config.ignoreNames.find((line) => matchTags(line.tags, tags, true));
  if (ignoring !== undefined) {
    trace.because(ignoring.origin);
    return { offer: undefined, name: undefined, isAuthoritative: false };
  }
  // With option 81 (RFC 4702) the name comes back at once, without it only in the ACK.
  const [name] = splitName(client.ownName);
  return { offer: client.fqdnFlags === undefined ? undefined : name, name, isAuthoritative: false };
}

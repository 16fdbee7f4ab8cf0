/**
 * The rows of the packet list, made for those that are on the screen, and the colouring rules: an ordered list of
 * filters, of which the first that matches gives the row its colour.
 */
import type { Registry } from '../protocols/core/registry.ts';
import type { Capture } from './capture.ts';
import type { FilterError } from './filter/ast.ts';
import { compileFilter } from './filter/filter.ts';
import type { Filter } from './filter/filter.ts';

export interface PacketRow {
  /** Index of the frame in the capture. */
  readonly index: number;
  /** From 1, as Wireshark counts. */
  readonly number: number;
  /** Nanoseconds since the capture's origin: virtual time in the lab. */
  readonly timeNs: number;
  /** Port of the lab or interface of the file. */
  readonly port: string;
  readonly direction: 'in' | 'out' | undefined;
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly length: number;
  readonly info: string;
  /** Id of the colouring rule; undefined when none matches. */
  readonly colour: string | undefined;
}

export interface ColourRule {
  /** Stable; the page gives it colours that keep their contrast in light and dark. */
  readonly id: string;
  readonly name: string;
  readonly filter: string;
}

/** What is wrong comes first, then the protocols of a boot from the inside out. */
export const DEFAULT_COLOUR_RULES: readonly ColourRule[] = [
  { id: 'malformed', name: 'Malformed', filter: '_ws.malformed' },
  {
    id: 'refused',
    name: 'Error replies',
    filter: 'tftp.opcode == 5 or http.response.code >= 400 or dhcp.option.dhcp in {4, 6}',
  },
  { id: 'icmp-error', name: 'ICMP errors', filter: 'icmp.type in {3..5, 11, 12}' },
  { id: 'tcp-reset', name: 'TCP resets', filter: 'tcp.flags.reset == 1' },
  { id: 'trouble', name: 'Warnings', filter: '_ws.expert.severity >= 0x600000' },
  { id: 'dhcp', name: 'DHCP', filter: 'dhcp' },
  { id: 'tftp', name: 'TFTP', filter: 'tftp' },
  { id: 'dns', name: 'DNS', filter: 'dns' },
  { id: 'http', name: 'HTTP', filter: 'http or tcp.port == 80' },
  { id: 'arp', name: 'ARP', filter: 'arp' },
  { id: 'icmp', name: 'ICMP', filter: 'icmp' },
  { id: 'stp', name: 'Spanning tree', filter: 'stp' },
  { id: 'tcp', name: 'TCP', filter: 'tcp' },
  { id: 'udp', name: 'UDP', filter: 'udp' },
  { id: 'broadcast', name: 'Broadcast', filter: 'eth.ig == 1' },
];

export interface ColourRuleError {
  readonly rule: string;
  readonly error: FilterError;
}

/** Compiled colouring rules. A rule whose filter is not understood is left out and listed in `errors`. */
export class Colouring {
  readonly errors: readonly ColourRuleError[];
  private readonly rules: readonly { readonly id: string; readonly filter: Filter }[];

  constructor(rules: readonly ColourRule[], registry: Registry) {
    const errors: ColourRuleError[] = [];
    const compiled: { id: string; filter: Filter }[] = [];
    for (const { id, filter } of rules) {
      const result = compileFilter(filter, registry);
      if (result.ok) compiled.push({ id, filter: result.value });
      else errors.push({ rule: id, error: result.error });
    }
    this.rules = compiled;
    this.errors = errors;
  }

  /** Id of the first rule that matches the frame. */
  colourOf(capture: Capture, index: number): string | undefined {
    return this.rules.find((rule) => capture.matches(rule.filter, index))?.id;
  }
}

/** One row, dissected now. Cheap enough for what a screen shows; not for a whole capture. */
export function packetRow(capture: Capture, index: number, colouring?: Colouring): PacketRow {
  const { frames, session } = capture;
  const columns = session.columns(index);
  return {
    index,
    number: index + 1,
    timeNs: frames.timeNs(index),
    port: frames.interfaceOf(index).name,
    direction: frames.direction(index),
    source: columns.source,
    destination: columns.destination,
    protocol: columns.protocol,
    length: frames.origLen(index),
    info: columns.info,
    colour: colouring?.colourOf(capture, index),
  };
}

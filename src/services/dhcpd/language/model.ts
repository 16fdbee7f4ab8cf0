/** What a dhcpd.conf says, as values. */
import type { Ipv4Address } from '../../../base/address.ts';
import type { Message } from '../../../base/sentence.ts';
import type { BooleanExpression, DataExpression } from './expression.ts';
import type { OptionDefinition } from './option-types.ts';

/** What is executed for a client: the statements of a block, after those of the blocks around it. */
export interface Scope {
  readonly around: Scope | undefined;
  readonly statements: Executable[];
  /** As it was where the block began: `authoritative` counts for what follows it. */
  isAuthoritative: boolean;
}

export type Executable = { readonly line: number } & (
  | {
      readonly kind: 'option';
      readonly how: 'supersede' | 'default' | 'append' | 'prepend';
      readonly option: OptionDefinition;
      readonly value: DataExpression;
    }
  | { readonly kind: 'data'; readonly name: DataParameter; readonly value: DataExpression }
  | { readonly kind: 'number'; readonly name: NumberParameter; readonly value: number }
  | { readonly kind: 'flag'; readonly name: FlagParameter; readonly value: boolean }
  | { readonly kind: 'space'; readonly name: 'vendor-option-space' | 'site-option-space'; readonly value: string }
  | {
      readonly kind: 'if';
      readonly test: BooleanExpression;
      readonly met: readonly Executable[];
      readonly otherwise: readonly Executable[];
    }
);

export const DATA_PARAMETERS = ['filename', 'server-name', 'next-server'] as const;
export type DataParameter = (typeof DATA_PARAMETERS)[number];

export const NUMBER_PARAMETERS = [
  'default-lease-time',
  'max-lease-time',
  'min-lease-time',
  'min-secs',
  'dhcp-cache-threshold',
] as const;
export type NumberParameter = (typeof NUMBER_PARAMETERS)[number];

export const FLAG_PARAMETERS = [
  'always-broadcast',
  'use-host-decl-names',
  'use-lease-addr-for-default-route',
  'ping-check',
  'boot-unknown-clients',
  'ignore-client-uids',
  'echo-client-id',
] as const;
/** The first three are said by `allow`, `deny` and `ignore`. */
export type FlagParameter = 'booting' | 'bootp' | 'declines' | (typeof FLAG_PARAMETERS)[number];

export type Permit =
  | { readonly kind: 'known' | 'unknown' | 'all' | 'bootp' | 'authenticated' }
  | { readonly kind: 'class'; readonly name: string };

export interface Pool {
  readonly scope: Scope;
  readonly ranges: { readonly start: Ipv4Address; readonly end: Ipv4Address }[];
  readonly allow: Permit[];
  readonly deny: Permit[];
}

export interface Subnet {
  readonly address: Ipv4Address;
  readonly mask: Ipv4Address;
  readonly scope: Scope;
  readonly network: SharedNetwork;
}

export interface SharedNetwork {
  readonly scope: Scope;
  readonly subnets: Subnet[];
  readonly pools: Pool[];
}

export interface Host {
  readonly name: string;
  readonly scope: Scope;
  /** Type and address, as `hardware` gives them. */
  hardware: Uint8Array | undefined;
  clientId: Uint8Array | undefined;
  identifier: { readonly option: OptionDefinition; readonly value: Uint8Array } | undefined;
  fixedAddresses: readonly Ipv4Address[];
}

export interface ClientClass {
  readonly name: string;
  readonly scope: Scope;
  matchIf: BooleanExpression | undefined;
  match: DataExpression | undefined;
  /** By the matched bytes in hexadecimal. */
  readonly subclasses: Map<string, Scope>;
}

export interface ConfigProblem {
  readonly file: string;
  readonly line: number;
  /** In dhcpd's words. */
  readonly message: string;
}

export interface IgnoredLine {
  readonly file: string;
  readonly line: number;
  readonly message: Message;
}

export interface DhcpdConfig {
  readonly root: Scope;
  readonly networks: readonly SharedNetwork[];
  readonly hosts: readonly Host[];
  readonly classes: readonly ClientClass[];
  /** Option spaces that are the value of an option: the option's definition, by space. */
  readonly encapsulated: ReadonlyMap<string, OptionDefinition>;
  /** For which dhcpd would not start. */
  readonly problems: readonly ConfigProblem[];
  /** What dhcpd obeys and this server does not. */
  readonly ignored: readonly IgnoredLine[];
}

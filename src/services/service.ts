/**
 * The description of a service, without its code: `all.ts` lists these, the scenario's schema and the page
 * are made from them. `start.ts` beside each holds what runs, listed in `starters.ts`.
 */
import * as z from 'zod/mini';
import type { DiskSource } from '../base/disks/block-device.ts';
import type { Clock } from '../base/time/clock.ts';
import type { EventSink, LabEvent } from '../base/event-log.ts';
import type { Message } from '../base/sentence.ts';
import type { Rng } from '../base/rng.ts';
import type { HostStack } from '../net/host/host-stack.ts';
import type { SecretStore } from '../protocols/tls/key-log.ts';
import type { MemoryFileTree } from './files/file-tree.ts';
import type { Portmapper } from './rpc/portmapper.ts';

/** A request to a service: an event of its own, or a line of its log. */
export type RequestEvent = LabEvent & { readonly kind: 'server' | 'log' };

export interface ServiceSpec<Id extends string, Settings extends z.core.$ZodType, Texts extends object> {
  /** Its key in a server's `services`. */
  readonly id: Id;
  /** As people call it. */
  readonly title: string;
  readonly settings: Settings;
  /** Its settings when a person switches it on. */
  readonly initial: z.input<Settings>;
  /** Filters for what it can be silent about. */
  readonly protocols: readonly string[];
  /** How its requests are listed. */
  readonly requests: {
    /** `table` has a column for each part of a request; `list` one sentence a request; `log` lines of a log. */
    readonly view: 'table' | 'list' | 'log';
    isRequest(this: void, event: LabEvent): event is RequestEvent;
  };
  /** Its texts for the page, in English; `empty` is shown before anybody has asked. */
  readonly texts: Texts;
}

type TextsOf<Id extends string> = Readonly<Record<`service.${Id}.empty`, string>>;

export function defineService<Id extends string, Settings extends z.core.$ZodType, const Texts extends TextsOf<Id>>(
  spec: ServiceSpec<Id, Settings, Texts>,
): ServiceSpec<Id, Settings, Texts> {
  return spec;
}

/** Events that services of these names report of each request. */
export function reportedBy(...names: readonly string[]): (event: LabEvent) => event is RequestEvent {
  return (event): event is RequestEvent => event.kind === 'server' && names.includes(event.service);
}

/** Lines of the log of programs whose name begins so. */
export function loggedBy(prefix: string): (event: LabEvent) => event is RequestEvent {
  return (event): event is RequestEvent => event.kind === 'log' && event.service.startsWith(prefix);
}

/** What a service is started with. */
export interface ServiceContext {
  readonly clock: Clock;
  /** The server's; a service derives its own from it by its id. */
  readonly rng: Rng;
  readonly log: EventSink;
  readonly host: HostStack;
  readonly files: MemoryFileTree;
  readonly disks: DiskSource;
  /** Of the lab, in PEM. */
  readonly certificates: readonly LabCertificate[];
  /** Where the keys of encrypted connections are logged, for the capture. */
  readonly secrets: SecretStore;
  /** Of the server's programs that are called by RPC. */
  readonly portmapper: Portmapper;
}

/** A certificate of the lab's document. */
export interface LabCertificate {
  readonly name: string;
  readonly certificate: string;
  readonly privateKey?: string | undefined;
  /** The certificate that signed it. */
  readonly issuer?: string | undefined;
  /** Its issuer has taken it back: responders say so. */
  readonly revoked?: boolean | undefined;
}

/** Settings that a service refuses, as the real one would. */
export interface ServiceProblem {
  /** Below `services`, such as `dnsmasq.config:3`. */
  readonly place: string;
  /** A text is what the real program says. */
  readonly reason: string | Message;
  /** The service runs; the line has another effect than it would have with the real one. */
  readonly isMinor?: boolean;
}

export interface RunningService {
  /** Opens its ports; called once, when the server is up. */
  listen(): void;
  /** Well-known UDP ports that it opens: the second service that wants one does not start, as on a real host. */
  readonly udpPorts?: readonly number[];
  readonly problems?: readonly ServiceProblem[];
  /** The folder that the names in its `transfer` events are relative to. */
  readonly transferRoot?: string;
}

/** Settings that several services have. The texts for what is expected are the scenario's. */
export const settingParts = {
  port: z.int().check(z.gte(1), z.lte(65_535)),
  absolutePath: z.string().check(z.startsWith('/', 'scenario.expects.absolute-path')),
  /** How fast a server sends files, all transfers together. */
  bytesPerSecond: z.optional(z.int().check(z.gte(1), z.lte(1e10))),
  /** A server that breaks: it closes a connection after so many bytes of a file. */
  closeAfterBytes: z.optional(z.int().check(z.gte(0), z.lte(1e10))),
  /** At most 1 MiB. */
  text: z.string().check(z.maxLength(1024 * 1024, 'scenario.expects.text')),
} as const;

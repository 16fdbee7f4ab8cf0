/** What the steps of one PXE boot attempt share: the platform, the card, the host stack, and how they report. */
import type { EmitOptions, Severity, StageId } from '../../base/event-log.ts';
import type { Task } from '../../base/time/task.ts';
import type { Host } from '../../net/host/types.ts';
import type { DhcpClient, OptionValue } from '../clients/dhcp-client.ts';
import type { Platform, PlatformNic } from '../platform.ts';
import type { PxeError } from './errors.ts';
import type { RomQuirk } from './quirks.ts';
import type { Message } from '../../base/sentence.ts';

/** What a boot ROM's builder may choose. */
export interface PxeRomOptions {
  /** First line of the banner. */
  readonly banner: string;
  /** RFC 2348 block size that is asked for. */
  readonly blksize: number;
  /** RFC 7440; 1 does not ask for the option. */
  readonly windowsize: number;
  readonly quirks: readonly RomQuirk[];
}

export interface Attempt {
  readonly platform: Platform;
  readonly rom: PxeRomOptions;
  readonly nic: PlatformNic;
  readonly host: Host;
  readonly dhcp: DhcpClient;
  /** The PXE options of every request, in their order. */
  readonly options: readonly OptionValue[];
}

export type Step<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: PxeError };

export function failed(error: PxeError): { readonly ok: false; readonly error: PxeError } {
  return { ok: false, error };
}

export function stage({ platform }: Attempt, id: StageId, message: Message, rule?: string): void {
  platform.log.emit({ kind: 'stage', stage: id, ...message }, rule === undefined ? {} : { rule });
}

export function decide(
  attempt: Attempt,
  code: string,
  message: Message,
  rule: string,
  severity: Severity = 'info',
): void {
  const options: EmitOptions = { rule };
  attempt.platform.log.emit({ kind: 'decision', code: `pxe/${code}`, severity, ...message }, options);
}

export function* print({ platform }: Attempt, text: string): Task<void> {
  yield* platform.console.write(text);
}

/** What the steps of one UEFI network boot share: the platform, the card, the host stack, and how they report. */
import type { Ipv4Address } from '../../base/address.ts';
import type { Severity, StageId } from '../../base/event-log.ts';
import type { Message } from '../../base/sentence.ts';
import type { Task } from '../../base/time/task.ts';
import type { Host } from '../../net/host/types.ts';
import type { DhcpClient } from '../clients/dhcp-client.ts';
import type { Platform, PlatformNic } from '../platform.ts';
import type { EfiArchitecture } from './architectures.ts';

export interface Attempt {
  readonly platform: Platform;
  readonly nic: PlatformNic;
  readonly host: Host;
  readonly dhcp: DhcpClient;
  readonly architecture: EfiArchitecture;
  /** Option 93. */
  readonly clientArch: number;
}

/** The address that the machine has. */
export interface Station {
  readonly ip: Ipv4Address;
  readonly mask: Ipv4Address;
}

/** A file in memory that was loaded to be started. */
export interface LoadedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export function stage({ platform }: Attempt, id: StageId, message: Message, rule?: string): void {
  platform.log.emit({ kind: 'stage', stage: id, ...message }, rule === undefined ? {} : { rule });
}

/** `code` without the `efi/` before it. */
export function decide(
  { platform }: Attempt,
  code: string,
  message: Message,
  rule: string,
  severity: Severity = 'info',
): void {
  platform.log.emit({ kind: 'decision', code: `efi/${code}`, severity, ...message }, { rule });
}

export function* print({ platform }: Attempt, text: string): Task<void> {
  yield* platform.console.write(text);
}

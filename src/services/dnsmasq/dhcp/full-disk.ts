/**
 * The lease file on a disk that is full. dnsmasq tries to write it after each change, says so when it cannot, tries again a
 * minute later, and answers its clients all the same; when it starts again, it does not know their leases.
 */
import { NS_PER_S, type Clock } from '../../../base/time/clock.ts';
import type { Message } from '../../../base/sentence.ts';
import { dnsmasqMessage } from '../messages.ts';

/** Debian's, without a dhcp-leasefile line. */
const LEASE_FILE = '/var/lib/misc/dnsmasq.leases';
const RETRY_S = 60;

export interface FullDiskHooks {
  readonly log: (text: string) => void;
  readonly warned: (message: Message) => void;
}

export class FullDisk {
  private readonly clock: Clock;
  private readonly file: string;
  private readonly hooks: FullDiskHooks;
  private retry: { cancel(): void } | undefined;

  /** `file` is that of dhcp-leasefile. */
  constructor(clock: Clock, file: string | undefined, hooks: FullDiskHooks) {
    this.clock = clock;
    this.file = file ?? LEASE_FILE;
    this.hooks = hooks;
  }

  write(): void {
    this.hooks.log(`failed to write ${this.file}: No space left on device (retry in ${RETRY_S} s)`);
    if (this.retry === undefined) this.hooks.warned(dnsmasqMessage('dhcp.disk-full', { file: this.file }));
    this.retry?.cancel();
    this.retry = this.clock.schedule(RETRY_S * NS_PER_S, () => this.write());
  }

  stop(): void {
    this.retry?.cancel();
  }
}

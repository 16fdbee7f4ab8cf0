/** The part of a platform that hands on what the machine was made with. */
import type { Clock } from '../base/time/clock.ts';
import type { EventSink } from '../base/event-log.ts';
import type { Rng } from '../base/rng.ts';
import type { MachineIdentity, MachineParts, PlatformNic } from './platform.ts';

export abstract class PlatformBase implements MachineParts {
  readonly name: string;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: EventSink;
  readonly nics: readonly PlatformNic[];
  readonly identity: MachineIdentity;
  readonly hasLongMode: boolean;

  constructor({ name, clock, rng, log, nics, identity, hasLongMode = false }: MachineParts) {
    this.name = name;
    this.clock = clock;
    this.rng = rng;
    this.log = log;
    this.nics = nics;
    this.identity = identity;
    this.hasLongMode = hasLongMode;
  }
}

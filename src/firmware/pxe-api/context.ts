/** What the functions of the PXE API work on. */
import type { Clock } from '../../base/time/clock.ts';
import type { EventSink } from '../../base/event-log.ts';
import type { Task } from '../../base/time/task.ts';
import type { GuestMemory } from '../guest.ts';
import type { PcNicPort } from '../pc/time.ts';
import type { PxeContext } from '../platform.ts';
import type { Params } from './params.ts';
import type { PxeFunctionName, Status } from './table.ts';

export interface PxeApiOptions {
  readonly clock: Clock;
  readonly log: EventSink;
  readonly memory: GuestMemory;
  readonly network: PxeContext;
  /** The card of `network`. */
  readonly port: PcNicPort;
  /** Segment of the firmware's data in base memory. */
  readonly dataSegment: number;
  /** RESTART_TFTP has fetched another boot program: it takes the caller's place when the call ends. */
  readonly onRestart: (fileName: string, program: Uint8Array) => void;
  /** Takes INT 1Ah back: what UNLOAD_STACK asks for. */
  readonly unhook: () => void;
  /** The stub may leave its service. */
  readonly onServed: () => void;
  raiseIrq(irq: number): void;
  lowerIrq(irq: number): void;
}

/** A task that uses the BIOS, or starts programs, while the caller waits. */
export interface Served {
  readonly serve: Task<Status>;
}

/** A function answers at once, by a task in which the guest sleeps, or by one that needs its CPU. */
export type PxeHandler = (params: Params) => Status | Task<Status> | Served;

export type PxeHandlers = { readonly [name in PxeFunctionName]?: PxeHandler };

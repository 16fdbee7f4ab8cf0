/**
 * The PXE API as a program calls it: dispatch by opcode, the status in the structure and in AX, and waiting. While a
 * function waits the stub asks again and again; the CPU sleeps in between and is woken when the function is done.
 */
import { hexNumber } from '../../base/bytes.ts';
import { startTask } from '../../base/time/task.ts';
import type { RunningTask, Task } from '../../base/time/task.ts';
import { PXE_SERVE, PXE_WAIT } from '../rom/hypercalls.ts';
import { baseFunctions, CachedPackets } from './base-functions.ts';
import { fileFunctions } from './file-functions.ts';
import { CallTrace } from '../call-trace.ts';
import type { PxeContext } from '../platform.ts';
import type { PxeApiOptions, PxeHandler } from './context.ts';
import { Params, type CallMode } from './params.ts';
import { STATUS, pxeFunction, pxeFunctionName, statusName } from './table.ts';
import type { PxeFunctionName, Status } from './table.ts';
import { tftpFunctions } from './tftp-functions.ts';
import { udpFunctions } from './udp-functions.ts';
import { undiFunctions } from './undi-functions.ts';
import { firmwareMessage } from '../messages.ts';

/** Called for every packet. */
const FREQUENT: ReadonlySet<PxeFunctionName> = new Set([
  'PXENV_UDP_READ',
  'PXENV_UDP_WRITE',
  'PXENV_UNDI_ISR',
  'PXENV_UNDI_TRANSMIT',
  'PXENV_TFTP_READ',
  'PXENV_FILE_READ',
  'PXENV_FILE_SELECT',
]);

/** Where a call comes from. */
export interface PxeCaller {
  readonly mode: CallMode;
  /** Return address. */
  readonly segment: number;
  readonly offset: number;
}

/** AX of a call: PXENV_EXIT_SUCCESS, PXENV_EXIT_FAILURE, `PXE_WAIT` or `PXE_SERVE`. */
export type ExitCode = number;

export class PxeApi {
  private readonly options: PxeApiOptions;
  private readonly handlers: ReadonlyMap<string, PxeHandler>;
  private readonly closers: readonly (() => void)[];
  private readonly packets: CachedPackets;
  private readonly trace: CallTrace;
  /** The call that waits. Only one does: a call out of an interrupt handler meanwhile gets its answer at once. */
  private waiting:
    | { readonly task: RunningTask<Status>; readonly outcome: { readonly exit: ExitCode | undefined } }
    | undefined;
  /** Called when the waiting call has its answer. */
  onReady: () => void = () => {};

  constructor(options: PxeApiOptions) {
    this.options = options;
    this.trace = new CallTrace('pxe', options.log, options.clock);
    const udp = udpFunctions(options);
    const tftp = tftpFunctions(options);
    const undi = undiFunctions(options);
    this.packets = new CachedPackets(options);
    const { files } = options.network;
    this.handlers = new Map(
      Object.entries({
        ...baseFunctions(options, this.packets),
        ...udp.handlers,
        ...tftp.handlers,
        ...undi.handlers,
        ...(files === undefined ? {} : fileFunctions(options, files)),
      }),
    );
    this.closers = [udp.close, tftp.close, undi.close];
  }

  /** What a program that takes over is given: the packets as the one before has left them. */
  get network(): PxeContext {
    return this.packets.of(this.options.network);
  }

  /** `address` is the linear one of the parameters. */
  call(opcode: number, address: number, caller: PxeCaller): ExitCode {
    const entry = pxeFunction(opcode);
    const { memory, log } = this.options;
    const params = new Params(memory, address, entry?.fields ?? [], caller.mode);
    const open = this.trace.begin({
      function: pxeFunctionName(opcode),
      opcode,
      caller: `${hexNumber(caller.segment, 4)}:${hexNumber(caller.offset, 4)}`,
      mode: caller.mode.name,
      describe: () => params.describe(),
      zeroIsNothing: true,
      isFrequent: entry !== undefined && FREQUENT.has(entry.name),
    });
    const finish = (status: Status): ExitCode => {
      params.status = status;
      open.end(statusName(status), status !== STATUS.success);
      return status === STATUS.success ? 0 : 1;
    };
    return log.withCause(open.event, () => {
      const handler = entry === undefined ? undefined : this.handlers.get(entry.name);
      if (handler === undefined) return finish(this.unsupported(opcode));
      const answer = handler(params);
      if (typeof answer === 'number') return finish(answer);
      if (!('serve' in answer)) return this.wait(answer, PXE_WAIT, () => this.onReady(), finish);
      return this.wait(answer.serve, PXE_SERVE, this.options.onServed, finish);
    });
  }

  private wait(
    answer: Task<Status>,
    meanwhile: ExitCode,
    onDone: () => void,
    finish: (status: Status) => ExitCode,
  ): ExitCode {
    if (this.waiting !== undefined) {
      answer.return(STATUS.failure);
      return finish(STATUS.failure);
    }
    const outcome: { exit: ExitCode | undefined; isAwaited: boolean } = { exit: undefined, isAwaited: false };
    const task = startTask(answer, (status) => {
      outcome.exit = finish(status);
      if (outcome.isAwaited) onDone();
    });
    if (outcome.exit !== undefined) return outcome.exit;
    outcome.isAwaited = true;
    this.waiting = { task, outcome };
    return meanwhile;
  }

  /** The stub of the waiting call asks again. */
  ask(): ExitCode {
    if (this.waiting === undefined) return 1;
    const { exit } = this.waiting.outcome;
    if (exit === undefined) return PXE_WAIT;
    this.waiting = undefined;
    return exit;
  }

  /** Another program takes the place of the one whose call is being served: nobody waits for the answer any more. */
  abandon(): void {
    this.waiting = undefined;
    this.close();
  }

  /** The program has ended: whatever it left open is closed. */
  close(): void {
    this.waiting?.task.cancel();
    this.waiting = undefined;
    for (const close of this.closers) close();
    this.trace.flush();
  }

  private unsupported(opcode: number): Status {
    this.options.log.emit(
      {
        kind: 'decision',
        code: 'pxe-api/unsupported',
        severity: 'note',
        ...firmwareMessage('pxe-api.unsupported', { function: pxeFunctionName(opcode) }),
      },
      { rule: 'PXE 2.1, PXENV_STATUS_UNSUPPORTED' },
    );
    return STATUS.unsupported;
  }
}

/** An emulated PC as the lab sees it: its ports, its inputs and what it reports. The PC itself is in its cell. */
import type { EventId, EventLog } from '../../base/event-log.ts';
import { itemAt } from '../../base/lists/list.ts';
import { assert } from '../../base/result.ts';
import type { FramePort } from '../../net/port.ts';
import { formatEndpoint } from '../../scenario/endpoint.ts';
import type { PcNode } from '../../scenario/schema.ts';
import type { NodeContext } from '../context.ts';
import { withSources } from '../observe/ipxe-debugger.ts';
import {
  answerOf,
  type Machine,
  type DriveRange,
  type MachineAnswers,
  type MachineInput,
  type MachineQuestion,
} from '../nodes/machine.ts';
import type { TimedCell } from '../timeline.ts';
import {
  causeOfLabEvent,
  labEventOfCause,
  type CellCause,
  type CellDriver,
  type CellInput,
  type CellReport,
  type CellState,
  type CellTurn,
} from './protocol.ts';

type InputBody<T> = T extends unknown ? Omit<T, 'atNs' | 'cause'> : never;

export class CellMachine implements Machine, TimedCell {
  readonly kind = 'pc';
  readonly name: string;
  readonly memMiB: number;
  private readonly clock: NodeContext['clock'];
  private readonly log: EventLog;
  private readonly driver: CellDriver;
  private readonly ports: readonly FramePort[];
  private inputs: CellInput[] = [];
  /** The target time of the last order, until its report has been applied. */
  private orderedNs: number | undefined;
  private report: CellReport | undefined;
  /** Output later than the time that was ordered. */
  private turnAhead: CellTurn | undefined;
  private ownNextNs: number | undefined;
  private reached = 0;
  /** The lab's ids of the events of the cell's own log. */
  private readonly ids: EventId[] = [];
  private state: CellState = { powered: false, screenVersion: 0, instructions: 0, serial: '' };
  private serial = '';
  private text = '';

  /** The cell numbers events by its own log. */
  private readonly translations: { readonly [Q in MachineQuestion]: (answer: MachineAnswers[Q]) => MachineAnswers[Q] } =
    {
      screen: (screen) => screen,
      screenText: (text) => text,
      stateHash: (hash) => hash,
      lowMemory: (bytes) => bytes,
      ipxe: (view) =>
        view === undefined
          ? undefined
          : { ...view, settings: withSources(view.settings, (event) => this.labCause(event)) },
      drives: (drives) => drives,
      driveBytes: (bytes) => bytes,
      variables: (variables) => variables,
    };

  constructor({ clock, log, port }: Pick<NodeContext, 'clock' | 'log' | 'port'>, node: PcNode, driver: CellDriver) {
    this.name = node.name;
    this.memMiB = node.memMiB;
    this.clock = clock;
    this.log = log;
    this.driver = driver;
    this.ports = node.nics.map((nic, index) => {
      const plug = port(formatEndpoint({ node: node.name, port: nic.name }), node.name);
      plug.setReceiver((frame) => this.put({ kind: 'frame', port: index, frame }));
      plug.setLinkListener((up) => this.put({ kind: 'link', port: index, up }));
      return plug;
    });
  }

  get isRemote(): boolean {
    return this.driver.isRemote;
  }

  get dueNs(): number | undefined {
    if (this.orderedNs !== undefined) return this.orderedNs;
    if (this.turnAhead !== undefined) return this.turnAhead.atNs;
    if (this.inputs.length === 0) return this.ownNextNs;
    return Math.min(itemAt(this.inputs, 0).atNs, this.ownNextNs ?? Number.MAX_SAFE_INTEGER);
  }

  get needsOrder(): boolean {
    return this.orderedNs === undefined && this.turnAhead === undefined;
  }

  get isUnderWay(): boolean {
    return this.orderedNs !== undefined && this.report === undefined;
  }

  get reachedNs(): number {
    return Math.max(this.report?.reachedNs ?? this.reached, this.state.playedUpToNs ?? 0);
  }

  get powered(): boolean {
    return this.state.powered;
  }

  get screenVersion(): number {
    return this.state.screenVersion;
  }

  get instructions(): number {
    return this.state.instructions;
  }

  act(input: MachineInput): void {
    this.put({ kind: 'user', do: input });
  }

  takeSerial(): string {
    const { serial } = this;
    this.serial = '';
    return serial;
  }

  screenText(): string {
    return this.isRemote ? this.text : answerOf(this, 'screenText');
  }

  ask<Q extends MachineQuestion>(question: Q, answered: (answer: MachineAnswers[Q]) => void, range?: DriveRange): void {
    const inLab = this.translations[question];
    this.driver.ask(question, (answer) => answered(inLab(answer)), range);
  }

  close(): void {
    this.driver.close();
  }

  order(horizonNs: number): void {
    const { dueNs } = this;
    assert(this.needsOrder && dueNs !== undefined, 'the cell has something to do and no order yet');
    this.orderedNs = dueNs;
    const { inputs } = this;
    this.inputs = [];
    this.driver.order({ untilNs: dueNs, horizonNs, inputs }, (report) => {
      this.report = report;
    });
  }

  turn(): number {
    const { nowNs } = this.clock;
    const { report, turnAhead } = this;
    if (turnAhead !== undefined) {
      this.turnAhead = undefined;
      this.apply(turnAhead);
      return nowNs;
    }
    assert(report !== undefined, 'the report is there');
    this.report = undefined;
    this.orderedNs = undefined;
    this.reached = report.reachedNs;
    this.ownNextNs = report.nextNs;
    this.state = report.state;
    this.serial += report.state.serial;
    this.text = report.state.screenText ?? this.text;
    if (report.turn?.atNs === nowNs) this.apply(report.turn);
    else this.turnAhead = report.turn;
    return report.reachedNs;
  }

  private put(body: InputBody<CellInput>): void {
    const { currentCause } = this.log;
    const cause = currentCause === undefined ? {} : { cause: causeOfLabEvent(currentCause) };
    this.inputs.push({ atNs: this.clock.nowNs, ...cause, ...body });
  }

  private apply({ outputs }: CellTurn): void {
    for (const output of outputs) {
      switch (output.kind) {
        case 'event': {
          const { cause: from, ...options } = output.options;
          const cause = this.labCause(from);
          this.ids.push(this.log.emit(this.name, output.body, cause === undefined ? options : { ...options, cause }));
          break;
        }
        case 'frame':
          this.log.withCause(this.labCause(output.cause), () => itemAt(this.ports, output.port).send(output.frame));
          break;
      }
    }
  }

  private labCause(cause: CellCause | undefined): EventId | undefined {
    if (cause === undefined) return undefined;
    return cause < 0 ? labEventOfCause(cause) : this.ids[cause];
  }
}

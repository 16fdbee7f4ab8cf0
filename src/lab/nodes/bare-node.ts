/** A bare machine as the lab sees it: the firmware alone, with a text screen. */
import type { Screen } from '../../machine/screen/screen-image.ts';
import { parseMac } from '../../base/address.ts';
import { failureEvent, reasonOf } from '../../base/failures.ts';
import { itemAt } from '../../base/lists/list.ts';
import { assert } from '../../base/result.ts';
import { BareMachine } from '../../firmware/bare/bare-machine.ts';
import type { Ipxe } from '../../firmware/ipxe/ipxe.ts';
import type { Personality } from '../../firmware/platform.ts';
import { formatEndpoint } from '../../scenario/endpoint.ts';
import { namesOf } from '../../scenario/nodes/queries.ts';
import type { BareNode } from '../../scenario/schema.ts';
import type { NodeContext } from '../context.ts';
import { countedMac } from '../rows.ts';
import { busOf, driverOf, identityOf } from './hardware.ts';
import { IpxeDebugger } from '../observe/ipxe-debugger.ts';
import {
  actOn,
  answerFrom,
  type Machine,
  type MachineAnswers,
  type MachineDrive,
  type MachineBody,
  type MachineInput,
  type MachineQuestion,
} from './machine.ts';
import { NodeGuard } from './node-guard.ts';
import type { BuildContext, BuiltNode } from './node-builder.ts';
import { barePersonalityOf } from './bare-personality.ts';
import { chainedPersonality } from './personality.ts';

export class BareNodeMachine implements Machine, MachineBody {
  readonly kind = 'bare';
  readonly ipxe = new IpxeDebugger();
  readonly memMiB = 0;
  readonly instructions = 0;
  readonly name: string;
  private readonly machine: BareMachine;
  private readonly guard: NodeGuard;

  /** `name` and `macs` differ from the node's when the node is a row of machines. */
  constructor(
    context: NodeContext,
    node: BareNode,
    name: string,
    macs: readonly string[],
    personality: (onIpxe: (ipxe: Ipxe) => void) => Personality,
  ) {
    this.name = name;
    this.guard = new NodeGuard(context, (error) => {
      this.ipxe.detach();
      this.machine.fail(failureEvent('machine/failed', { reason: reasonOf(error) }));
    });
    const { clock, port } = this.guard.context;
    this.machine = new BareMachine({
      name,
      clock,
      rng: context.rng.derive(name),
      log: context.log.sink(name),
      identity: identityOf(node, itemAt(macs, 0)),
      hasLongMode: node.cpu === '64-bit',
      nics: node.nics.map((nic, i) => {
        const mac = parseMac(itemAt(macs, i));
        assert(mac !== undefined, 'the schema has checked the MAC address');
        return {
          name: nic.name,
          mac,
          port: port(formatEndpoint({ node: name, port: nic.name }), name),
          bus: busOf(nic.model, i),
          driver: driverOf(nic.model),
        };
      }),
      personalities: () => [personality(this.ipxe.attach)],
      chained: (request) => chainedPersonality(request, this.ipxe.attach),
    });
  }

  get powered(): boolean {
    return this.machine.powered;
  }

  get screenVersion(): number {
    return this.machine.screen.version;
  }

  act(input: MachineInput): void {
    if ('power' in input) this.guard.renew();
    this.guard.run(() => actOn(this, input));
  }

  /** It has no drives of its own. */
  drives(): readonly MachineDrive[] {
    return [];
  }

  driveBytes(): Uint8Array {
    return new Uint8Array(0);
  }

  /** Its firmware is none that keeps any. */
  variables(): undefined {
    return undefined;
  }

  ask<Q extends MachineQuestion>(question: Q, answered: (answer: MachineAnswers[Q]) => void): void {
    answered(answerFrom(this, question));
  }

  powerOn(): void {
    this.machine.powerOn();
  }

  powerOff(): void {
    this.machine.powerOff();
    this.ipxe.detach();
  }

  reset(): void {
    this.machine.reset();
  }

  press(key: string): boolean {
    return this.machine.press(key);
  }

  type(text: string): void {
    this.machine.type(text);
  }

  setMedium(): void {
    // A bare machine has no drives.
  }

  serialInput(): void {
    // A bare machine's serial port is an output only.
  }

  takeSerial(): string {
    return '';
  }

  screenText(): string {
    return this.machine.screen.text();
  }

  screen(): Screen {
    const { columns, rows, cells, row, column, cursorVisible, backdrop } = this.machine.screen;
    return {
      kind: 'text',
      columns,
      rows,
      cells: new Uint16Array(cells),
      cursor: { row, column, visible: cursorVisible },
      ...(backdrop === undefined ? {} : { backdrop }),
    };
  }

  lowMemory(): undefined {
    return undefined;
  }

  stateHash(): undefined {
    return undefined;
  }
}

export function buildBare(context: BuildContext, node: BareNode): BuiltNode {
  const machines = namesOf(node).map((name, i) => {
    const macs = node.nics.map((nic) => countedMac(nic.mac, i));
    return new BareNodeMachine(context, node, name, macs, (onIpxe) => barePersonalityOf(node.firmware, onIpxe));
  });
  return { machines };
}

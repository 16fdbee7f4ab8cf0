/**
 * The interface of a machine, emulated or bare, to the lab. Keys are named as in scenarios: `Enter`, `F8`, `Ctrl-B`.
 */
import { itemAt } from '../../base/lists/list.ts';
import { assert } from '../../base/result.ts';
import type { UefiVariable } from '../../machine/uefi/variables.ts';
import type { Screen } from '../../machine/screen/screen-image.ts';
import type { ScenarioUserInput } from '../../scenario/schema.ts';
import type { DiskLayout } from '../../base/disks/layout.ts';
import type { DriveKind } from '../../machine/observe/disk-boot.ts';
import type { IpxeDebugger, IpxeView } from '../observe/ipxe-debugger.ts';

/** What can be asked of a machine, with the answer. */
export interface MachineAnswers {
  /** A copy of what the screen shows. */
  readonly screen: Screen;
  /** Its text, one line per row, trailing blanks cut off; empty in graphics modes. */
  readonly screenText: string;
  /** sha256 of memory and device state; undefined where there is no CPU, or no power. */
  readonly stateHash: string | undefined;
  /** A copy of the first `LOW_MEMORY_BYTES`; undefined where there is no CPU, or no power. */
  readonly lowMemory: Uint8Array | undefined;
  /** Settings and script of the iPXE that runs; undefined when none does. */
  readonly ipxe: IpxeView | undefined;
  /** What is in its drives since it was first switched on. */
  readonly drives: readonly MachineDrive[];
  /** Bytes of a drive; fewer than asked for at its end. */
  readonly driveBytes: Uint8Array;
  /** What its UEFI firmware keeps without power; undefined where there is none, or nothing yet. */
  readonly variables: readonly UefiVariable[] | undefined;
}

/** In the order in which they are listed. */
export const DRIVE_KINDS: readonly DriveKind[] = ['disk', 'cdrom', 'floppy'];

export interface MachineDrive {
  readonly drive: DriveKind;
  readonly sizeBytes: number;
  readonly layout: DiskLayout;
}

/** Where the answer to `driveBytes` is read. */
export interface DriveRange {
  readonly drive: DriveKind;
  readonly start: number;
  readonly bytes: number;
}

export type MachineQuestion = keyof MachineAnswers;

/** A user action on a machine. */
export type MachineInput =
  | Exclude<ScenarioUserInput['do'], { readonly takeOver: true } | { readonly medium: unknown }>
  | { readonly medium: MediumInput };

/** A medium for a drive of a PC; without an image the drive is emptied. */
export interface MediumInput {
  readonly drive: 'floppy' | 'cdrom';
  readonly image?: Uint8Array;
}

export interface Machine {
  readonly name: string;
  readonly kind: 'pc' | 'bare';
  readonly memMiB: number;
  readonly powered: boolean;
  /** Changes with what the screen shows. */
  readonly screenVersion: number;
  /** Instructions executed since power-on. */
  readonly instructions: number;
  act(input: MachineInput): void;
  /** Output of the first serial port since the last call. */
  takeSerial(): string;
  /** Text of the screen, as of the last change in the log. */
  screenText(): string;
  /** `answered` is called at once by a machine of this thread, and later by one of another. */
  ask<Q extends MachineQuestion>(question: Q, answered: (answer: MachineAnswers[Q]) => void, range?: DriveRange): void;
}

/** The answer of a machine of this thread. */
export function answerOf<Q extends MachineQuestion>(machine: Machine, question: Q): MachineAnswers[Q] {
  const answers: MachineAnswers[Q][] = [];
  machine.ask(question, (answer) => answers.push(answer));
  assert(answers.length === 1, `${machine.name} is in this thread`);
  return itemAt(answers, 0);
}

/** The machine itself, where it lives. */
export interface MachineBody {
  /** Whatever iPXE runs on it. */
  readonly ipxe: IpxeDebugger;
  powerOn(): void;
  powerOff(): void;
  reset(): void;
  /** False when there is no such key. */
  press(key: string): boolean;
  type(text: string): void;
  serialInput(text: string): void;
  setMedium(medium: MediumInput): void;
  screen(): Screen;
  screenText(): string;
  stateHash(): string | undefined;
  lowMemory(): Uint8Array | undefined;
  drives(): readonly MachineDrive[];
  driveBytes(range: DriveRange | undefined): Uint8Array;
  variables(): readonly UefiVariable[] | undefined;
}

export function actOn(machine: MachineBody, input: MachineInput): void {
  if ('keys' in input) for (const key of input.keys) machine.press(key);
  else if ('type' in input) machine.type(input.type);
  else if ('serial' in input) machine.serialInput(input.serial);
  else if ('medium' in input) machine.setMedium(input.medium);
  else if ('ipxe' in input) machine.ipxe.act(input.ipxe);
  else if (input.power === 'on') machine.powerOn();
  else if (input.power === 'off') machine.powerOff();
  else machine.reset();
}

export function answerFrom<Q extends MachineQuestion>(
  machine: MachineBody,
  question: Q,
  range?: DriveRange,
): MachineAnswers[Q] {
  const answers: { readonly [K in MachineQuestion]: () => MachineAnswers[K] } = {
    screen: () => machine.screen(),
    screenText: () => machine.screenText(),
    stateHash: () => machine.stateHash(),
    lowMemory: () => machine.lowMemory(),
    ipxe: () => machine.ipxe.view(),
    drives: () => machine.drives(),
    driveBytes: () => machine.driveBytes(range),
    variables: () => machine.variables(),
  };
  return answers[question]();
}

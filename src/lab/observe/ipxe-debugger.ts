/**
 * The iPXE of a machine from outside: its settings with where each came from, and its script line by line. User actions
 * here are inputs of the lab, so that a replay stops and continues at the same moments.
 */
import { fromUtf8, latin1 } from '../../base/bytes.ts';
import type { EventId } from '../../base/event-log.ts';
import type { Ipxe } from '../../firmware/ipxe/ipxe.ts';
import { strerror } from '../../firmware/ipxe/errors.ts';
import { BreakpointStepper, type StepInfo, type StepResult } from '../../firmware/ipxe/script/stepper.ts';
import { inspectSettings, type BlockSnapshot } from '../../firmware/ipxe/settings/inspect.ts';
import type { ScenarioUserInput } from '../../scenario/schema.ts';
import { labMessage } from '../messages.ts';

export type IpxeAction = Extract<ScenarioUserInput['do'], { ipxe: unknown }>['ipxe'];

/** A command of a script or of the shell. */
export interface IpxeCommandView {
  /** Undefined for a line typed at the shell. */
  readonly script: string | undefined;
  /** From 1. */
  readonly line: number | undefined;
  readonly tokens: readonly string[];
  readonly expanded: readonly string[];
  /** What each `${...}` gave, and the path of the block that it came from; undefined when nothing has it. */
  readonly expansions: StepInfo['expansions'];
}

export interface IpxeView {
  readonly settings: BlockSnapshot;
  /** Error number of the last failure, as in `${errno}`. */
  readonly errno: { readonly code: number; readonly text: string };
  /** The innermost script that runs. */
  readonly script:
    | { readonly name: string; readonly lines: readonly { readonly number: number; readonly text: string }[] }
    | undefined;
  /** The command that is held before it runs. */
  readonly held: IpxeCommandView | undefined;
  /** The command that ran last. */
  readonly last:
    | (IpxeCommandView & {
        readonly status: number;
        readonly statusText: string;
        /** The line that comes next in its script. */
        readonly nextLine: number | undefined;
      })
    | undefined;
  /** `SCRIPT:LINE`, sorted. */
  readonly breakpoints: readonly string[];
  /** Pause before the next command. */
  readonly pausing: boolean;
}

/** iPXE's text is bytes, one per character; text typed by the user is encoded in it as UTF-8. */
function shown(text: string): string {
  return fromUtf8(latin1(text));
}

function shownBlock(block: BlockSnapshot): BlockSnapshot {
  return {
    ...block,
    rows: block.rows.map((row) => ({ ...row, text: shown(row.text) })),
    children: block.children.map(shownBlock),
  };
}

/** The same settings with their source events renumbered. */
export function withSources(block: BlockSnapshot, renumber: (event: EventId) => EventId | undefined): BlockSnapshot {
  const { source: before, ...rest } = block;
  const source = before === undefined ? undefined : renumber(before);
  return {
    ...rest,
    children: block.children.map((child) => withSources(child, renumber)),
    ...(source === undefined ? {} : { source }),
  };
}

function commandView({ place, tokens, expanded, expansions }: StepInfo): IpxeCommandView {
  return {
    script: place?.script,
    line: place?.line,
    tokens: tokens.map(shown),
    expanded: expanded.map(shown),
    expansions: expansions.map((each) => ({ ...each, value: shown(each.value) })),
  };
}

/** Lives as long as the machine: breakpoints stay through resets. */
export class IpxeDebugger {
  private ipxe: Ipxe | undefined;
  private held: StepInfo | undefined;
  private last: StepResult | undefined;
  private readonly stepper = new BreakpointStepper(
    (step) => {
      this.held = step;
      const { place } = step;
      const message =
        place === undefined
          ? labMessage('lab.script-held-at-command')
          : labMessage('lab.script-held', { line: place.line, script: place.script });
      this.ipxe?.log.emit({ kind: 'decision', code: 'script-held', severity: 'info', ...message });
    },
    (result) => {
      this.last = result;
    },
  );

  /** An iPXE begins, the machine's own or one that it has loaded. */
  readonly attach = (ipxe: Ipxe): void => {
    this.ipxe = ipxe;
    this.held = undefined;
    this.last = undefined;
    ipxe.stepper = this.stepper;
  };

  /** The machine was switched off. */
  detach(): void {
    this.ipxe = undefined;
    this.held = undefined;
    this.last = undefined;
  }

  act(action: IpxeAction): void {
    switch (action.kind) {
      case 'pause':
        this.stepper.pause();
        break;
      case 'step':
        this.stepper.step();
        break;
      case 'go':
        this.stepper.go();
        break;
      case 'break':
        if (action.on) this.stepper.breakpoints.add(`${action.script}:${action.line}`);
        else this.stepper.breakpoints.delete(`${action.script}:${action.line}`);
        break;
    }
  }

  /** Undefined while no iPXE runs. */
  view(): IpxeView | undefined {
    const { ipxe, last, stepper } = this;
    if (ipxe === undefined) return undefined;
    const held = stepper.isHolding ? this.held : undefined;
    const { script } = ipxe;
    return {
      settings: shownBlock(inspectSettings(ipxe.settings)),
      errno: { code: ipxe.errno, text: strerror(ipxe.errno) },
      script:
        script === undefined
          ? undefined
          : {
              name: script.image.name,
              lines: script.source.map(({ number, text }) => ({ number, text: shown(text) })),
            },
      held: held === undefined ? undefined : commandView(held),
      last:
        last === undefined
          ? undefined
          : {
              ...commandView(last),
              status: last.status,
              statusText: strerror(last.status),
              nextLine: last.nextLine,
            },
      breakpoints: [...stepper.breakpoints].sort(),
      pausing: stepper.isPausing,
    };
  }
}

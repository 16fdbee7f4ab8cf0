/**
 * A PC in another thread is the same PC: whatever the order in which reports come back and however far a machine goes
 * ahead by itself, frames, events and memory are those of a lab that runs in one thread.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import { SeededRng, type Rng } from '../../src/base/rng.ts';
import { readImages, readWasm } from '../../src/cli/images.ts';
import { PcCell } from '../../src/lab/cell/pc-cell.ts';
import type { CellDriver, CellOrder, CellReport, CellSpec } from '../../src/lab/cell/protocol.ts';
import { Lab } from '../../src/lab/lab.ts';
import { answerOf, type MachineAnswers, type MachineQuestion } from '../../src/lab/nodes/machine.ts';
import { RunControl } from '../../src/lab/run-control.ts';
import { parseScenarioText } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { capturePcapng, siteScenario } from '../support/lab.ts';

/** A cell whose reports come when the test lets them. */
class LateCell implements CellDriver {
  readonly isRemote = true;
  private readonly cell: PcCell;
  private readonly rng: Rng;
  private waiting: { readonly order: CellOrder; readonly answered: (report: CellReport) => void } | undefined;
  /** Orders that were given while another cell had one. */
  together = 0;
  /** Orders that it went beyond, with nothing to say. */
  ahead = 0;
  private readonly others: () => number;

  constructor(spec: CellSpec, rng: Rng, others: () => number) {
    this.cell = new PcCell(structuredCloneOf(spec));
    this.rng = rng;
    this.others = others;
  }

  get isWaiting(): boolean {
    return this.waiting !== undefined;
  }

  order(order: CellOrder, answered: (report: CellReport) => void): void {
    this.waiting = { order, answered };
    if (this.others() > 1) this.together++;
  }

  work(): void {
    const { waiting } = this;
    if (waiting === undefined) return;
    this.waiting = undefined;
    let left = this.rng.u32() % 4;
    const report = this.cell.advance(waiting.order, () => left-- > 0);
    if (report.reachedNs > waiting.order.untilNs) this.ahead++;
    waiting.answered(report);
  }

  ask<Q extends MachineQuestion>(question: Q, answered: (answer: MachineAnswers[Q]) => void): void {
    answered(this.cell.answer(question));
  }

  close(): void {}
}

/** The module is shared; all else is a copy, as in a message between threads. */
function structuredCloneOf({ wasm, ...rest }: CellSpec): CellSpec {
  return { ...structuredClone(rest), wasm };
}

interface Trace {
  readonly stop: string;
  readonly timeNs: number;
  readonly pcapng: string;
  readonly events: string;
  readonly states: readonly (string | undefined)[];
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

function run(scenario: Scenario, until: string, late: LateCell[] | undefined): Trace {
  const images = readImages(scenario);
  if (!images.ok) throw new Error('images are missing');
  const rng = new SeededRng('threads');
  const lab = Lab.open(scenario, {
    images: images.value,
    wasm: readWasm(),
    ...(late === undefined
      ? {}
      : {
          cells: (spec) => {
            const cell = new LateCell(spec, rng.derive(spec.node.name), () => late.filter((c) => c.isWaiting).length);
            late.push(cell);
            return cell;
          },
        }),
  });
  if (!lab.ok) throw new Error(JSON.stringify(lab.error));
  const control = new RunControl(lab.value);
  expect(control.setBreakpoints([{ condition: until, count: 1 }])).toEqual([undefined]);
  const drive = (untilNs: number): string => {
    for (;;) {
      const stop = control.run(untilNs, () => rng.u32() % 64 === 0);
      if (stop.kind !== 'waiting' && stop.kind !== 'yield') return stop.kind;
      const busy = (late ?? []).filter(({ isWaiting }) => isWaiting);
      if (busy.length > 0) itemAt(busy, rng.u32() % busy.length).work();
    }
  };
  const stop = drive(120 * NS_PER_S);
  for (const cell of late ?? []) cell.work();
  drive(lab.value.queue.nowNs);
  return {
    stop,
    timeNs: lab.value.queue.nowNs,
    pcapng: sha256(capturePcapng(lab.value)),
    events: sha256(lab.value.log.events.map((event) => JSON.stringify(event)).join('\n')),
    states: [...lab.value.machines.values()].map((machine) => answerOf(machine, 'stateHash')),
  };
}

const KERNEL = 'debian-installer/debian-installer/i386/linux';
const CABLE = { a: 'pc1.net0', b: 'pc2.net0' };

function parsed(document: object): Scenario {
  const result = parseScenarioText(JSON.stringify(document));
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function compare(scenario: Scenario, until: string): LateCell[] {
  const late: LateCell[] = [];
  const apart = run(scenario, until, late);
  expect(apart.stop).toBe('breakpoint');
  expect(late).toHaveLength(2);
  expect(apart).toEqual(run(scenario, until, undefined));
  return late;
}

describe('PCs in threads of their own', () => {
  it('get and send the same frames', () => {
    compare(siteScenario('two-vlans'), 'pc2.stage:nbp-entry');
  }, 300_000);

  it('compute at once, and alone as far as they like', () => {
    // Kernels in memory at power-on. The second comes later, so that the first has time to go ahead.
    const pc = (index: number): object => ({
      kind: 'pc',
      name: `pc${index}`,
      nics: [{ mac: `52:54:00:00:00:0${index}` }],
      memMiB: 128,
      power: { onAtMs: 200 * index },
      preload: { kernel: { image: KERNEL }, cmdline: 'console=ttyS0' },
    });
    const scenario = parsed({ version: 1, name: 'two kernels', nodes: [pc(1), pc(2)], links: [CABLE] });
    const late = compare(scenario, 'pc2.serial:/Linux version/');
    expect(late.reduce((sum, { together }) => sum + together, 0)).toBeGreaterThan(100);
    expect(late.reduce((sum, { ahead }) => sum + ahead, 0)).toBeGreaterThan(10);
  }, 300_000);
});

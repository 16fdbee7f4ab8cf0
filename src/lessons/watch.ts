/**
 * Watches a running lab for a lesson: which of its conditions have been met since power-on, and what servers and machines
 * say now. It only listens, so a lab runs with it as without it. What it reports is plain data, for the checks
 * (`verdict.ts`) in any thread.
 */
import type { EventId, LabEvent, StageBody } from '../base/event-log.ts';
import type { Message } from '../base/sentence.ts';
import type { Filter } from '../analysis/filter/filter.ts';
import type { Condition } from '../lab/conditions/condition.ts';
import type { Lab } from '../lab/lab.ts';
import type { MadeClient } from '../services/dnsmasq/ask/client.ts';
import { leavesOf, type LeafCheck, type Lesson } from './schema.ts';

/** What a lesson wants to know about a lab. */
export interface LessonQuestions {
  readonly conditions: readonly string[];
  /** Display filters that a selected frame is tried with. */
  readonly filters: readonly string[];
  readonly asks: readonly LessonAsk[];
}

export interface LessonAsk {
  readonly server: string;
  readonly client: MadeClient;
}

/** A condition or a filter, by its text. */
export type Found = { readonly met: boolean } | { readonly problem: Message };

export interface AskFound {
  readonly file: string;
  readonly nextServer: string;
  readonly address: string;
  /** Why there is no answer. */
  readonly silence: Message | undefined;
}

export interface Observation {
  readonly timeNs: number;
  readonly frames: number;
  readonly conditions: ReadonlyMap<string, Found>;
  readonly filters: ReadonlyMap<string, Found>;
  /** By `askKey`; without a value where no dnsmasq runs. */
  readonly asks: ReadonlyMap<string, AskFound | undefined>;
  /** The latest stage of each machine. */
  readonly stages: ReadonlyMap<string, StageBody | undefined>;
  /** The number of the selected frame, from 1. */
  readonly selectedFrame: number | undefined;
}

export function askOf({ server, client }: LeafCheck & { readonly kind: 'ask' }): LessonAsk {
  const { kind, mac, message, interfaceName } = client;
  return { server, client: { kind, mac, message, ...(interfaceName === undefined ? {} : { interfaceName }) } };
}

export function askKey({ server, client }: LessonAsk): string {
  return JSON.stringify([server, client.kind, client.mac, client.message, client.interfaceName]);
}

/** All that the steps of a lesson ask, each once. */
export function questionsOf({ steps }: Lesson): LessonQuestions {
  const leaves = steps.flatMap(({ check }) => leavesOf(check));
  const runs = steps.flatMap(({ action, solution }) => [
    ...(action !== undefined && 'run' in action ? [action.run] : []),
    ...solution.flatMap((each) => ('run' in each ? [each.run] : [])),
  ]);
  const watched = leaves.flatMap((leaf) =>
    leaf.kind === 'seen' ? [leaf.condition] : leaf.kind === 'unseen' ? [leaf.condition, leaf.before] : [],
  );
  const asks = leaves.flatMap((leaf) => (leaf.kind === 'ask' ? [askOf(leaf)] : []));
  return {
    conditions: [...new Set([...watched, ...runs])],
    filters: [...new Set(leaves.flatMap((leaf) => (leaf.kind === 'frame' ? [leaf.filter] : [])))],
    asks: [...new Map(asks.map((ask) => [askKey(ask), ask])).values()],
  };
}

export class LessonWatch {
  private readonly lab: Lab;
  private readonly questions: LessonQuestions;
  private readonly waiting = new Map<string, Condition>();
  private readonly found = new Map<string, Found>();
  private readonly filters = new Map<string, Filter | { readonly problem: Message }>();
  private readonly stop: () => void;

  /** Events that the lab has already are looked at too; text is then compared with the screen of now. */
  constructor(lab: Lab, questions: LessonQuestions) {
    this.lab = lab;
    this.questions = questions;
    for (const text of questions.conditions) {
      const parsed = lab.triggers.parse(text);
      if (parsed.ok) this.waiting.set(text, parsed.value);
      else this.found.set(text, { problem: parsed.error.message });
    }
    for (const text of questions.filters) {
      const filter = lab.filters.compile(text);
      this.filters.set(text, filter.ok ? filter.value : { problem: filter.error.message });
    }
    for (const event of lab.log.events) this.onEvent(event);
    this.stop = lab.log.on((event) => this.onEvent(event));
  }

  /** Ends listening. */
  close(): void {
    this.stop();
  }

  isMet(condition: string): boolean {
    const found = this.found.get(condition);
    return found !== undefined && 'met' in found;
  }

  /** `selected`: the event that is selected. */
  observe(selected?: EventId): Observation {
    const { lab } = this;
    const event: LabEvent | undefined = selected === undefined ? undefined : lab.log.events[selected];
    const frame = event?.kind === 'frame' ? event.frame : undefined;
    return {
      timeNs: lab.queue.nowNs,
      frames: lab.capture.sentCount,
      conditions: new Map(this.questions.conditions.map((text) => [text, this.found.get(text) ?? { met: false }])),
      filters: new Map(
        [...this.filters].map(([text, filter]) => [
          text,
          'problem' in filter ? filter : { met: frame !== undefined && lab.filters.matches(filter, frame) },
        ]),
      ),
      asks: new Map(this.questions.asks.map((ask) => [askKey(ask), this.ask(ask)])),
      stages: new Map([...lab.machines.keys()].map((name) => [name, lab.latestStage(name)])),
      selectedFrame: frame === undefined ? undefined : this.numberOf(frame),
    };
  }

  /** The event of the first frame sent that a filter chooses. */
  firstFrame(text: string): EventId | undefined {
    const filter = this.lab.filters.compile(text);
    if (!filter.ok) return undefined;
    return this.lab.log.events.find(
      (event) =>
        event.kind === 'frame' && event.direction === 'out' && this.lab.filters.matches(filter.value, event.frame),
    )?.id;
  }

  /** The place among the frames that were sent. */
  private numberOf(record: number): number {
    const { store } = this.lab.capture;
    let number = 0;
    for (let index = 0; index <= record; index++) if (store.direction(index) === 'out') number++;
    return number;
  }

  private onEvent(event: LabEvent): void {
    for (const [text, condition] of this.waiting) {
      if (!this.lab.triggers.isMet(condition, event)) continue;
      this.waiting.delete(text);
      this.found.set(text, { met: true });
    }
  }

  private ask({ server, client }: LessonAsk): AskFound | undefined {
    const answer = this.lab.servers.get(server)?.ask({ from: 'made', client });
    if (answer === undefined) return undefined;
    const { file = '', nextServer = '', yourAddress: address = '' } = answer.reply ?? {};
    return { file, nextServer, address, silence: answer.silence };
  }
}

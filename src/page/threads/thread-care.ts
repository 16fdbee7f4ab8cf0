/**
 * Supervises the threads: reports when one does not answer or has failed, ends it at the user's request, and starts a
 * replacement. A fresh lab is paused at time 0 and runs nothing by itself.
 */
import type { Message } from '../../base/sentence.ts';
import { create } from 'zustand';
import type { LabClient } from '../lab-client.ts';
import { useView } from '../store.ts';
import type { Unasked, UnaskedGuard } from './unasked.ts';
import { Watchdog, type Every } from './watchdog.ts';

export interface ThreadTrouble {
  readonly thread: 'lab' | 'analysis' | 'machine';
  /** Whose thread it is. */
  readonly machine?: string;
  /** What went wrong; undefined: it does not answer. */
  readonly failure?: Message;
}

export interface ThreadsState {
  readonly trouble: ThreadTrouble | undefined;
  /** How often the analysis thread was started: its filter is empty each time. */
  readonly analysisStarts: number;
}

export const useThreads = create<ThreadsState>()(() => ({ trouble: undefined, analysisStarts: 1 }));

/** Number of pings that a machine's worker may leave unanswered. */
const MOST_UNANSWERED = 5;
/** Time to answer for a lab that is about to be replaced. */
const ROOM_STEPS = 8;
const ROOM_STEP_MS = 250;

export interface ThreadClock {
  readonly every: Every;
  readonly pause: (ms: number) => Promise<void>;
}

export interface ThreadCareActions {
  /** Whether a lab is being opened. */
  readonly isOpening: () => boolean;
  /** Opens the document's lab in the fresh thread. */
  readonly reopen: () => Promise<void>;
  /** From now on the capture belongs to another generation. */
  readonly captureSent: (generation: number) => void;
}

export class ThreadCare {
  private readonly client: LabClient;
  private readonly clock: ThreadClock;
  private readonly actions: ThreadCareActions;
  private readonly guard: UnaskedGuard;
  private labDog: Watchdog;
  private analysisDog: Watchdog;
  /** How many pings a machine may leave unanswered before the user is asked (again). */
  private patience = new Map<string, number>();

  constructor(client: LabClient, clock: ThreadClock, guard: UnaskedGuard, actions: ThreadCareActions) {
    this.client = client;
    this.clock = clock;
    this.guard = guard;
    this.actions = actions;
    this.labDog = this.watchLab();
    this.analysisDog = this.watchAnalysis();
    client.failures.on(({ thread, reason }) => useThreads.setState({ trouble: { thread, failure: reason } }));
  }

  /** Ends the thread that is in trouble, and sets up another. */
  async stop(): Promise<void> {
    const { trouble } = useThreads.getState();
    if (trouble === undefined) return;
    if (trouble.thread === 'analysis') await this.restartAnalysis();
    else await this.restartLab(true);
  }

  /** The user chose to wait, or to continue. */
  wait(): void {
    const { trouble } = useThreads.getState();
    useThreads.setState({ trouble: undefined });
    if (trouble?.thread === 'analysis') this.analysisDog.wait();
    if (trouble?.thread === 'lab') this.labDog.wait();
    if (trouble?.machine !== undefined) {
      const { machine } = trouble;
      this.patience.set(machine, (this.patience.get(machine) ?? MOST_UNANSWERED) + MOST_UNANSWERED);
    }
  }

  /** Before another lab is opened: ends a thread that does not answer. Its pending calls are dropped. */
  async makeRoom(): Promise<void> {
    let answered = false;
    const note = (): void => {
      answered = true;
    };
    const answer = this.client.lab.ping().then(note, note);
    // Several short pauses: if the page itself was busy, the answer can still be processed.
    for (let step = 0; step < ROOM_STEPS; step++) {
      await Promise.race([answer, this.clock.pause(ROOM_STEP_MS)]);
      if (answered) return;
    }
    await this.restartLab(false);
  }

  private async restartLab(reopens: boolean): Promise<void> {
    const wasOpening = this.actions.isOpening();
    this.labDog.stop();
    this.patience.clear();
    useThreads.setState({ trouble: undefined });
    useView.setState({ moment: undefined, pastNs: undefined });
    await this.client.restartLab();
    this.labDog = this.watchLab();
    // What hung while it was opened is not opened again by itself.
    if (reopens && !wasOpening) await this.actions.reopen();
  }

  private async restartAnalysis(): Promise<void> {
    this.analysisDog.stop();
    const restarted = this.client.restartAnalysis();
    // The filter that hung, and the file that was shown, went with the thread.
    useView.setState({ filter: '', capture: undefined, pastNs: undefined });
    useThreads.setState(({ analysisStarts }) => ({ trouble: undefined, analysisStarts: analysisStarts + 1 }));
    this.analysisDog = this.watchAnalysis();
    this.actions.captureSent(await restarted);
  }

  private watchLab(): Watchdog {
    return this.watch('lab', 'open', async () => {
      const machines = await this.client.lab.ping();
      const silent = machines.find(
        ({ machine, unanswered }) => unanswered >= (this.patience.get(machine) ?? MOST_UNANSWERED),
      );
      const { trouble } = useThreads.getState();
      if (silent !== undefined) useThreads.setState({ trouble: { thread: 'machine', machine: silent.machine } });
      else if (trouble?.thread === 'machine') useThreads.setState({ trouble: undefined });
    });
  }

  private watchAnalysis(): Watchdog {
    return this.watch('analysis', 'filter', async () => await this.client.analysis.ping());
  }

  private watch(thread: 'lab' | 'analysis', unasked: Unasked, ask: () => Promise<void>): Watchdog {
    return new Watchdog(this.clock.every, ask, {
      onHang: () => {
        if (thread === 'analysis' || this.actions.isOpening()) this.guard.begin(unasked);
        useThreads.setState({ trouble: { thread } });
      },
      onAnswer: () => {
        this.guard.end(unasked);
        const { trouble } = useThreads.getState();
        if (trouble?.thread === thread && trouble.failure === undefined) useThreads.setState({ trouble: undefined });
      },
    });
  }
}

/** Applies the updates of the lab's worker to the page's state, except those of an earlier lab. */
import { withChange } from '../../base/lists/list-change.ts';
import type { LabLists, LabNews, LabUpdate, StopReason } from '../../threads/api/lab-api.ts';
import { useLive } from '../store.ts';
import { EventHistory } from './event-history.ts';

const NO_LISTS: LabLists = { machines: [], links: [], switches: [], leases: [] };

export class LiveUpdates {
  private readonly onStop: (stopped: StopReason) => void;
  private generation = -1;
  /** The first one of the lab that is open. */
  private labGeneration = -1;
  /** Updates of a lab that arrived before it was known to be open. */
  private early: LabNews[] = [];
  /** The last stop that was reported: updates repeat it. */
  private lastStop: string | undefined;

  /** `onStop` is called once for each time that a run stops by itself. */
  constructor(onStop: (stopped: StopReason) => void) {
    this.onStop = onStop;
  }

  /** Another lab is open. */
  opened(generation: number): void {
    useLive.setState({ history: new EventHistory(), count: 0, stageCount: 0, update: undefined });
    this.labGeneration = generation;
    this.follow(generation);
  }

  /** The same lab continues under another generation. */
  follow(generation: number): void {
    this.generation = generation;
    const { early } = this;
    this.early = [];
    for (const news of early) this.receive(news);
  }

  receive(news: LabNews): void {
    if (news.generation < this.labGeneration) return;
    if (news.generation > this.generation) {
      this.early.push(news);
      return;
    }
    const { history, update: before } = useLive.getState();
    history.append(news.events);
    // From an earlier generation of the same lab, only the events are used.
    if (news.generation < this.generation) return;
    useLive.setState({
      update: withNews(before?.generation === news.generation ? before : NO_LISTS, news),
      count: history.count,
      stageCount: history.stages.count,
    });
    const { stopped } = news;
    const stop = stopped === undefined ? undefined : JSON.stringify([news.generation, news.timeNs, stopped]);
    if (stopped !== undefined && stop !== this.lastStop) this.onStop(stopped);
    this.lastStop = stop;
  }
}

function withNews(before: LabLists, { events: _events, ...news }: LabNews): LabUpdate {
  return {
    ...news,
    machines: withChange(before.machines, news.machines),
    links: withChange(before.links, news.links),
    switches: withChange(before.switches, news.switches),
    leases: withChange(before.leases, news.leases),
  };
}

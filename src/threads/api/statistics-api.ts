/** What the page asks the analysis thread to count. Each answer takes in some more frames until it is `complete`. */
import type { TimeCounts } from '../../analysis/statistics/buckets.ts';
import type { ResponseTimes } from '../../analysis/statistics/services.ts';
import type { Conversation, Endpoint, TrafficLayer } from '../../analysis/statistics/traffic.ts';
import type { Message } from '../../base/sentence.ts';

export type { Conversation, Endpoint, ResponseTimes, TrafficLayer };

export interface Counted {
  readonly complete: boolean;
  /** Frames counted so far. */
  readonly frames: number;
}

export interface TrafficView extends Counted {
  /** Those with most bytes; `conversationCount` is the number of all. */
  readonly conversations: readonly Conversation[];
  readonly conversationCount: number;
  readonly endpoints: readonly Endpoint[];
  readonly endpointCount: number;
}

export interface ResponsesView extends Counted {
  readonly list: readonly ResponseTimes[];
}

export interface IoGraphView extends Counted {
  readonly startNs: number;
  readonly spanNs: number;
  /** For each filter, in order: its counts, or why it cannot be read. */
  readonly series: readonly (TimeCounts | { readonly problem: Message })[];
}

/** `onlyShown`: only frames that the display filter shows. */
export interface StatisticsApi {
  traffic(layer: TrafficLayer, onlyShown: boolean): Promise<TrafficView>;
  responses(onlyShown: boolean): Promise<ResponsesView>;
  /** Filters of the curves; an empty one is all frames. */
  ioGraph(filters: readonly string[]): Promise<IoGraphView>;
}

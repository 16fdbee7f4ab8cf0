/** The machine whose frame made a server do something. */
import type { EventLog, LabEvent } from '../../base/event-log.ts';

/** How many causes are followed back in search of the client's frame. */
const MAX_CAUSES = 16;

/** `isMachine` tells PCs and bare machines from servers and switches. */
export function clientOf(event: LabEvent, log: EventLog, isMachine: (node: string) => boolean): string | undefined {
  let { cause } = event;
  for (let i = 0; i < MAX_CAUSES && cause !== undefined; i++) {
    const before: LabEvent | undefined = log.events[cause];
    if (before === undefined) return undefined;
    if (before.kind === 'frame' && isMachine(before.node)) return before.node;
    cause = before.cause;
  }
  return undefined;
}

/**
 * Proves that a capture tells the boot of the lab that it was taken from: the same steps of each machine in the same order,
 * the same findings, and for each frame the same cause, from its frames alone.
 */
import { describe, expect, it } from 'vitest';
import { fileView } from '../../src/analysis/frame-view.ts';
import { CaptureStory } from '../../src/analysis/inferred/capture-story.ts';
import { readCapture } from '../../src/analysis/pcapng/reader.ts';
import { LabTrace } from '../../src/analysis/story/trace.ts';
import type { LabEvent, StageId } from '../../src/base/event-log.ts';
import { capturePcapng, labFindings, play, siteScenario } from '../support/lab.ts';

/** Steps that are seen on the wire; what happens inside a machine is not. */
const ON_THE_WIRE: ReadonlySet<StageId> = new Set([
  'rarp-request',
  'rarp-reply',
  'bootp-request',
  'bootp-reply',
  'dhcp-discover',
  'dhcp-offer',
  'dhcp-request',
  'dhcp-ack',
  'boot-menu',
  'boot-server',
  'file-request',
  'file-done',
]);

function steps(events: readonly LabEvent[]): Readonly<Record<string, readonly string[]>> {
  const found: Record<string, string[]> = {};
  for (const event of events) {
    if (event.kind !== 'stage' || !ON_THE_WIRE.has(event.stage)) continue;
    const { file, uri } = event.says.parameters;
    const about = event.stage.startsWith('file') ? (file ?? uri) : undefined;
    (found[event.node] ??= []).push(
      about === undefined ? event.stage : `${event.stage} ${typeof about === 'string' ? about : ''}`,
    );
  }
  return found;
}

/** By the number of the frame: the number of the nearest frame that led to it. */
function causes(trace: LabTrace, events: readonly LabEvent[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const { id, kind } of events) {
    const number = trace.numberOf(id);
    const [before] = trace.chainOf(id).flatMap((cause) => trace.numberOf(cause) ?? []);
    if (kind === 'frame' && number !== undefined && before !== undefined) found.set(number, before);
  }
  return found;
}

const SCENARIOS = [
  'bare-first',
  'bare-pxe',
  'bare-proxy',
  'bare-menu',
  'bare-bootp',
  'bare-rarp',
  'bare-chainload-cured',
  'bare-ipxe-menu',
  'bare-nth-lost',
  'bare-relay',
  'bare-vlans',
  'bare-uefi-x64',
  'bare-uefi-http',
  'bare-rogue',
  'bare-iscsi',
  'wrong-missing-file',
  'wrong-no-dhcp',
  'wrong-tftp-silent',
  'wrong-no-boot-file',
];

describe.each(SCENARIOS)('the capture of %s', (name) => {
  const { lab } = play(siteScenario(name), { timeoutS: 60 });
  const file = readCapture(capturePcapng(lab));
  const story = new CaptureStory(fileView(file.store));
  story.advance();

  it('shows the same steps of each machine', () => {
    expect(steps(story.log.events)).toEqual(steps(lab.log.events));
  });

  it('shows the same findings', () => {
    const ids = (found: readonly { readonly id: string }[]): readonly string[] => found.map(({ id }) => id).sort();
    expect(ids(story.findings())).toEqual(ids(labFindings(lab)));
  });

  it('names the same frame as the cause of each frame, where the lab names one', () => {
    const own = new LabTrace(lab.log.events, lab.capture.store);
    own.update();
    const known = causes(own, lab.log.events);
    const inferred = causes(story.trace, story.log.events);
    const differing = [...known].filter(([number, cause]) => inferred.get(number) !== cause);
    // Of frames in the same microsecond the other one may be taken.
    expect(differing.length, JSON.stringify(differing)).toBeLessThanOrEqual(Math.max(4, known.size * 0.06));
  });
});

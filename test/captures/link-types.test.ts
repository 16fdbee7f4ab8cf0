/** Proves that a boot that was captured by `tcpdump -i any` tells the same story as on Ethernet. */
import { describe, expect, it } from 'vitest';
import { fileView } from '../../src/analysis/frame-view.ts';
import { FrameStore } from '../../src/analysis/frame-store.ts';
import { CaptureStory } from '../../src/analysis/inferred/capture-story.ts';
import { concatBytes } from '../../src/base/bytes.ts';
import { play, siteScenario } from '../support/lab.ts';

const SLL2 = 276;
const SLL = 113;

/** The header that Linux puts before what it captured, in place of the Ethernet one. */
function cooked(frame: Uint8Array, linkType: number): Uint8Array {
  const isToAll = frame[0] === 0xff;
  const [source, type, payload] = [frame.subarray(6, 12), frame.subarray(12, 14), frame.subarray(14)];
  const none = Uint8Array.of(0, 0);
  const packetType = isToAll ? 1 : 0;
  return linkType === SLL
    ? concatBytes([Uint8Array.of(0, packetType, 0, 1, 0, 6), source, none, type, payload])
    : concatBytes([type, none, Uint8Array.of(0, 0, 0, 2, 0, 1, packetType, 6), source, none, payload]);
}

describe.each([SLL, SLL2])('link type %d', (linkType) => {
  it('tells the same steps as Ethernet', () => {
    const { lab } = play(siteScenario('bare-pxe'));
    const sent = fileView(lab.capture.store);
    const stores = [1, linkType].map((type) => {
      const store = new FrameStore();
      store.addInterface({ name: 'any', linkType: type });
      for (let index = 0; index < sent.length; index++) {
        const bytes = type === 1 ? sent.bytes(index) : cooked(sent.bytes(index), type);
        store.append({ timeNs: sent.timeNs(index), interfaceId: 0, bytes });
      }
      return store;
    });
    const [ethernet, other] = stores.map((store) => {
      const story = new CaptureStory(fileView(store));
      story.advance();
      return story.narrative.stories();
    });
    expect(ethernet?.[0]?.lines.length).toBeGreaterThan(1);
    expect(other).toEqual(ethernet);
  });
});

/** Proves which frames are called lost: those that never arrive, not those that wait for a slow cable or get a VLAN tag. */
import { expect, it } from 'vitest';
import { insertVlanTag } from '../../protocols/vlan/codec.ts';
import { FrameStore } from '../frame-store.ts';
import { FrameMarks } from './marks.ts';

const FRAME_LENGTH = 60;

/** A frame between two stations, without a protocol inside. */
function frame(n: number): Uint8Array {
  const bytes = new Uint8Array(FRAME_LENGTH);
  bytes.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5, n]);
  return bytes;
}

class Lab {
  readonly store = new FrameStore();
  readonly marks = new FrameMarks(this.store);
  private readonly a = this.store.interfaceNamed('a.eth0');
  private readonly b = this.store.interfaceNamed('b.eth0');

  sends(timeS: number, bytes: Uint8Array): void {
    this.store.append({ timeNs: timeS * 1e9, interfaceId: this.a, direction: 'out', bytes });
  }

  gets(timeS: number, bytes: Uint8Array): void {
    this.store.append({ timeNs: timeS * 1e9, interfaceId: this.b, direction: 'in', bytes });
  }

  lostAt(nowS: number): readonly number[] {
    this.marks.update(nowS * 1e9);
    return this.marks.records().filter((record) => this.marks.of(record).some(({ kind }) => kind === 'lost'));
  }
}

it('a frame that has not arrived after a second is lost', () => {
  const lab = new Lab();
  lab.sends(0, frame(1));
  expect(lab.lostAt(0.9)).toEqual([]);
  expect(lab.lostAt(1)).toEqual([0]);
});

it('a frame that waits behind others of its port for the cable is not, until one that was sent later arrives', () => {
  const lab = new Lab();
  const frames = [1, 2, 3, 4].map(frame);
  for (const bytes of frames) lab.sends(0, bytes);
  const [first = frame(1), second = frame(2), , fourth = frame(4)] = frames;
  lab.gets(0.9, first);
  expect(lab.lostAt(1.2)).toEqual([]);
  lab.gets(1.8, second);
  expect(lab.lostAt(2.7)).toEqual([]);
  lab.gets(2.75, fourth);
  expect(lab.lostAt(2.75)).toEqual([2]);
});

it('a frame that arrives with a tag, or without its own, has arrived, at each port', () => {
  const lab = new Lab();
  const untagged = frame(1);
  const tagged = insertVlanTag(untagged, { priority: 0, dropEligible: false, id: 10 });
  lab.sends(0, untagged);
  lab.gets(0.1, tagged);
  lab.sends(0.2, insertVlanTag(frame(2), { priority: 0, dropEligible: false, id: 10 }));
  lab.gets(0.3, frame(2));
  // Another frame of the same length in the same VLAN does not count for it.
  lab.sends(0.4, frame(3));
  lab.gets(0.5, insertVlanTag(frame(4), { priority: 0, dropEligible: false, id: 10 }));
  expect(lab.lostAt(5)).toEqual([4]);
});

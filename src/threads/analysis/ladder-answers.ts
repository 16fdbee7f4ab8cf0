/** The ladder of the frames that are listed. It grows with them, as long as they are the same. */
import { FrameView } from '../../analysis/frame-view.ts';
import { Ladder } from '../../analysis/ladder/ladder.ts';
import type { MarkKind } from '../../analysis/story/marks.ts';
import type { LadderView } from '../api/analysis-api.ts';
import type { DrawnLadder, View } from './view.ts';

/** The receivers of broadcast and multicast. */
const EVERYBODY = '*';

type MarksOf = (frame: number) => readonly MarkKind[];

/** Its indexes are rows of the list. */
export function drawLadder(view: View, marksOf: MarksOf): Ladder {
  view.frames.update();
  view.marks.update();
  const { filtered, drawn, marks } = view;
  filtered?.advance();
  const canGoOn =
    drawn !== undefined &&
    drawn.filtered === filtered &&
    drawn.marked === marks.size &&
    drawn.ladder.added <= view.rows;
  const going = canGoOn ? drawn : beginLadder(view, marksOf);
  view.drawn = going;
  going.frames.update();
  going.ladder.update(view.rows);
  return going.ladder;
}

function beginLadder(view: View, marksOf: MarksOf): DrawnLadder {
  const { filtered } = view;
  const frameAt = (row: number): number => view.frameOf(row) ?? 0;
  let next = 0;
  const frames =
    filtered === undefined
      ? view.frames
      : new FrameView(view.store, (record) => {
          if (next >= filtered.length || view.frames.original(filtered.at(next)) !== record) return false;
          next++;
          return true;
        });
  const ladder = new Ladder(
    frames,
    (index) => view.capture.session.columns(frameAt(index)),
    (index) => marksOf(frameAt(index)),
  );
  return { ladder, frames, filtered, marked: view.marks.size };
}

/** At most `limit` arrows; `total` is the number of frames that are known. */
export function ladderView(
  { participants, arrows }: Ladder,
  total: number,
  limit: number,
  side: 'first' | 'last',
): LadderView {
  const name = (at: number | undefined): string => (at === undefined ? EVERYBODY : (participants[at]?.name ?? ''));
  const shown = side === 'first' ? arrows.slice(0, limit) : arrows.slice(-limit);
  return {
    total,
    participants: participants.map((participant) => participant.name),
    isPart: arrows.length > shown.length,
    arrows: shown.map((arrow) => ({
      index: arrow.index,
      lastIndex: arrow.lastIndex,
      timeNs: arrow.timeNs,
      from: name(arrow.from),
      to: name(arrow.to),
      label: arrow.label,
      folded: arrow.folded,
      protocol: arrow.protocol,
      count: arrow.count,
      marks: arrow.marks,
    })),
  };
}

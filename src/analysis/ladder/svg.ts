/** The sequence diagram as a picture: plain SVG text, printable, without scripts, fonts or styles from elsewhere. */
import type { MarkKind } from '../story/marks.ts';
import type { Arrow, FoldedKind, Ladder, Participant } from './ladder.ts';

const COLUMN = 260;
const MARGIN_LEFT = 110;
const HEAD = 56;
const ROW = 34;
const LABEL_CHARS = 44;

/** What the picture says besides the words of the protocols, in the reader's language. */
export interface LadderWords {
  readonly title: string;
  readonly frame: string;
  /** Behind the number of arrows that are left out. */
  readonly notShown: string;
  readonly folded: Readonly<Record<FoldedKind, string>>;
  readonly marks: Readonly<Record<MarkKind, string>>;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/(?![\t\n\r])[\p{Cc}\ufffe\uffff]/gu, '\ufffd');
}

function cut(text: string): string {
  return text.length <= LABEL_CHARS ? text : `${text.slice(0, LABEL_CHARS - 1)}…`;
}

function seconds(ns: number): string {
  return (ns / 1e9).toFixed(6);
}

/** Draws participants as columns and arrows as rows, first at the top: `limit` of these at most, which its last line says. */
export function ladderSvg(ladder: Pick<Ladder, 'arrows' | 'participants'>, limit: number, words: LadderWords): string {
  const shown = ladder.arrows.slice(0, limit);
  const left = ladder.arrows.length - shown.length;
  const width = MARGIN_LEFT + Math.max(1, ladder.participants.length) * COLUMN;
  const height = HEAD + (shown.length + 1) * ROW + (left > 0 ? ROW : 0);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escaped(words.title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    '<defs><marker id="tip" viewBox="0 0 10 10" refX="10" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z"/></marker></defs>',
    ...ladder.participants.map((one, place) => participantSvg(one, place, height)),
    ...shown.map((arrow, row) => arrowSvg(arrow, row, ladder.participants.length, words)),
  ];
  if (left > 0) {
    parts.push(`<text x="8" y="${height - 12}" fill="#555">${left} ${escaped(words.notShown)}</text>`);
  }
  parts.push('</svg>');
  return parts.join('\n');
}

function x(place: number): number {
  return MARGIN_LEFT + place * COLUMN + COLUMN / 2;
}

function participantSvg(one: Participant, place: number, height: number): string {
  const address =
    one.address === undefined
      ? ''
      : `<text x="${x(place)}" y="36" text-anchor="middle" fill="#555">${escaped(one.address)}</text>`;
  return (
    `<text x="${x(place)}" y="20" text-anchor="middle" font-weight="600">${escaped(one.name)}</text>${address}` +
    `<line x1="${x(place)}" y1="${HEAD - 10}" x2="${x(place)}" y2="${height}" stroke="#bbb"/>`
  );
}

function arrowSvg(arrow: Arrow, row: number, columns: number, words: LadderWords): string {
  const y = HEAD + (row + 1) * ROW;
  const from = x(arrow.from);
  const { ends, reach } = waysOf(arrow, columns);
  const isLost = arrow.marks.includes('lost');
  const middle = (from + reach) / 2;
  const dash = arrow.to === undefined ? ' stroke-dasharray="5 3"' : '';
  const weight = arrow.count > 1 ? 2.5 : 1.2;
  const what = arrow.folded === undefined ? arrow.label : words.folded[arrow.folded];
  const times = arrow.count === 1 ? '' : ` × ${arrow.count}`;
  const label = `${arrow.protocol} ${what}${times}${arrow.marks.map((mark) => ` [${words.marks[mark]}]`).join('')}`;
  const line = (end: number, tip: string): string =>
    `<line x1="${from}" y1="${y}" x2="${end}" y2="${y}" stroke="#000" stroke-width="${weight}"${dash}${tip}/>`;
  // A frame that was lost does not reach its column.
  const broken = from + (reach - from) * LOST_SHARE;
  const lines = isLost
    ? `${line(broken, '')}<path d="M${broken - 5} ${y - 5}l10 10m0 -10l-10 10" stroke="#b00" stroke-width="2"/>`
    : ends.map((end) => line(end, ' marker-end="url(#tip)"')).join('');
  return (
    `<g><title>${escaped(`${words.frame} ${arrow.index + 1}: ${label}`)}</title>` +
    `<text x="8" y="${y + 4}" fill="#555">${seconds(arrow.timeNs)}</text>${lines}` +
    `<text x="${middle}" y="${y - 6}" text-anchor="middle">${escaped(cut(label))}</text></g>`
  );
}

/** Share of its way that a lost frame is drawn to come. */
const LOST_SHARE = 0.7;

/** Where the arrow ends, and the farthest of these. A broadcast ends at every other column, a frame to oneself is a stub. */
function waysOf(arrow: Arrow, columns: number): { readonly ends: readonly number[]; readonly reach: number } {
  const from = x(arrow.from);
  const others = Array.from({ length: columns }, (_, place) => place).filter((place) => place !== arrow.from);
  const ends = arrow.to === undefined ? others.map(x) : [arrow.to === arrow.from ? from + COLUMN / 4 : x(arrow.to)];
  const reach = ends.reduce((far, end) => (Math.abs(end - from) > Math.abs(far - from) ? end : far), from);
  return reach === from ? { ends: [from + COLUMN / 4], reach: from + COLUMN / 4 } : { ends, reach };
}

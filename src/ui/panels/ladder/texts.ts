/** The words of the ladder that are the page’s own, on the screen and in the picture that is saved. */
import type { FoldedKind } from '../../../analysis/ladder/ladder.ts';
import type { LadderWords } from '../../../analysis/ladder/svg.ts';
import type { AnyText } from '../../../page/i18n/index.ts';
import { MARK_WORDS } from '../../parts/marks/frame-marks.tsx';

/** DATA and ACK are messages of TFTP. */
const FOLDED: Readonly<Record<FoldedKind, AnyText>> = {
  ata: { en: 'ATA commands and data', fr: 'Commandes et données ATA' },
  scsi: { en: 'SCSI commands and data', fr: 'Commandes et données SCSI' },
  tcp: { en: 'TCP data and acknowledgements', fr: 'Données et acquittements TCP' },
  tftp: { en: 'DATA and ACK', fr: 'DATA et ACK' },
};

const TITLE: AnyText = { en: 'Sequence diagram', fr: 'Diagramme de séquence' };
const FRAME: AnyText = { en: 'Frame', fr: 'Trame' };
const NOT_SHOWN: AnyText = { en: 'more not shown', fr: 'de plus, non montrées' };

/** In a language. */
export function ladderWords(text: (one: AnyText) => string): LadderWords {
  const each = <K extends string>(texts: Readonly<Record<K, AnyText>>): Record<K, string> =>
    // The keys of an object literal are those of its type.
    Object.fromEntries(Object.entries<AnyText>(texts).map(([key, one]) => [key, text(one)])) as Record<K, string>;
  return {
    title: text(TITLE),
    frame: text(FRAME),
    notShown: text(NOT_SHOWN),
    folded: each(FOLDED),
    marks: each(MARK_WORDS),
  };
}

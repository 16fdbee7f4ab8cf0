/** Marks of frames that were lost, sent again and the like: a sign and a word, the same in every view. */
import type { ReactNode } from 'react';
import type { MarkKind } from '../../../analysis/story/marks.ts';
import type { AnyText } from '../../../page/i18n/index.ts';
import { useText } from '../../hooks.ts';
import styles from './frame-marks.module.css';

/** Characters that all common fonts have. */
export const MARK_SIGNS: Readonly<Record<MarkKind, string>> = {
  lost: '✕',
  again: '↻',
  late: '◷',
  duplicate: '×2',
  'out-of-order': '⇄',
  damaged: '≠',
};

export const MARK_WORDS: Readonly<Record<MarkKind, AnyText>> = {
  lost: { en: 'lost', fr: 'perdue' },
  again: { en: 'sent again', fr: 'renvoyée' },
  late: { en: 'late', fr: 'en retard' },
  duplicate: { en: 'duplicate', fr: 'en double' },
  'out-of-order': { en: 'out of order', fr: 'désordre' },
  damaged: { en: 'damaged', fr: 'abîmée' },
};

export function FrameMarks({ kinds }: { readonly kinds: readonly MarkKind[] }): ReactNode {
  const text = useText();
  return kinds.map((kind) => (
    <span key={kind} className={styles['mark']} data-mark={kind}>
      <span aria-hidden="true">{MARK_SIGNS[kind]}</span> {text(MARK_WORDS[kind])}
    </span>
  ));
}

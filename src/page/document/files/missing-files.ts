/** The files of the reader's own that the lab names by hash and that are not in this browser, as the page asks for them. */
import { create } from 'zustand';
import type { Text } from '../../i18n/index.ts';
import type { OwnFile } from './catalogue-files.ts';

interface MissingState {
  /** The files that the lab to be opened lacks. */
  readonly missing: readonly OwnFile[];
  /** Whether the dialog that asks for them is shown. */
  readonly isOpen: boolean;
  /** Errors about files that were given and did not help. */
  readonly notes: readonly Text[];
}

export const useMissing = create<MissingState>()(() => ({ missing: [], isOpen: false, notes: [] }));

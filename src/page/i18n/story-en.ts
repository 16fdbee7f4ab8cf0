/** Remedies for the problems found in a boot, in English: the analysis's own texts. */
import { FINDING_REMEDIES } from '../../analysis/story/findings/finding-texts.ts';
import { REMEDY_TEXTS } from '../../analysis/story/findings/remedies.ts';

export const storyEn = { ...FINDING_REMEDIES, ...REMEDY_TEXTS } as const;

export type StoryTextId = keyof typeof storyEn;

/** What looks wrong in a boot and what helps, in English: as the analysis itself says it. */
import { FINDING_TEXTS } from '../../analysis/story/finding-texts.ts';
import { REMEDY_TEXTS } from '../../analysis/story/remedies.ts';

export const storyEn = { ...FINDING_TEXTS, ...REMEDY_TEXTS } as const;

export type StoryTextId = keyof typeof storyEn;

/** English messages about conditions that cannot be read. */
import { defineMessages } from '../../base/sentence.ts';

export const CONDITION_TEXTS = {
  'condition.stage': 'expected the name of a stage, such as {example}',
  'condition.event': 'expected the number of an event, such as {example}',
  'condition.pattern': 'expected a pattern between slashes, such as {example}',
} as const;

export const conditionMessage = defineMessages(CONDITION_TEXTS);

/** What the lab says of machines that do not say it themselves, in English. */
import { defineMessages } from '../base/sentence.ts';

export const LAB_TEXTS = {
  'lab.of-machine': '{machine}: {what}',
} as const;

export const labMessage = defineMessages(LAB_TEXTS);

/** What the lab says of scripts that cost too much, in English. The page's catalogue has the same ids in other languages. */
import { defineMessages } from '../../base/sentence.ts';

export const SCRIPT_TEXTS = {
  'script.expansion':
    '"{command}" does not fit into iPXE’s memory once its settings are expanded. A setting may refer to itself.',
  'script.depth':
    'Scripts have started scripts {limit} deep, and iPXE’s memory is full. "chain --replace" ends the running script first.',
} as const;

export const scriptMessage = defineMessages(SCRIPT_TEXTS);

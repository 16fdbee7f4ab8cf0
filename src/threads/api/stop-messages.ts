/** Why a lab was stopped for its size, and why a thread failed, in English. */
import { defineMessages } from '../../base/sentence.ts';

export const STOP_TEXTS = {
  'stopped.round': '{count} events are pending: frames are looping.',
  'stopped.events': 'Its log has {count} events, and cannot grow further.',
  'stopped.frames': 'Its capture has {count} frames, and cannot grow further.',
  'stopped.text': 'The texts of its log have {count} characters, and cannot grow further.',
  'stopped.not-loaded': 'its code could not be loaded',
  'stopped.unreadable': 'a message from it could not be read',
  'stopped.bytes': 'Its capture has {count} bytes, and cannot grow further.',
} as const;

export const stopMessage = defineMessages(STOP_TEXTS);

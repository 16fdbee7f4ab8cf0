/** English messages of the SLAM server. */
import { defineMessages } from '../../base/sentence.ts';

export const SLAMD_TEXTS = {
  'slamd.asked': '{client} asks for {count} blocks from {block} on',
  'slamd.left': '{client} has everything, or leaves',
  'slamd.no-group': '{group}: no multicast address',
} as const;

export const slamdMessage = defineMessages(SLAMD_TEXTS);

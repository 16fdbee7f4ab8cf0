/** English messages of the AoE target: who finds it, and what it does not do. */
import { defineMessages } from '../../base/sentence.ts';

export const AOE_TEXTS = {
  'aoe.found': '{client} finds disk {target}: {sectors} sectors',
  'aoe.begun': '{client} reads disk {target}',
  'aoe.written': '{client} writes to disk {target}',
  'aoe.not-allowed': '{client} is not one of the machines that disk {target} answers',
  'aoe.failed': '{client}: ATA command {command} on disk {target} failed at sector {sector}',
  'aoe.refused': '{client}: disk {target} refuses a message, error {error}',
  'aoe.two-writers': '{client} writes to disk {target}, and so did {other}: neither knows what the other has changed',
} as const;

export const aoeMessage = defineMessages(AOE_TEXTS);

/** English messages of the NTP server about its answers. */
import { defineMessages } from '../../base/sentence.ts';

export const NTP_TEXTS = {
  'ntp.told': '{client} is told {date}',
  'ntp.refused': '{client} is refused: {kiss}',
} as const;

export const ntpMessage = defineMessages(NTP_TEXTS);

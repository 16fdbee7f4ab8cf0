/** English texts: plain and exact. */
import type { MessageText } from '../../base/sentence.ts';
import { NODE_TEXTS } from '../../scenario/nodes/all.ts';
import { SERVICE_TEXTS } from '../../services/all.ts';
import { consoleEn } from './texts/en/console.ts';
import { labsEn } from './texts/en/labs.ts';
import { packetToolsEn } from './texts/en/packet-tools.ts';
import { packetsEn } from './texts/en/packets.ts';
import { pageEn } from './texts/en/page.ts';
import { serverEn } from './texts/en/server.ts';
import { timeEn } from './texts/en/time.ts';
import { topologyEn } from './texts/en/topology.ts';

export const en = {
  ...NODE_TEXTS,
  ...SERVICE_TEXTS,
  ...consoleEn,
  ...labsEn,
  ...packetsEn,
  ...packetToolsEn,
  ...pageEn,
  ...serverEn,
  ...timeEn,
  ...topologyEn,
} as const satisfies Readonly<Record<string, MessageText>>;

export type TextId = keyof typeof en;
/** The page's texts in a language. */
export type Catalogue = Readonly<Record<TextId, MessageText>>;

/** English texts: plain and exact. */
import type { MessageText } from '../../base/sentence.ts';
import { NODE_TEXTS } from '../../scenario/nodes/all.ts';
import { SERVICE_TEXTS } from '../../services/all.ts';
import { consoleEn } from './texts/console.en.ts';
import { labsEn } from './texts/labs.en.ts';
import { packetToolsEn } from './texts/packet-tools.en.ts';
import { packetsEn } from './texts/packets.en.ts';
import { pageEn } from './texts/page.en.ts';
import { serverEn } from './texts/server.en.ts';
import { timeEn } from './texts/time.en.ts';
import { topologyEn } from './texts/topology.en.ts';

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

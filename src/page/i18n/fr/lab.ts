/** Tout ce que les parties du labo disent dans leurs événements, en français. */
import type { MessageTexts, Translation } from '../../../base/sentence.ts';
import type { LAB_TEXTS } from '../../../lab/messages.ts';
import { netFr } from './net.ts';
import { firmwareFr, ipxeFr, pxeFr } from './firmware.ts';
import { dnsmasqFr, filesFr, httpFr, nfsFr, ntpFr } from './services.ts';

const watchFr: Translation<typeof LAB_TEXTS> = {
  'lab.of-machine': '{machine} : {what}',
};

export const labFr: MessageTexts = {
  verbatim: '{text}',
  ...netFr,
  ...dnsmasqFr,
  ...filesFr,
  ...httpFr,
  ...watchFr,
  ...firmwareFr,
  ...pxeFr,
  ...ipxeFr,
  ...nfsFr,
  ...ntpFr,
};

/** Tout ce que les parties du labo disent dans leurs événements, en français. */
import type { MessageTexts } from '../../../base/sentence.ts';
import { importFr } from './import.ts';
import { inputFr, machineFr, watchFr } from './machines/machines.ts';
import { commandsFr } from './commands.ts';
import { conditionFr, filterFr, patternFr } from './filters.ts';
import { lessonsFr } from './lessons.ts';
import { mediaFr } from './machines/media.ts';
import { netFr } from './net.ts';
import { fromCaptureFr } from './from-capture.ts';
import { compareFr } from './story/compare.ts';
import { inferredFr } from './story/inferred.ts';
import { narrativeFr } from './story/narrative.ts';
import { explainFr } from './story/explanations.ts';
import { captureFr, clientsFr, httpSyntaxFr, unreadableFr } from './formats.ts';
import { failuresFr } from './story/failures.ts';
import { findingsFr, reportedFr } from './story/findings.ts';
import { efiFr } from './machines/efi.ts';
import {
  bootpFr,
  etherbootFr,
  firmwareFr,
  flashFr,
  ipxeFr,
  loaderFr,
  openbootFr,
  pxeFr,
  rarpClientFr,
} from './machines/firmware.ts';
import { rpiFr } from './machines/rpi.ts';
import { ubootFr } from './machines/uboot.ts';
import { remediesFr } from './story/remedies.ts';
import { scenarioFr, stopFr } from './scenario.ts';
import {
  aoeFr,
  bootparamsFr,
  atftpdFr,
  dhcpdFr,
  dnsmasqFr,
  filesFr,
  httpFr,
  fcoeFr,
  iscsiFr,
  nfsFr,
  ntpFr,
  slamdFr,
  rarpFr,
} from './services.ts';

export const labFr: MessageTexts = {
  verbatim: '{text}',
  ...patternFr,
  ...filterFr,
  ...conditionFr,
  ...captureFr,
  ...httpSyntaxFr,
  ...unreadableFr,
  ...clientsFr,
  ...netFr,
  ...mediaFr,
  ...commandsFr,
  ...scenarioFr,
  ...lessonsFr,
  ...stopFr,
  ...dhcpdFr,
  ...dnsmasqFr,
  ...importFr,
  ...filesFr,
  ...httpFr,
  ...machineFr,
  ...watchFr,
  ...inputFr,
  ...failuresFr,
  ...findingsFr,
  ...reportedFr,
  ...remediesFr,
  ...explainFr,
  ...fromCaptureFr,
  ...compareFr,
  ...inferredFr,
  ...narrativeFr,
  ...firmwareFr,
  ...flashFr,
  ...pxeFr,
  ...efiFr,
  ...rpiFr,
  ...ubootFr,
  ...loaderFr,
  ...openbootFr,
  ...bootpFr,
  ...etherbootFr,
  ...rarpClientFr,
  ...ipxeFr,
  ...aoeFr,
  ...fcoeFr,
  ...iscsiFr,
  ...nfsFr,
  ...ntpFr,
  ...rarpFr,
  ...bootparamsFr,
  ...atftpdFr,
  ...slamdFr,
};

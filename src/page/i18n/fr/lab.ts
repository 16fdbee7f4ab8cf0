/** Tout ce que les parties du labo disent dans leurs événements, en français. */
import type { MessageTexts } from '../../../base/sentence.ts';
import { importFr } from './import.ts';
import { inputFr, machineFr, watchFr } from './machines.ts';
import { commandsFr } from './commands.ts';
import { conditionFr, filterFr, patternFr } from './filters.ts';
import { lessonsFr } from './lessons.ts';
import { mediaFr } from './media.ts';
import { netFr } from './net.ts';
import { narrativeFr } from './narrative.ts';
import { explainFr } from './explanations.ts';
import { captureFr, clientsFr, httpSyntaxFr, unreadableFr } from './formats.ts';
import { failuresFr } from './failures.ts';
import { findingsFr, reportedFr } from './findings.ts';
import { efiFr } from './efi.ts';
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
} from './firmware.ts';
import { rpiFr } from './rpi.ts';
import { remediesFr } from './remedies.ts';
import { scenarioFr, stopFr } from './scenario.ts';
import {
  aoeFr,
  bootparamsFr,
  atftpdFr,
  dhcpdFr,
  dnsmasqFr,
  filesFr,
  httpFr,
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
  ...narrativeFr,
  ...firmwareFr,
  ...flashFr,
  ...pxeFr,
  ...efiFr,
  ...rpiFr,
  ...loaderFr,
  ...openbootFr,
  ...bootpFr,
  ...etherbootFr,
  ...rarpClientFr,
  ...ipxeFr,
  ...aoeFr,
  ...iscsiFr,
  ...nfsFr,
  ...ntpFr,
  ...rarpFr,
  ...bootparamsFr,
  ...atftpdFr,
  ...slamdFr,
};

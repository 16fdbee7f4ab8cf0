/** Textes français : mêmes clés que l'anglais, vérifiées par le compilateur. */
import type { Catalogue } from './en.ts';
import { consoleFr } from './texts/fr/console.ts';
import { labsFr } from './texts/fr/labs.ts';
import { nodesFr } from './texts/fr/nodes.ts';
import { packetToolsFr } from './texts/fr/packet-tools.ts';
import { packetsFr } from './texts/fr/packets.ts';
import { pageFr } from './texts/fr/page.ts';
import { serverFr } from './texts/fr/server.ts';
import { servicesFr } from './texts/fr/services.ts';
import { timeFr } from './texts/fr/time.ts';
import { topologyFr } from './texts/fr/topology.ts';

export const fr: Catalogue = {
  ...consoleFr,
  ...labsFr,
  ...nodesFr,
  ...packetsFr,
  ...packetToolsFr,
  ...pageFr,
  ...serverFr,
  ...servicesFr,
  ...timeFr,
  ...topologyFr,
};

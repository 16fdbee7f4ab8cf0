/** Textes français : mêmes clés que l'anglais, vérifiées par le compilateur. */
import type { Catalogue } from './en.ts';
import { consoleFr } from './texts/console.fr.ts';
import { labsFr } from './texts/labs.fr.ts';
import { nodesFr } from './texts/nodes.fr.ts';
import { packetToolsFr } from './texts/packet-tools.fr.ts';
import { packetsFr } from './texts/packets.fr.ts';
import { pageFr } from './texts/page.fr.ts';
import { serverFr } from './texts/server.fr.ts';
import { servicesFr } from './texts/services.fr.ts';
import { timeFr } from './texts/time.fr.ts';
import { topologyFr } from './texts/topology.fr.ts';

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

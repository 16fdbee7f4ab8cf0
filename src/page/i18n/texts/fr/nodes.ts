/** Textes français : les sortes de nœuds. */
import type { Translation } from '../../../../base/sentence.ts';
import type { NODE_TEXTS } from '../../../../scenario/nodes/all.ts';

export const nodesFr: Translation<typeof NODE_TEXTS> = {
  'kind.pc': 'PC',
  'kind.bare': 'Machine nue',
  'kind.switch': 'Commutateur',
  'kind.server': 'Serveur',
  'kind.router': 'Routeur',
  'kind.rogue': 'DHCP pirate',
  'topology.add.pc': 'Ajouter un PC',
  'topology.add.bare': 'Ajouter une machine nue',
  'topology.add.switch': 'Ajouter un commutateur',
  'topology.add.server': 'Ajouter un serveur',
  'topology.add.router': 'Ajouter un routeur',
  'topology.add.rogue': 'Ajouter un serveur DHCP pirate',
};

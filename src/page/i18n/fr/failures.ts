/** Pannes de machines et de serveurs, et scripts trop grands pour iPXE, en français. */
import type { FailureTextId } from '../../../base/failures.ts';
import type { SCRIPT_TEXTS } from '../../../firmware/ipxe/script-texts.ts';

export const failuresFr: Readonly<Record<FailureTextId | keyof typeof SCRIPT_TEXTS, string>> = {
  'failure.machine/triple-fault':
    'Triple faute : le processeur n’a pas pu commencer à traiter une double faute, s’est arrêté, et la carte mère réinitialise la machine.',
  'failure.machine/emulator-trap': 'L’émulateur s’est arrêté : {reason}',
  'failure.machine/failed': 'La machine est en échec : {reason}',
  'failure.server/failed': 'Le serveur est en échec et se tait désormais : {reason}',
  'failure.lab/watch-failed': 'Ce que cela signifie pour le démarrage n’a pas pu être établi : {reason}',
  'script.expansion':
    '« {command} » ne tient pas dans la mémoire d’iPXE une fois ses réglages développés. Un réglage se cite peut-être lui-même.',
  'script.depth':
    'Des scripts ont lancé des scripts sur {limit} niveaux, et la mémoire d’iPXE est pleine. « chain --replace » termine d’abord le script en cours.',
};

/** Pannes de machines et de serveurs, en français. */
import type { FAILURE_TEXTS } from '../../../../base/failures.ts';
import type { Translation } from '../../../../base/sentence.ts';

export const failuresFr: Translation<typeof FAILURE_TEXTS> = {
  'failure.machine/triple-fault':
    'Triple faute : le processeur n’a pas pu commencer à traiter une double faute, s’est arrêté, et la carte mère réinitialise la machine.',
  'failure.machine/emulator-trap': 'L’émulateur s’est arrêté : {reason}',
  'failure.machine/failed': 'La machine est en échec : {reason}',
  'failure.server/failed': 'Le serveur est en échec et se tait désormais : {reason}',
  'failure.lab/watch-failed': 'Ce que cela signifie pour le démarrage n’a pas pu être établi : {reason}',
};

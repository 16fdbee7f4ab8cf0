/** Ce que les perturbations disent d'elles-mêmes dans le journal, en français. */
import type { FailureTextId } from '../../base/failures.ts';
import type { SCRIPT_TEXTS } from '../../firmware/ipxe/script-texts.ts';
import type { FaultTextId } from '../../net/fault-texts.ts';

export const toldFr: Readonly<Record<FaultTextId | FailureTextId | keyof typeof SCRIPT_TEXTS, string>> = {
  'failure.machine/triple-fault':
    'Triple faute : le processeur n’a pas pu commencer à traiter une double faute, s’est arrêté, et la carte mère réinitialise la machine.',
  'failure.machine/emulator-trap': 'L’émulateur s’est arrêté : {reason}',
  'failure.machine/failed': 'La machine est en échec : {reason}',
  'failure.server/failed': 'Le serveur est en échec et se tait désormais : {reason}',
  'failure.lab/watch-failed': 'Ce que cela signifie pour le démarrage n’a pas pu être établi : {reason}',
  'told.delayed': '{port} : des trames sont retardées{more}.',
  'told.slowed': '{port} : des trames sont ralenties à {bitsPerSecond} bit/s{more}.',
  'told.dropped': '{port} : une trame de {bytes} octets jetée{why}.',
  'told.held-back': '{port} : une trame de {bytes} octets retenue {delayMs} ms{why}.',
  'told.turned-over': '{port} : bit {bit} de l’octet {at} inversé dans une trame de {bytes} octets{why}.',
  'told.sent-twice': '{port} : une trame de {bytes} octets envoyée deux fois{why}.',
  'told.copies-bounded':
    '{port} : une trame en devient {limit} au plus ; les copies en trop ne sont plus faites à partir d’ici.',
  'told.kept-back': '{port} : une trame de {bytes} octets gardée, pas envoyée{why}{more}.',
  'told.not-heard': '{port} : une trame de {bytes} octets pas entendue{why}.',
  'told.link-up': '{link} : le lien est rétabli.',
  'told.link-down': '{link} : le lien est coupé.',
  'told.match': ' (correspondance n° {count})',
  'told.match-of': ' (correspondance n° {count} : {what})',
  'told.silent-about': ' (muet sur {what})',
  'told.more': ' (et {count} de plus avant)',
  'script.expansion':
    '« {command} » ne tient pas dans la mémoire d’iPXE une fois ses réglages développés. Un réglage se cite peut-être lui-même.',
  'script.depth':
    'Des scripts ont lancé des scripts sur {limit} niveaux, et la mémoire d’iPXE est pleine. « chain --replace » termine d’abord le script en cours.',
};

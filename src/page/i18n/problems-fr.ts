/** Ce que les perturbations disent d'elles-mêmes dans le journal, en français. */
import type { FaultTextId } from '../../net/fault-texts.ts';

export const toldFr: Readonly<Record<FaultTextId, string>> = {
  'told.delayed': '{port} : des trames sont retardées{more}.',
  'told.slowed': '{port} : des trames sont ralenties à {bitsPerSecond} bit/s{more}.',
  'told.dropped': '{port} : une trame de {bytes} octets jetée{why}.',
  'told.held-back': '{port} : une trame de {bytes} octets retenue {delayMs} ms{why}.',
  'told.turned-over': '{port} : bit {bit} de l’octet {at} inversé dans une trame de {bytes} octets{why}.',
  'told.sent-twice': '{port} : une trame de {bytes} octets envoyée deux fois{why}.',
  'told.copies-bounded':
    '{port} : une trame en devient {count} au plus ; les copies en trop ne sont plus faites à partir d’ici.',
  'told.kept-back': '{port} : une trame de {bytes} octets gardée, pas envoyée{why}{more}.',
  'told.not-heard': '{port} : une trame de {bytes} octets pas entendue{why}.',
  'told.link-up': '{link} : le lien est rétabli.',
  'told.link-down': '{link} : le lien est coupé.',
  'told.match': ' (correspondance n° {count})',
  'told.match-of': ' (correspondance n° {count} : {what})',
  'told.silent-about': ' (muet sur {what})',
  'told.more': ' (et {count} de plus avant)',
};

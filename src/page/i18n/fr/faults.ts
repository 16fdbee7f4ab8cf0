/** Ce que les perturbations disent d'elles-mêmes dans le journal, en français. */
import type { Translation } from '../../../base/sentence.ts';
import type { FAULT_TEXTS } from '../../../net/fault-texts.ts';

export const faultsFr: Translation<typeof FAULT_TEXTS> = {
  'told.delayed': '{port} : trames retardées{more}.',
  'told.slowed': '{port} : trames ralenties à {bitsPerSecond} bit/s{more}.',
  'told.dropped': '{port} : trame de {bytes} octets perdue{why}.',
  'told.held-back': '{port} : trame de {bytes} octets retenue {delayMs} ms{why}.',
  'told.turned-over': '{port} : bit {bit} de l’octet {at} inversé dans une trame de {bytes} octets{why}.',
  'told.sent-twice': '{port} : trame de {bytes} octets envoyée deux fois{why}.',
  'told.copies-bounded':
    '{port} : une trame en devient {limit} au plus ; les copies en trop ne sont plus faites à partir d’ici.',
  'told.kept-back': '{port} : trame de {bytes} octets non envoyée{why}{more}.',
  'told.not-heard': '{port} : trame de {bytes} octets non reçue{why}.',
  'told.link-up': '{link} : le lien est rétabli.',
  'told.link-down': '{link} : le lien est coupé.',
  'told.match': ' (correspondance n° {count})',
  'told.match-of': ' (correspondance n° {count} : {what})',
  'told.silent-about': ' (muet sur {what})',
  'told.more': ' (et {count} de plus auparavant)',
};

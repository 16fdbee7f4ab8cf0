/** En quoi deux captures diffèrent, en français. */
import type { COMPARE_TEXTS } from '../../../../analysis/inferred/compare-texts.ts';
import type { Translation } from '../../../../base/sentence.ts';

export const compareFr: Translation<typeof COMPARE_TEXTS> = {
  'compare.client-only': '{client} ne démarre que dans {file}.',
  'compare.client-other': 'Comparés comme le même client : {a} et {b}.',
  'compare.step-only': '{step} : seulement dans {file}.',
  'compare.order': '{step} vient à une autre place : étape numéro {a}, et numéro {b}.',
  'compare.field': '{step} : {field} vaut {a}, et {b}.',
  'compare.field-only': '{step} : {field} ({value}) seulement dans {file}.',
  'compare.time': '{step} vient {a} après l’étape d’avant, et {b}.',
  'compare.bytes': 'octets',
  'compare.repeats': 'blocs envoyés de nouveau',
  'compare.step.dhcp': 'DHCP {type}',
  'compare.step.dhcp-port': 'DHCP {type}, port 4011',
  'compare.step.file': 'requête {protocol} de {file}',
  'compare.step.tftp-error': 'erreur TFTP {code} pour {file}',
  'compare.step.options': 'options TFTP pour {file}',
  'compare.step.end': 'fin de {file}',
  'compare.step.http': 'réponse HTTP à {file}',
  'compare.step.dns': 'question DNS sur {name}',
  'compare.step.dns-answer': 'réponse DNS sur {name}',
};

/** Why a command of the page cannot be done, in French. */
import type { Translation } from '../../../base/sentence.ts';
import type { COMMAND_MESSAGES } from '../../commands/messages.ts';

export const commandsFr: Translation<typeof COMMAND_MESSAGES> = {
  'command.unknown': 'Il n’y a pas de commande {id}.',
  'command.no-argument': 'Cette commande ne prend pas d’argument.',
  'command.argument': 'L’argument ne convient pas en {place} : {problem}',
  'command.argument-too-long': 'L’argument est trop long.',
  'command.not-ready': 'Le labo n’est pas prêt.',
  'command.live': 'Les vues sont en direct.',
  'command.past': 'Les vues montrent un moment passé.',
  'command.dialog': 'Une boîte de dialogue est ouverte.',
  'command.no-notice': 'Il n’y a pas d’avis.',
  'command.no-event': 'Aucun événement n’est sélectionné.',
  'command.no-undo': 'Il n’y a rien à annuler.',
  'command.no-redo': 'Il n’y a rien à rétablir.',
  'command.no-previous-lab': 'Aucun labo n’était ouvert avant celui-ci.',
  'command.no-deleted-lab': 'Aucun labo n’a été supprimé.',
  'command.no-lab': 'Aucun labo n’est ouvert.',
  'command.no-machine': 'Il n’y a pas de machine {name}.',
  'command.no-machine-shown': 'Aucune machine n’est affichée.',
  'command.no-node': 'Il n’y a pas de nœud {name}.',
  'command.no-cable': 'Il n’y a pas de câble {number}.',
  'command.no-breakpoint': 'Il n’y a pas de point d’arrêt {number}.',
  'command.no-free-port': '{a} et {b} ne peuvent pas être reliés : l’un des deux n’a plus de port libre.',
  'command.no-moment': 'Le labo ne va vers aucun moment.',
  'command.no-capture': 'Aucun fichier de capture n’est ouvert.',
  'command.condition-missing': 'Il manque une condition.',
  'command.at': 'À la position {place} : {problem}',
};

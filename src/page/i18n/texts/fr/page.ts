/** Textes français : la page elle-même : dialogues, langue, panneaux. */
import type { Translation } from '../../../../base/sentence.ts';
import type { pageEn } from '../en/page.ts';

export const pageFr: Translation<typeof pageEn> = {
  'about.open': 'À propos et licences',
  'help.open': 'Touches et commandes',
  'language.switch': 'Langue',
  'language.notLoaded':
    'Les textes de cette langue ne se chargent pas. Vérifiez la connexion, ou rechargez la page si une nouvelle version est là.',
  'theme.switch': 'Clair ou sombre',
  'page.pair': '{name} : {what}',
  'palette.open': 'Palette de commandes',
  'palette.placeholder': 'Tapez une commande',
  'panel.menu': 'Menu',
  'menu.main': 'Menu principal',
  'panel.loading': 'Chargement…',
  'panel.failed': 'Ce panneau a échoué : {message}',
  'panel.notLoaded':
    'Cette partie de la page n’a pas pu être chargée. La connexion est peut-être coupée, ou une nouvelle version de la page est là : rechargez-la alors.',
  'panel.retry': 'Réessayer',
  'panel.reload': 'Recharger la page',
  'layout.notRead': 'La disposition des panneaux de ce lien est illisible. La disposition actuelle reste affichée.',
  'notice.close': 'Fermer l’avis',
  'view.panel': 'Afficher un panneau',
  'dialog.close': 'Fermer une boîte de dialogue',
  'command.disabled': '{command} : {reason}',
};

/** Ce qui est dit de l'amorçage réseau d'un Raspberry Pi, en français. */
import type { Translation } from '../../../../base/sentence.ts';
import type { RPI_TEXTS } from '../../../../firmware/rpi/messages.ts';

export const rpiFr: Translation<typeof RPI_TEXTS> = {
  'rpi.discover': 'DHCPDISCOVER',
  'rpi.discover-again': 'DHCPDISCOVER, essai {number}',
  'rpi.offer': 'DHCPOFFER de {server}',
  'rpi.offer-menu': 'DHCPOFFER de {server}, avec « Raspberry Pi Boot » dans l’option 43',
  'rpi.request': 'DHCPREQUEST pour {address}',
  'rpi.ack': 'DHCPACK : l’adresse est {address}',
  'rpi.server': 'Les fichiers sont chez {server}.',
  'rpi.prefix-dropped': '{folder} n’a pas de start4.elf : les fichiers sont désormais demandés sans ce dossier.',
  'rpi.no-answer': 'Personne n’a répondu au DHCPDISCOVER.',
  'rpi.no-boot-option': 'Aucune offre n’a « Raspberry Pi Boot » dans l’option 43 : la carte n’en prend aucune.',
  'rpi.no-address': 'Un proxy a l’option d’amorçage, et personne ne donne d’adresse.',
  'rpi.not-confirmed': '{server} n’a pas confirmé l’adresse.',
  'rpi.no-firmware': 'Le serveur n’a pas de start4.elf, ni sous {folder} ni sans ce dossier.',
  'rpi.loaded': '{file} est chargé : le code du processeur graphique démarrerait ici',
};

/** Ce qui est dit de l'amorçage réseau d'U-Boot, en français. */
import type { Translation } from '../../../../base/sentence.ts';
import type { UBOOT_TEXTS } from '../../../../firmware/uboot/messages.ts';

export const ubootFr: Translation<typeof UBOOT_TEXTS> = {
  'uboot.discover': 'DHCPDISCOVER, diffusion {number}, transaction {xid}',
  'uboot.offer': 'DHCPOFFER de {server} : l’adresse est {address}',
  'uboot.request': 'DHCPREQUEST pour {address}',
  'uboot.ack': 'DHCPACK : l’adresse est {address}',
  'uboot.no-answer': 'Personne n’a donné d’adresse à U-Boot en 28 secondes.',
  'uboot.no-server': 'La réponse ne nomme pas de serveur (siaddr), ni l’environnement (serverip).',
  'uboot.own-name': 'La réponse ne nomme pas de fichier : {file} est demandé, l’adresse en hexadécimal.',
  'uboot.no-file': 'La réponse ne nomme pas de fichier, et le serveur n’en a pas du nom de l’adresse, {file}.',
  'uboot.loaded': '{file} est chargé en {address} : son code démarrerait ici',
};

/** Un labo tiré d’une capture : ce qui était connu, deviné, absent, en français. */
import type { Translation } from '../../../base/sentence.ts';
import type { FROM_CAPTURE_TEXTS } from '../../../lab/from-capture/messages.ts';

export const fromCaptureFr: Translation<typeof FROM_CAPTURE_TEXTS> = {
  'from-capture.name': 'Tiré de {file}',
  'from-capture.intro': 'Fait à partir des trames de {file}.',
  'from-capture.known': 'Connu :',
  'from-capture.guessed': 'Deviné :',
  'from-capture.missing': 'Absent :',
  'from-capture.client': '{client} démarre comme {firmware}.',
  'from-capture.server': '{server} ({address}) répond en DHCP comme dans la capture.',
  'from-capture.proxy': '{server} ({address}) dit quoi démarrer, en serveur ProxyDHCP.',
  'from-capture.file': '{file} : {bytes} octets, depuis {server}.',
  'from-capture.files': {
    by: 'count',
    one: '{count} fichier a été transféré en entier.',
    other: '{count} fichiers ont été transférés en entier.',
  },
  'from-capture.dns': 'Noms qui ont eu une réponse : {names}.',
  'from-capture.power': 'Les machines s’allument dans l’ordre et aux intervalles de leurs premières trames.',
  'from-capture.range': 'Plage d’adresses de {server} : {range}. Les clients de la capture gardent leurs adresses.',
  'from-capture.prefix': 'Réseau de {server} : {prefix}, aucune réponse n’ayant donné son masque.',
  'from-capture.vlan-by-answers':
    'VLAN : les groupes de clients servis par des serveurs différents sont séparés, car personne d’autre n’a répondu.',
  'from-capture.chain': '{file} est iPXE : un DHCPDISCOVER d’iPXE l’a suivi. L’iPXE du labo est à sa place.',
  'from-capture.silent': '{server} ne répond pas en TFTP : aucune requête n’a eu de réponse.',
  'from-capture.next-server':
    '{server} ne nommait pas de serveur suivant (siaddr 0.0.0.0) : dnsmasq y met sa propre adresse.',
  'from-capture.ipxe-script': '{client} commence en iPXE : un script intégré ne se voit pas dans les trames.',
  'from-capture.hole': '{file} n’a pas été transféré en entier : le labo a {bytes} octets d’un motif sous ce nom.',
  'from-capture.item': 'L’entrée de menu « {item} » n’a jamais été choisie : son fichier est inconnu.',
  'from-capture.query': '{uri} a une requête : un programme a fait la réponse, servie ici comme fichier.',
  'from-capture.path': '{file} a un nom que le labo ne peut pas garder.',
  'from-capture.relay': 'Un relais DHCP ({address}) était entre eux : dans le labo, tous sont sur un commutateur.',
  'from-capture.service': '{service} a servi : à installer à la main sur un serveur.',
  'from-capture.not-boot': {
    by: 'count',
    one: '{count} client ne demandait qu’une adresse, et n’est pas repris.',
    other: '{count} clients ne demandaient qu’une adresse, et ne sont pas repris.',
  },
  'from-capture.no-client': 'Aucun client ne démarre dans ces trames : il n’y a pas de quoi faire un labo.',
  'from-capture.too-many': 'Seuls les {count} premiers clients sont dans le labo.',
};

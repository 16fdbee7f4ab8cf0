/** Ce qui semble aller mal dans un démarrage, en français ; ce qui y remédie est dans le catalogue de la page. */
import type { FINDING_TEXTS } from '../../../analysis/story/finding-texts.ts';
import type { Translation } from '../../../base/sentence.ts';

export const findingsFr: Translation<typeof FINDING_TEXTS> = {
  'finding.two-dhcp-servers': '{count} serveurs DHCP offrent une adresse à {client} : {servers}.',
  'finding.vlan-unserved': '{client} demande une adresse dans le VLAN {vlan}, où aucun serveur DHCP ne répond.',
  'finding.no-dhcp-answer': 'Personne ne répond à {client} (DHCPDISCOVER envoyés : {count}).',
  'finding.late-dhcp-answer': '{client} a dû demander {count} fois avant qu’une offre arrive.',
  'finding.dhcp-nak': 'Le serveur {server} a refusé l’adresse demandée par {client} (DHCPNAK).',
  'finding.dhcp-decline': '{client} a trouvé son adresse déjà prise et l’a déclinée.',
  'finding.no-boot-file': '{client} a reçu une adresse, mais personne n’a nommé de fichier d’amorçage.',
  'finding.wrong-firmware:bios':
    '{client} a un BIOS (architecture {architecture}) et reçoit {file}, un programme pour EFI.',
  'finding.wrong-firmware:efi':
    '{client} a un micrologiciel EFI (architecture {architecture}) et reçoit {file}, un programme pour BIOS.',
  'finding.silent-on-4011': '{client} interroge le serveur proxy DHCP sur le port 4011 et n’a pas de réponse.',
  'finding.http-error': '{server} répond {status} {message} à {client} pour {file}.',
  'finding.ftp-error': '{server} répond à {client} pour {file} : {status} {message}',
  'finding.tftp-missing-file': '{client} demande à {server} le fichier {file}, qui n’y est pas.',
  'finding.tftp-options-refused': '{client} n’a pas aimé la réponse de {server} à ses options TFTP pour {file}.',
  'finding.tftp-error': 'Le transfert de {file} vers {client} a fini par l’erreur TFTP {status} : {message}.',
  'finding.tftp-no-answer': '{client} demande à {server} le fichier {file} et n’a pas de réponse.',
  'finding.tftp-no-answer:again': '{client} demande {count} fois à {server} le fichier {file} et n’a pas de réponse.',
  'finding.http-no-answer': '{client} demande à {server} le fichier {file} par HTTP et n’a pas de réponse.',
  'finding.ftp-no-answer': '{client} demande à {server} le fichier {file} par FTP et n’a pas de réponse.',
  'finding.tftp-stalled': 'Le transfert de {file} vers {client} s’est arrêté après {bytes} octets.',
  'finding.http-stalled': 'Le transfert de {file} vers {client} par HTTP s’est arrêté après {bytes} octets.',
  'finding.ftp-stalled': 'Le transfert de {file} vers {client} par FTP s’est arrêté après {bytes} octets.',
  'finding.tftp-repeats': '{count} blocs de {file} ont dû être renvoyés à {client}.',
  'finding.chainload-loop':
    '{client} charge {file} encore et encore ({count} fois) : ce qu’il charge interroge DHCP et y est renvoyé.',
  'finding.address-conflict': '{first} et {second} disent toutes deux que {address} est à elles.',
  'finding.connection-refused': '{server} refuse les connexions de {client} au port TCP {port}.',
  'finding.port-unreachable': '{server} n’écoute pas sur le port UDP {port}, auquel {client} s’adresse.',
  'finding.fragmented': '{count} trames sont des fragments de datagrammes plus grands.',
};

/** Ce qui semble aller mal dans un démarrage, en français ; ce qui y remédie est dans le catalogue de la page. */
import type { FINDING_TEXTS, REPORTED_TEXTS } from '../../../../analysis/story/findings/finding-texts.ts';
import type { Translation } from '../../../../base/sentence.ts';

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
  'finding.http-boot-class':
    '{server} donne à {client} l’adresse {file} et ne dit pas HTTPClient (option 60) : le micrologiciel UEFI ne prend pas une telle offre.',
  'finding.http-boot-uri':
    '{server} dit HTTPClient à {client} (option 60) et ne donne aucune adresse depuis laquelle amorcer.',
  'finding.http-boot-uri:path':
    '{server} dit HTTPClient à {client} (option 60) et nomme {file}, qui n’est pas une adresse entière : l’amorçage HTTP demande http://SERVEUR/FICHIER.',
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
  'finding.proxy-without-server':
    '{server} nomme {file} à {client} sans le serveur qui l’a : siaddr vaut 0.0.0.0, et le client ne prend donc ni l’un ni l’autre.',
  'finding.next-server-missing':
    '{server} nomme le fichier {file} à {client} sans le serveur qui l’a : siaddr vaut 0.0.0.0, et le nom n’en dit aucun.',
  'finding.option-60-left':
    '{server} dit par l’option 60 (PXEClient) qu’un serveur d’amorçage écoute sur son port 4011, et rien n’y répond à {client}.',
  'finding.option-66-differs':
    '{server} nomme deux serveurs TFTP à {client} : l’option 66 dit {option}, siaddr dit {siaddr}. Les ROM d’amorçage et iPXE suivent siaddr.',
  'finding.path-mtu':
    'Un bloc de {file} ({bytes} octets) a été envoyé {count} fois et n’est jamais arrivé à {client}, alors que les petits paquets passent : les trames de cette taille ne tiennent pas dans le chemin.',
  'finding.next-server-of-lease':
    '{client} demande {file} à {server} : c’est le next-server du bail. Le serveur d’amorçage est {proxy}, qu’iPXE garde dans un autre réglage.',
  'finding.redirect-unsupported':
    '{server} renvoie {client} vers {target} pour {file}, et le client n’y va pas : il n’est pas compilé avec {scheme}.',
  'finding.syslinux-module-missing':
    'PXELINUX sur {client} a besoin de {file} et ne le trouve nulle part sur {server} (endroits essayés : {count}).',
  'finding.pxelinux-config-missing':
    'PXELINUX sur {client} ne trouve pas de configuration sur {server} : aucun des noms essayés n’y est ({count}).',
  'finding.path-prefix-without-slash':
    '{client} demande {file} à {server} : PXELINUX met l’option 210 ({prefix}) telle quelle devant les noms, et elle ne finit pas par une barre oblique.',
  'finding.shim-folder':
    '{client} demande {file} à {server} : shim cherche le dossier de {shim} dans le champ file de la réponse DHCP, et le nom n’est que dans l’option 67.',
  'finding.ipxe-no-address': 'iPXE sur {client} n’obtient pas d’adresse : {line}',
  'finding.ipxe-nothing-to-boot':
    'iPXE sur {client} a son adresse, mais personne n’a nommé de fichier, de menu ni de disque à amorcer : {line}',
  'finding.ipxe-unsupported':
    'iPXE sur {client} ne peut pas ouvrir ce qu’on lui dit : il n’est pas compilé avec le protocole de l’adresse, ou le nom est relatif et aucun serveur n’est connu : {line}',
  'finding.ipxe-no-route': 'iPXE sur {client} ne connaît pas de chemin vers cette adresse : {line}',
  'finding.ipxe-link-down': 'La carte réseau de {client} n’a pas de lien : {line}',
  'finding.ipxe-no-server': 'iPXE sur {client} reçoit une adresse sans serveur : {line}',
  'finding.http-denied':
    '{server} demande à {client} un utilisateur et un mot de passe pour {file}, ou d’autres : {status} {message}.',
  'finding.file-denied': '{server} n’a pas le droit de lire {file}, que demande {client} : {status} {message}.',
  'finding.ipxe-timeout': 'iPXE sur {client} a attendu sans réponse : {line}',
  'finding.ipxe-refused': 'Rien n’écoute sur ce port du serveur : iPXE sur {client} dit {line}',
  'finding.ipxe-not-found': 'Le fichier que demande iPXE sur {client} n’est pas là : {line}',
  'finding.ipxe-denied': 'Le serveur ne donne pas ce fichier à iPXE sur {client} : {line}',
  'finding.ipxe-server-error': 'Le serveur répond à iPXE sur {client} par une erreur : {line}',
  'finding.ipxe-dns-no-name': 'Le serveur DNS que {client} interroge ne connaît pas ce nom : {line}',
  'finding.ipxe-dns-no-server': 'iPXE sur {client} doit chercher un nom et ne connaît pas de serveur DNS : {line}',
  'finding.ipxe-dns-silent': 'Le serveur DNS ne répond pas à {client} : {line}',
  'finding.ipxe-no-label': 'Un script sur {client} va à une étiquette qu’il n’a pas : {line}',
  'finding.ipxe-disk': 'iPXE sur {client} ne peut pas amorcer le disque : {line}',
  'finding.ipxe-san-silent': 'Aucune cible ne répond à {client} pour le disque de son root-path : {line}',
  'finding.ipxe-san-no-target': 'Le serveur n’a pas la cible que demande {client} : {line}',
  'finding.ipxe-san-denied':
    'L’utilisateur et le mot de passe du disque ne conviennent pas, dit iPXE sur {client} : {line}',
  'finding.ipxe-san-no-disk': 'La cible de {client} refuse de lire ce disque : {line}',
  'finding.ipxe-root-path': 'iPXE sur {client} ne comprend pas le root-path : {line}',
  'finding.ipxe-not-executable': 'iPXE sur {client} a reçu un fichier qu’il ne peut pas exécuter : {line}',
  'finding.ipxe-no-memory': 'Cela ne tient pas dans la mémoire de {client} : {line}',
  'finding.ipxe-untrusted': 'iPXE sur {client} ne fait pas confiance à ce fichier : {line}',
  'finding.ipxe-certificate':
    'iPXE sur {client} n’accepte pas le certificat du serveur, ou la liaison chiffrée avec lui : {line}',
  'finding.ipxe-error': 'iPXE sur {client} a échoué : {line}',
  'finding.program/exit':
    'Le programme d’amorçage de {client} s’est terminé et a rendu la main au BIOS, qui ne trouve rien d’autre à amorcer.',
  'finding.pxelinux-config-names':
    '{client} demande à {server} le fichier {file}, qui n’y est pas : la ligne {line} de {place} le nomme.',
  'finding.pxe-service-suffix':
    '{client} demande à {server} le fichier {file}, qui n’y est pas : dnsmasq ajoute .0 aux noms de pxe-service qui n’ont pas de point.',
  'finding.fragmented': '{count} trames sont des fragments de datagrammes plus grands.',
};

export const reportedFr: Translation<typeof REPORTED_TEXTS> = { 'finding-reported': '{node} : {what}' };

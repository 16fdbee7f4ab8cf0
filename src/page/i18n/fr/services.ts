/** Ce que les services disent de leurs réponses et de leurs silences, en français. */
import type { Translation } from '../../../base/sentence.ts';
import type { DHCPD_TEXTS } from '../../../services/dhcpd/messages.ts';
import type { DNSMASQ_TEXTS } from '../../../services/dnsmasq/messages.ts';
import type { FILE_TEXTS } from '../../../services/files/messages.ts';
import type { HTTP_TEXTS } from '../../../services/http/messages.ts';
import type { SLAMD_TEXTS } from '../../../services/slamd/messages.ts';
import type { ATFTPD_TEXTS } from '../../../services/atftpd/messages.ts';
import type { AOE_TEXTS } from '../../../services/aoe/messages.ts';
import type { FCOE_TEXTS } from '../../../services/fcoe/messages.ts';
import type { ISCSI_TEXTS } from '../../../services/iscsi/messages.ts';
import type { RPC_TEXTS } from '../../../services/rpc/messages.ts';
import type { NTP_TEXTS } from '../../../services/ntp/messages.ts';
import type { BOOTPARAMS_TEXTS } from '../../../services/bootparams/messages.ts';
import type { RARP_TEXTS } from '../../../services/rarp/messages.ts';

export const dnsmasqFr: Translation<typeof DNSMASQ_TEXTS> = {
  'dhcp.sent.offer': 'DHCPOFFER pour {client}, envoyée à {address}',
  'dhcp.sent.ack': 'DHCPACK pour {client}, envoyé à {address}',
  'dhcp.sent.nak': 'DHCPNAK pour {client}, envoyé à {address}',
  'dhcp.sent.reply': 'réponse pour {client}, envoyée à {address}',
  'dhcp.sent.bootp-reply': 'réponse BOOTP pour {client}, envoyée à {address}',
  'dhcp.relay-hops': 'ignoré : passé par trop de relais',
  'dhcp.relayed': 'relayé par dhcp-relay',
  'dhcp.architecture-unmatched':
    '{client} est d’architecture {what}, et aucune ligne dhcp-match sur l’option 93 ne la concerne : il reçoit ce que reçoivent tous les autres.',
  'dhcp.disk-full': 'le disque est plein : {file} ne peut pas être écrit',
  'dhcp.silence': '{client} : pas de réponse : {reason}',
  'dhcp.silent.nothing': 'rien à répondre',
  'dhcp.silent.no-request': 'ce n’est pas une requête',
  'dhcp.silent.no-hardware-type': 'une adresse matérielle sans type',
  'dhcp.silent.long-hardware-address': 'l’adresse matérielle est plus longue que son champ',
  'dhcp.silent.no-cookie': 'un message DHCP sans le cookie de DHCP',
  'dhcp.silent.no-interface': 'interface inconnue',
  'dhcp.silent.too-short': 'plus court qu’un message BOOTP',
  'dhcp.silent.bootp-on-4011': 'BOOTP n’est pas servi sur le port 4011',
  'dhcp.silent.bootp-on-proxy':
    'les clients BOOTP ne reçoivent rien là où la première plage du réseau est une plage proxy',
  'dhcp.silent.pxe-only-on-4011': 'le port 4011 ne répond qu’aux clients PXE',
  'dhcp.silent.no-range-for-network': 'aucun dhcp-range pour son réseau',
  'dhcp.silent.no-range-for-address': 'aucun dhcp-range ne contient l’adresse',
  'dhcp.silent.proxy-without-service': 'une plage proxy sans ligne pxe-service ni pxe-prompt ne répond à personne',
  'dhcp.silent.proxy-pxe-only': 'le mode proxy ne répond qu’aux clients PXE (option 60)',
  'dhcp.silent.proxy-message': 'le mode proxy n’a rien à répondre à ce message',
  'dhcp.silent.no-boot-item': 'aucun pxe-service avec un fichier pour l’entrée {item}',
  'dhcp.silent.boot-item-without-address': 'une entrée du menu a été demandée sans adresse',
  'dhcp.silent.ignore-line': 'une ligne dhcp-ignore s’applique',
  'dhcp.silent.host-ignored': 'sa ligne dhcp-host dit ignore',
  'dhcp.silent.ignored': 'le client doit être ignoré',
  'dhcp.silent.no-address-given': 'pas d’adresse',
  'dhcp.silent.other-server': 'le client a choisi un autre serveur',
  'dhcp.silent.not-authoritative':
    'un client inconnu veut son ancienne adresse, et le serveur ne fait pas autorité (dhcp-authoritative)',
  'dhcp.silent.foreign-renewal': 'un renouvellement en diffusion pour un bail qui n’est pas d’ici',
  'dhcp.silent.for-other-server': 'le message est pour un autre serveur',
  'dhcp.silent.names-no-address': 'le message ne nomme aucune adresse',
  'dhcp.silent.decline': 'un DHCPDECLINE n’a pas de réponse',
  'dhcp.silent.release': 'un DHCPRELEASE n’a pas de réponse',
  'dhcp.silent.elsewhere': '{address} n’est pas d’un réseau où se trouve le client',
  'dhcp.silent.inform-without-address': 'le client n’a pas d’adresse',
  'dhcp.silent.not-for-servers': 'ce message n’est pas destiné aux serveurs',
  'dhcp.silent.does-not-run': 'dnsmasq ne tourne pas : {reason}',
  'dhcp.silent.not-listening': 'les lignes interface et listen-address excluent {interface}',
  'dhcp.silent.no-dhcp-interface': 'une ligne no-dhcp-interface nomme {interface}',
  'dhcp.silent.port-4011':
    'rien n’écoute sur le port 4011 : il faut un dhcp-range et une ligne pxe-service ou pxe-prompt',
  'dhcp.silent.port': 'rien n’écoute sur le port {port} : il faut une ligne dhcp-range',
  'dhcp.silent.nothing-to-message': 'il n’y a rien à répondre à ce message',
  'dhcp.ask.no-request': 'ce n’est pas une requête DHCP : {reason}',
  'dhcp.ask.no-interface': 'le serveur n’a pas cette interface',
  'dhcp.ask.no-address': 'ce n’est pas une adresse IPv4',
  'dhcp.ask.no-mac': 'ce n’est pas une adresse MAC',
  'dhcp.ask.question': '{type} de {client} sur {interface}',
  'dhcp.ask.question-port': '{type} de {client} sur {interface}, vers le port {port}',
  'dhcp.tag.interface': 'l’interface d’arrivée',
  'dhcp.tag.host': 'sa ligne dhcp-host',
  'dhcp.tag.known': 'une ligne dhcp-host le concerne',
  'dhcp.tag.known-othernet': 'sa ligne dhcp-host concerne un autre réseau',
  'dhcp.tag.tag-if': 'tag-if {tags}',
  'dhcp.tag.and': '{first} et {next}',
  'dhcp.tag.relay': 'l’identifiant {kind} du relais est {value}',
  'dhcp.tag.mac': 'l’adresse matérielle correspond',
  'dhcp.tag.option': '{option} correspond',
  'dhcp.tag.class': 'la classe {kind} contient {value}',
  'dhcp.tag.name': 'le client se nomme {name}',
  'dhcp.tag.network': 'son réseau',
  'dhcp.tag.range': 'sa plage',
  'dhcp.tag.bootp': 'il parle BOOTP, pas DHCP',
  'dhcp.tag.boot-file': 'le fichier d’amorçage qu’il demande',
  'dns.forward': '{name} : question transmise à {server}',
  'dns.forward-by-tcp': '{name} : question transmise à {server} par TCP',
  'dns.forwarded': '{name} : réponse du serveur en amont',
  'tftp.read': 'envoi de {path} à {client}',
  'tftp.no-port': 'aucun port de tftp-port-range n’est libre : la requête de {client} est abandonnée',
  'dnsmasq.ineffective.process': 'ce serveur n’a ni processus, ni socket, ni utilisateur',
  'dnsmasq.ineffective.ipv6': 'IPv6 n’est pas simulé ici',
  'dnsmasq.ineffective.upstream': 'cela concerne de vrais serveurs en amont',
  'dnsmasq.ineffective.script': 'aucun script n’est exécuté',
  'dnsmasq.ineffective.dnssec': 'DNSSEC n’est pas simulé ici',
  'dnsmasq.ineffective.leases': 'les baux n’existent que dans le labo',
  'dnsmasq.ineffective.resolv-file': 'le labo n’a pas de resolv.conf',
  'dnsmasq.ineffective.servers-file': 'le labo n’a pas ce fichier',
  'dnsmasq.ineffective.relay': 'ses adresses ne sont pas de l’IPv4',
};

export const httpFr: Translation<typeof HTTP_TEXTS> = {
  'http.bad-request': 'Requête illisible : {reason}',
  'https.no-certificate': 'il n’y a pas de certificat {name}',
  'https.no-key': 'le certificat {name} n’a pas de clé privée',
  'https.agreed': '{client} parle {version} avec {suite}, pour le nom {name}.',
  'https.resumed': '{client} reprend une session {version} avec {suite}, pour le nom {name}.',
  'https.alert': '{client} met fin à la négociation TLS par l’alerte {alert}.',
  'https.no-version': '{client} ne propose aucune version de TLS que ce serveur parle.',
  'https.no-suite': '{client} ne propose aucune suite que ce serveur parle avec son certificat.',
  'https.failed': 'La négociation TLS avec {client} a échoué : {code}.',
  'ocsp.good': 'OCSP : {client} demande ce que vaut le certificat {name} ; il est bon.',
  'ocsp.revoked': 'OCSP : {client} demande ce que vaut le certificat {name} ; il est révoqué.',
  'ocsp.unknown': 'OCSP : {client} s’enquiert d’un certificat que cette autorité n’a pas émis.',
  'ocsp.unauthorized': 'OCSP : {client} s’enquiert d’un certificat dont l’autorité n’a pas sa clé dans ce labo.',
  'ocsp.malformed': 'OCSP : ce que {client} demande n’est pas une question.',
};

export const nfsFr: Translation<typeof RPC_TEXTS> = {
  'rpc.bad-record': '{client} RPC illisible : {reason}',
  'rpc.refused': '{client} {call} : refusé',
  'rpc.not-registered': '{client} {call} : non enregistré',
  'rpc.program': 'programme {program}',
  'rpc.version': 'version {version}',
  'rpc.procedure': 'procédure {procedure}',
};

export const ntpFr: Translation<typeof NTP_TEXTS> = {
  'ntp.told': '{client} reçoit l’heure : {date}',
  'ntp.refused': '{client} est refusé : {kiss}',
};

export const filesFr: Translation<typeof FILE_TEXTS> = {
  'file.kernel-cut-off': 'Le noyau {name} est tronqué : il fait {bytes} octets, son en-tête en annonce {needed}.',
  'file.boot-program-empty': 'Le programme d’amorçage {name} est vide.',
  'file.boot-program-is-efi':
    'Le programme d’amorçage {name} est un exécutable EFI : une machine BIOS l’exécute comme du code 16 bits et se bloque.',
  'file.boot-program-is-kernel':
    'Le programme d’amorçage {name} est un noyau Linux : une ROM PXE ne sait pas en charger un elle-même.',
  'file.boot-program-is-iso':
    'Le programme d’amorçage {name} est une image de CD : une ROM PXE en exécute les premiers octets comme un programme.',
  'file.boot-program-is-script':
    'Le programme d’amorçage {name} est un script pour iPXE, et la machine a une simple ROM PXE, qui l’exécute comme du code machine.',
  'file.boot-program-is-text':
    'Le programme d’amorçage {name} est du texte : la machine l’exécute comme du code machine et se bloque.',
  'files.replaced': 'Le contenu de {file} est remplacé.',
  'files.removed': '{file} est supprimé.',
  'files.closed': 'ferme la connexion avec {client} après {bytes} octets de {file}, comme ce labo le veut',
};

export const dhcpdFr: Translation<typeof DHCPD_TEXTS> = {
  'dhcpd.sent.offer': 'DHCPOFFER pour {client}, envoyée à {address}',
  'dhcpd.sent.ack': 'DHCPACK pour {client}, envoyé à {address}',
  'dhcpd.sent.nak': 'DHCPNAK pour {client}, envoyé à {address}',
  'dhcpd.sent.bootp-reply': 'réponse BOOTP pour {client}, envoyée à {address}',
  'dhcpd.silence': '{client} : pas de réponse : {reason}',
  'dhcpd.disk-full': 'le disque est plein : dhcpd.leases ne peut pas être écrit',
  'dhcpd.address-in-use': '{address} répond à un ping : elle n’est donnée à personne',
  'dhcpd.refused': 'dhcpd ne démarre pas : ligne {line} : {what}',
  'dhcpd.not-simulated': 'dhcpd.conf, ligne {line}, a un autre effet ici : {what}',
  'dhcpd.ignored': '{what} n’est pas simulé et n’a pas d’effet',
  'dhcpd.no-names': 'ce serveur ne résout pas de noms : écrivez l’adresse',
  'dhcpd.silent.no-request': 'ce n’est pas une requête',
  'dhcpd.silent.no-network': 'aucun subnet de dhcpd.conf ne contient {address}',
  'dhcpd.silent.no-address': 'aucun pool n’a d’adresse libre à laquelle ce client ait droit',
  'dhcpd.silent.no-bootp': 'ni adresse fixe, ni plage pour BOOTP dynamique',
  'dhcpd.silent.not-authoritative': '{address} n’est pas dans ce réseau, et le serveur ne fait pas autorité',
  'dhcpd.silent.unknown-lease': '{address} n’est dans aucune de ses plages',
  'dhcpd.silent.booting-denied': 'l’amorçage est refusé à ce client',
  'dhcpd.silent.bootp-denied': 'BOOTP est refusé',
  'dhcpd.silent.unknown-client': 'les clients inconnus sont refusés, et aucune déclaration host ne convient',
  'dhcpd.silent.too-early': 'le client ne demande pas depuis min-secs secondes',
};

export const iscsiFr: Translation<typeof ISCSI_TEXTS> = {
  'iscsi.target-twice': 'la cible {target} existe déjà',
  'iscsi.lun-twice': 'le LUN {lun} existe déjà',
  'iscsi.login': '{initiator} ({client}) a ouvert une session sur {target} : {keys}',
  'iscsi.login-chap': '{initiator} ({client}) a ouvert une session sur {target} avec CHAP : {keys}',
  'iscsi.discovery': '{initiator} ({client}) demande la liste des cibles',
  'iscsi.refused': '{client} ne peut pas ouvrir de session : {reason}',
  'iscsi.no-initiator-name': 'il ne donne pas InitiatorName',
  'iscsi.no-target-name': '{initiator} ne donne pas TargetName',
  'iscsi.no-target': '{initiator} demande {target}, et cette cible n’existe pas',
  'iscsi.not-allowed': '{initiator} ne fait pas partie des initiateurs de {target}',
  'iscsi.no-auth-method': '{initiator} ne propose pas la méthode d’authentification que {target} exige',
  'iscsi.chap-algorithm': '{initiator} ne propose pas MD5 pour CHAP',
  'iscsi.chap-unexpected': '{initiator} ne répond pas au défi CHAP',
  'iscsi.chap-username': '{initiator} donne un nom d’utilisateur CHAP que {target} ne connaît pas',
  'iscsi.chap-password': '{initiator} répond au défi CHAP avec un mauvais mot de passe',
  'iscsi.chap-reflected': '{initiator} renvoie à la cible son propre défi CHAP',
  'iscsi.chap-no-mutual': '{initiator} veut que {target} s’authentifie aussi, et aucun CHAP mutuel n’est configuré',
  'iscsi.session-type': '{initiator} demande un type de session qui n’existe pas',
  'iscsi.version': '{initiator} parle une autre version d’iSCSI',
  'iscsi.stage': '{initiator} passe à une étape de l’ouverture de session qui ne suit pas',
  'iscsi.bad-keys': '{initiator} envoie des clés inutilisables',
  'iscsi.no-session': '{initiator} nomme une session qui n’existe pas',
  'iscsi.second-connection': '{initiator} veut une seconde connexion dans sa session, et la limite est de une',
  'iscsi.logout':
    '{initiator} a fermé sa session sur {target} : lectures {reads} ({readKiB} Kio), écritures {writes} ({writtenKiB} Kio)',
  'iscsi.lost':
    '{initiator} a quitté {target} sans fermer sa session : lectures {reads} ({readKiB} Kio), écritures {writes} ({writtenKiB} Kio)',
  'iscsi.reinstated': '{initiator} ouvre une nouvelle session sur {target} ; l’ancienne se termine',
  'iscsi.no-lun': '{initiator} demande à {target} le LUN {lun}, qui n’existe pas',
  'iscsi.failed': '{initiator} : {command} sur {target} LUN {lun} a échoué, clé de sens {key}, code {code}',
  'iscsi.two-writers':
    '{initiator} écrit sur {target} LUN {lun}, et {other} aussi : aucun ne sait ce que l’autre a changé',
  'iscsi.not-from-initiator': 'un PDU de type {pdu} ne vient que d’une cible',
  'iscsi.before-login': 'un PDU de type {pdu} arrive avant l’ouverture de session',
  'iscsi.protocol': '{client} ne parle pas iSCSI correctement : {reason}',
};

export const slamdFr: Translation<typeof SLAMD_TEXTS> = {
  'slamd.asked': '{client} demande {count} blocs à partir du bloc {block}',
  'slamd.left': '{client} a tout, ou part',
  'slamd.no-group': '{group} : ce n’est pas une adresse multicast',
};

export const atftpdFr: Translation<typeof ATFTPD_TEXTS> = {
  'atftpd.serves': '{client} reçoit {file}',
  'atftpd.first': '{client} reçoit {file} : client maître de {group}, port {port}',
  'atftpd.joined': '{client} rejoint le flux de {file} vers {group}, client n° {count}',
  'atftpd.master': '{client} est maintenant le client maître de {file}',
  'atftpd.not-master': '{client} acquitte un bloc, mais le client maître est {master}',
  'atftpd.done': '{client} a tout {file}',
  'atftpd.left': '{client} part : {reason}',
  'atftpd.gone': '{client} n’a pas répondu {count} fois : il est laissé de côté',
  'atftpd.refused': '{client} se voit refuser {file} : {reason}',
  'atftpd.no-group': '{client} demande {file} par MTFTP, qui n’a pas de groupe pour lui',
  'atftpd.no-address': 'il ne reste pas de groupe pour {file} : {client} le reçoit seul',
  'atftpd.not-groups': '{value} : ce ne sont pas des adresses multicast comme 239.255.0.0-31',
  'atftpd.not-ports': '{value} : ce ne sont pas des ports comme 1758-1760',
  'atftpd.not-a-group': '{value} : ce n’est pas une adresse multicast',
};

export const fcoeFr: Translation<typeof FCOE_TEXTS> = {
  'fcoe.port-twice': 'le port {port} existe déjà',
  'fcoe.lun-twice': 'le LUN {lun} existe déjà',
  'fcoe.no-card': 'le serveur n’a pas de carte réseau {card}',
  'fcoe.vlan': '{machine} demande le VLAN de FCoE : c’est le {vlan}',
  'fcoe.discovery': '{machine} cherche un commutateur FCoE : {forwarder} répond pour la fabric {fabric}',
  'fcoe.fabric-login':
    '{machine} se connecte à la fabric en tant que {port} : son adresse est {id}, son adresse MAC {mac}',
  'fcoe.fabric-logout': '{port} quitte la fabric',
  'fcoe.fabric-lost':
    '{port} n’a pas donné signe de vie depuis {seconds} s : le commutateur FCoE met fin à sa connexion',
  'fcoe.fabric-again': '{port} se connecte de nouveau à la fabric : son ancienne connexion se termine',
  'fcoe.no-port': '{initiator} demande le port {port} au serveur de noms, et ce port n’existe pas dans la fabric',
  'fcoe.not-in-zone': '{initiator} demande le port {port}, qui n’est pas dans sa zone',
  'fcoe.login': '{initiator} se connecte au disque {port}',
  'fcoe.logout':
    '{initiator} se déconnecte du disque {port} : lectures {reads} ({readKiB} Kio), écritures {writes} ({writtenKiB} Kio)',
  'fcoe.lost':
    'la connexion de {initiator} au disque {port} se termine avec celle à la fabric : lectures {reads} ({readKiB} Kio), écritures {writes} ({writtenKiB} Kio)',
  'fcoe.no-lun': '{initiator} demande à {port} le LUN {lun}, qui n’existe pas',
  'fcoe.failed': '{initiator} : {command} sur {port} LUN {lun} a échoué, clé de sens {key}, code {code}',
  'fcoe.aborted': '{initiator} abandonne une commande sur {port}',
  'fcoe.two-writers':
    '{initiator} écrit sur {port} LUN {lun}, et {other} aussi : aucun ne sait ce que l’autre a changé',
};

export const aoeFr: Translation<typeof AOE_TEXTS> = {
  'aoe.found': '{client} trouve le disque {target} ({sectors} secteurs)',
  'aoe.begun': '{client} lit le disque {target}',
  'aoe.written': '{client} écrit sur le disque {target}',
  'aoe.not-allowed': '{client} ne fait pas partie des machines auxquelles le disque {target} répond',
  'aoe.failed': '{client} : la commande ATA {command} sur le disque {target} a échoué au secteur {sector}',
  'aoe.refused': '{client} : le disque {target} refuse un message, erreur {error}',
  'aoe.two-writers': '{client} écrit sur le disque {target}, et {other} aussi : aucun ne sait ce que l’autre a changé',
};

export const rarpFr: Translation<typeof RARP_TEXTS> = {
  'rarp.answered': '{client} apprend son adresse, {address}',
  'rarp.unknown': 'Aucune ligne d’ethers ne donne d’adresse à {client} : pas de réponse',
  'rarp.off-link':
    '{client} a dans ethers l’adresse {address}, qui n’est pas du réseau d’où elle demande : pas de réponse',
  'rarp.not-bootable': '{client} a l’adresse {address}, et {folder} n’a pas de fichier {file} : pas de réponse',
  'rarp.two-cards': '{client} demande depuis une carte d’une autre adresse, {source} : pas de réponse',
};

export const bootparamsFr: Translation<typeof BOOTPARAMS_TEXTS> = {
  'bootparams.whoami': '{client} apprend que son nom est {name}',
  'bootparams.unknown': '{client} n’a pas de nom dans hosts, ou son nom pas de ligne dans bootparams : pas de réponse',
  'bootparams.file': '{name} apprend où est {key} : {server}:{path}',
  'bootparams.no-file': '{name} demande {key}, que sa ligne n’a pas : la réponse est vide',
  'bootparams.no-server':
    '{name} demande {key} : hosts n’a pas d’adresse pour le serveur {server}, et il n’y a pas de réponse',
};

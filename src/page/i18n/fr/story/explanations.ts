/** Explications d’événements, en français. */
import type { EXPLAIN_TEXTS } from '../../../../analysis/story/explain/explain-texts.ts';
import type { Translation } from '../../../../base/sentence.ts';

export const explainFr: Translation<typeof EXPLAIN_TEXTS> = {
  'explain.dhcp.discover':
    '{client} demande à tous : quel serveur a une adresse pour moi, et de quoi démarrer ? (DHCPDISCOVER)',
  'explain.dhcp.offer': '{server} propose à {client} l’adresse {address}, sans fichier de démarrage (DHCPOFFER).',
  'explain.dhcp.offer-file':
    '{server} propose à {client} l’adresse {address} et le fichier de démarrage {file} (DHCPOFFER).',
  'explain.dhcp.offer-proxy':
    '{server} ne propose pas d’adresse à {client} : c’est un serveur ProxyDHCP, qui dit seulement quoi démarrer (DHCPOFFER).',
  'explain.dhcp.request':
    '{client} prend l’offre de {server} : il demande {address}, et tous entendent quelle offre il a prise (DHCPREQUEST).',
  'explain.dhcp.request-own': '{client} demande à garder l’adresse {address} (DHCPREQUEST).',
  'explain.dhcp.request-4011': '{client} demande à {server}, au port 4011, quoi démarrer (DHCPREQUEST).',
  'explain.dhcp.ack': '{server} confirme : {client} a l’adresse {address} (DHCPACK).',
  'explain.dhcp.ack-file': '{server} confirme : {client} a l’adresse {address} et démarre {file} (DHCPACK).',
  'explain.dhcp.ack-4011': '{server} dit à {client}, depuis le port 4011, de démarrer {file} (DHCPACK).',
  'explain.dhcp.ack-inform': '{server} répond à {client}, qui a déjà une adresse (DHCPACK).',
  'explain.dhcp.nak': '{server} refuse à {client} l’adresse demandée (DHCPNAK).',
  'explain.dhcp.decline': '{client} rend l’adresse {address} : une autre station l’utilise (DHCPDECLINE).',
  'explain.dhcp.release': '{client} rend son adresse (DHCPRELEASE).',
  'explain.dhcp.inform': '{client} a une adresse et demande le reste des réglages (DHCPINFORM).',
  'explain.dhcp.bootp-request': '{client} demande une adresse à l’ancienne façon, celle de BOOTP.',
  'explain.dhcp.bootp-reply': '{server} répond à {client} à l’ancienne façon, celle de BOOTP.',
  'explain.tftp.rrq': '{client} demande à {server} le fichier {file} (requête de lecture TFTP).',
  'explain.tftp.rrq-size':
    '{client} demande à {server} la taille du fichier {file} (requête de lecture TFTP avec tsize seul).',
  'explain.tftp.wrq': '{client} veut envoyer à {server} le fichier {file} (requête d’écriture TFTP).',
  'explain.tftp.oack': '{server} a le fichier et accepte des options : {options} (OACK de TFTP).',
  'explain.tftp.data': '{who} envoie le bloc {block} du fichier, {bytes} octets (DATA de TFTP).',
  'explain.tftp.data-last':
    '{who} envoie le bloc {block}, {bytes} octets : moins que les {size} des autres, c’est donc la fin du fichier (DATA de TFTP).',
  'explain.tftp.ack': '{who} a reçu le bloc {block} (ACK de TFTP).',
  'explain.tftp.ack-options': '{who} accepte les options et demande le premier bloc (ACK 0 de TFTP).',
  'explain.tftp.error': '{who} met fin au transfert par l’erreur {code} : {reason} (ERROR de TFTP).',
  'explain.tftp.probe-end':
    '{who} connaît maintenant la taille et met fin à ce transfert (ERROR {code} de TFTP : {reason}).',
  'explain.arp.request': '{who} demande à tous quelle station a l’adresse {address} (requête ARP).',
  'explain.arp.probe': '{who} demande si l’adresse {address} est déjà prise (sonde ARP).',
  'explain.arp.gratuitous': '{who} annonce à tous que {address} est la sienne (ARP gratuit).',
  'explain.arp.reply': '{who} répond : {address}, c’est moi (réponse ARP).',
  'explain.dns.query': '{client} demande à {server} l’adresse de {name} (question DNS).',
  'explain.dns.answer': {
    by: 'count',
    one: '{server} répond au sujet de {name} : {count} enregistrement (réponse DNS).',
    other: '{server} répond au sujet de {name} : {count} enregistrements (réponse DNS).',
  },
  'explain.dns.error': '{server} n’a pas de réponse au sujet de {name} : erreur {code} (réponse DNS).',
  'explain.tcp.syn': '{client} ouvre une connexion au port {port} de {server} (SYN de TCP).',
  'explain.tcp.syn-ack': '{server} accepte la connexion (SYN, ACK de TCP).',
  'explain.tcp.fin': '{who} n’a plus rien à envoyer sur cette connexion (FIN de TCP).',
  'explain.tcp.reset': '{who} rompt la connexion, ou la refuse (RST de TCP).',
  'explain.tcp.http': '{who} dit : {line}',
  'explain.tcp.data': {
    by: 'bytes',
    one: '{who} envoie {bytes} octet (TCP).',
    other: '{who} envoie {bytes} octets (TCP).',
  },
  'explain.tcp.ack': '{who} confirme ce qui est arrivé (ACK de TCP).',
  'explain.iscsi.login': '{who} ouvre une session auprès de {target} : étape {stage}{next} (Login Request d’iSCSI).',
  'explain.iscsi.login.next': ', puis {stage}',
  'explain.iscsi.login.answer':
    '{who} répond à l’ouverture de session dans l’étape {stage}{next} (Login Response d’iSCSI).',
  'explain.iscsi.login.done':
    '{who} accepte la session : elle est dans sa phase complète, et des commandes au disque peuvent suivre (Login Response d’iSCSI).',
  'explain.iscsi.login.refused':
    '{who} refuse la session de {target} avec le statut {status} (Login Response d’iSCSI).',
  'explain.iscsi.login.moved': '{who} envoie {target} à une autre adresse pour cette cible (Login Response d’iSCSI).',
  'explain.iscsi.chap.algorithm': '{who} veut une preuve par CHAP, avec l’algorithme {algorithm} ; 5 est MD5.',
  'explain.iscsi.chap.challenge':
    '{who} envoie un défi : qui connaît le mot de passe peut y répondre sans le dire (CHAP).',
  'explain.iscsi.chap.response':
    '{who} répond au défi sous le nom {name} : un condensé de l’identifiant, du mot de passe et du défi (CHAP).',
  'explain.iscsi.chap.mutual':
    '{who} répond au défi sous le nom {name}, et en envoie un à son tour : l’autre côté doit aussi prouver qui il est (CHAP mutuel).',
  'explain.iscsi.keys': '{who} dit pendant l’ouverture de session : {keys}.',
  'explain.iscsi.read': {
    by: 'count',
    one: '{who} lit {count} bloc à partir du bloc {sector} du LUN {lun} auprès de {target} (READ de SCSI).',
    other: '{who} lit {count} blocs à partir du bloc {sector} du LUN {lun} auprès de {target} (READ de SCSI).',
  },
  'explain.iscsi.write': {
    by: 'count',
    one: '{who} écrit {count} bloc à partir du bloc {sector} du LUN {lun} auprès de {target} (WRITE de SCSI).',
    other: '{who} écrit {count} blocs à partir du bloc {sector} du LUN {lun} auprès de {target} (WRITE de SCSI).',
  },
  'explain.iscsi.command': '{who} envoie la commande SCSI {command} au LUN {lun} de {target}.',
  'explain.iscsi.response': '{who} a exécuté la commande avec le statut {status} (SCSI Response).',
  'explain.iscsi.data-in': {
    by: 'bytes',
    one: '{who} envoie {bytes} octet lu (SCSI Data-In).',
    other: '{who} envoie {bytes} octets lus (SCSI Data-In).',
  },
  'explain.iscsi.data-in.last': {
    by: 'bytes',
    one: '{who} envoie {bytes} octet lu, et la commande est finie (SCSI Data-In avec statut).',
    other: '{who} envoie {bytes} octets lus, et la commande est finie (SCSI Data-In avec statut).',
  },
  'explain.iscsi.data-out': {
    by: 'bytes',
    one: '{who} envoie {bytes} octet à écrire (SCSI Data-Out).',
    other: '{who} envoie {bytes} octets à écrire (SCSI Data-Out).',
  },
  'explain.iscsi.r2t':
    '{who} a de la place pour {bytes} octets de l’écriture, à partir de l’octet {offset} : un initiateur n’envoie pas plus que ce qu’on lui demande (R2T).',
  'explain.iscsi.logout': '{who} ferme la session (Logout d’iSCSI).',
  'explain.iscsi.nop': '{who} demande si l’autre côté est encore là, ou répond que oui (NOP d’iSCSI).',
  'explain.iscsi.other': '{who} envoie à {target} un PDU d’iSCSI : {pdu}.',
  'explain.aoe.query': '{who} demande à {target} si le disque {disk} est sur ce câble (Query Config d’AoE).',
  'explain.aoe.found':
    '{who} a le disque {disk}, et accepte jusqu’à {count} secteurs par trame (réponse à Query Config d’AoE).',
  'explain.aoe.read': {
    by: 'count',
    one: '{who} lit {count} secteur à partir du secteur {sector} du disque {disk} (READ d’ATA).',
    other: '{who} lit {count} secteurs à partir du secteur {sector} du disque {disk} (READ d’ATA).',
  },
  'explain.aoe.write': {
    by: 'count',
    one: '{who} écrit {count} secteur à partir du secteur {sector} du disque {disk} (WRITE d’ATA).',
    other: '{who} écrit {count} secteurs à partir du secteur {sector} du disque {disk} (WRITE d’ATA).',
  },
  'explain.aoe.identify': '{who} demande la taille du disque {disk} et ce qu’il sait faire (IDENTIFY DEVICE d’ATA).',
  'explain.aoe.data': {
    by: 'bytes',
    one: '{who} répond pour le disque {disk} par {bytes} octet (ATA).',
    other: '{who} répond pour le disque {disk} par {bytes} octets (ATA).',
  },
  'explain.aoe.done': '{who} a exécuté la commande au disque {disk} (ATA).',
  'explain.aoe.failed': 'La commande au disque {disk} a échoué chez {who}, erreur {error} (ATA).',
  'explain.aoe.error': '{who} refuse le message au disque {disk}, erreur {error} (AoE).',
  'explain.aoe.other': '{who} envoie à {target} la commande {command} pour le disque {disk} (AoE).',
  'explain.icmp.echo': '{who} demande à {target} s’il est là (demande d’écho ICMP).',
  'explain.icmp.reply': '{who} est là (réponse d’écho ICMP).',
  'explain.icmp.unreachable':
    '{who} ne peut pas remettre un paquet de {target} (destination ICMP inaccessible, code {code}).',
  'explain.icmp.expired':
    '{who} abandonne un paquet de {target} : il avait passé trop de routeurs (délai ICMP dépassé).',
  'explain.icmp.other': '{who} envoie à {target} un message ICMP de type {type}.',
  'explain.other': '{who} envoie une trame à {target}.',
  'explain.everybody': 'tous',
  'explain.file': '{node} : {file}, {bytes} octets pour l’instant',
  'explain.file-done': '{node} : {file} est complet, {bytes} octets',
  'explain.file-failed': '{node} : le transfert de {file} a pris fin après {bytes} octets',
  'explain.menu': {
    by: 'count',
    one: '{node} affiche un menu de {count} entrée.',
    other: '{node} affiche un menu de {count} entrées.',
  },
  'explain.menu-gone': 'Le menu de {node} a disparu.',
  'explain.call': 'Le programme de {node} appelle le micrologiciel : {name}',
  'explain.return': 'Le micrologiciel de {node} a fait {name} : {status}',
  'explain.returns': 'Le micrologiciel de {node} a fait {name}, {calls} fois : {status}',
  'explain.folded-log': {
    by: 'count',
    one: '{count} ligne dans le journal de {node}',
    other: '{count} lignes dans le journal de {node}',
  },
  'explain.folded-frames': {
    by: 'count',
    one: '{count} trame du même transfert',
    other: '{count} trames du même transfert',
  },

  'explain.because.answer': 'Réponse à la trame {number} : {what}',
  'explain.because.frame': 'À cause de la trame {number} : {what}',
  'explain.because.then': 'Suite de ce que {node} venait de faire : {what}',
  'explain.because.timer': '{node} avait attendu {time} depuis ceci : {what}',
  'explain.because.timer-frame': '{node} avait attendu {time} depuis la trame {number} : {what}',
  'explain.because.again': 'Renvoyé : pas de réponse depuis {time} à la trame {number}.',
  'explain.because.again-lost': 'Renvoyé : pas de réponse depuis {time} à la trame {number}, qui s’était perdue.',
  'explain.because.again-answer-lost':
    'Renvoyé : pas de réponse depuis {time} à la trame {number}, car la réponse, la trame {lost}, s’était perdue.',
  'explain.because.person': 'Quelqu’un, ou le script du labo, a fait ceci : {what}',
  'explain.because.script': 'Le script du labo a fait ceci : {what}',
  'explain.because.fault': 'Elle a frappé la trame {number} : {what}',
  'explain.because.root':
    'Tout a commencé quand {node} a été mis sous tension, à {when}, et que son micrologiciel a cherché de quoi démarrer.',
  'explain.because.start': 'Au départ du labo, cette machine est sous tension.',
  'explain.because.server': 'Le serveur démarre avec le labo et lit sa configuration.',

  'explain.wait.offers':
    '{who} recueille des offres pendant {time}, jusqu’à {until} : une ROM PXE écoute 4, 8, 16 puis 32 secondes, pour qu’un serveur ProxyDHCP puisse répondre à côté du serveur DHCP.',
  'explain.wait.answer': '{who} attend une réponse pendant {time}, jusqu’à {until} ; ensuite il renvoie ceci.',
  'explain.wait.any': '{who} attend une réponse.',

  'explain.outcome.lost': 'Elle n’est jamais arrivée : une panne du labo l’a frappée sur {place}. {what}',
  'explain.outcome.lost-silently': 'Elle n’est jamais arrivée : aucune station ne l’a vue.',
  'explain.outcome.again': 'Aucune réponse n’est venue en {time} : elle a été renvoyée, c’est la trame {number}.',
  'explain.outcome.answered': 'Après {time}, {who} a répondu par la trame {number} : {what}',
  'explain.outcome.then': 'Après {time} : {what}',
  'explain.outcome.at-once': 'Aussitôt : {what}',
  'explain.outcome.fault': 'Alors {who} l’a renvoyée {time} plus tard, c’est la trame {number}.',
  'explain.outcome.nothing': 'Rien n’en est venu.',

  'explain.mark.again': 'Renvoyée : c’est encore la trame {number}, {time} plus tard.',
  'explain.mark.again-answered':
    'Renvoyée : c’est encore la trame {number}, {time} plus tard, bien que celle-ci ait reçu une réponse.',
  'explain.mark.late': 'En retard : elle a été retenue en chemin.',
  'explain.mark.duplicate': 'En double : elle est arrivée deux fois.',
  'explain.mark.out-of-order': 'Dans le désordre : la trame {number}, envoyée après elle, est arrivée avant elle.',
  'explain.mark.damaged': 'Abîmée en chemin : la somme de contrôle ne convient plus, et le destinataire la jette.',

  'explain.note.size-probe':
    'Sans gravité : le client voulait seulement connaître la taille. TFTP n’a pas d’autre façon de s’arrêter qu’un ERROR ; il demande ensuite le fichier lui-même.',
  'explain.note.search':
    'Sans gravité : PXELINUX essaie l’un après l’autre des noms pour sa configuration (UUID, adresse MAC, adresse en hexadécimal de plus en plus courte, default) et prend le premier qui existe.',
  'explain.note.offer-arp':
    'Sans gravité : avant de proposer une adresse, le serveur regarde si quelqu’un l’utilise. Personne ne doit répondre.',
  'explain.note.apprentice':
    'Le serveur ne renvoie pas le bloc pour un ACK qu’il a déjà eu : chaque paquet serait alors doublé jusqu’à la fin. Il attend son propre délai.',
  'explain.note.arp-first': 'Pour envoyer un paquet, une station a d’abord besoin de l’adresse matérielle de l’autre.',
  'explain.note.four-seconds':
    'L’attente depuis la première offre n’est pas un défaut : la ROM écoute d’autres offres jusqu’au bout de son délai, sauf si l’une d’elles a tout à la fois l’adresse et de quoi démarrer.',
  'explain.note.proxy-wait': 'L’attente n’est pas un défaut : iPXE laisse à un serveur ProxyDHCP le temps de répondre.',
  'explain.note.broadcast': 'Elle va à tous, parce que {client} n’a pas encore d’adresse.',
  'explain.note.probe-failed':
    'Sans gravité : c’était la question sur la taille, qui finit par un ERROR à chaque démarrage.',

  'explain.stage.power-on':
    'Le BIOS teste la machine, trouve la ROM de la carte réseau et la lance quand vient son tour dans l’ordre de démarrage.',
  'explain.stage.rom-init': 'La ROM de la carte s’inscrit auprès du BIOS comme moyen de démarrer.',
  'explain.stage.rom-boot':
    'Le BIOS passe la main à la ROM de la carte réseau : dès ici, la machine démarre par le réseau.',
  'explain.stage.dhcp-offer':
    'La ROM garde l’offre et continue d’écouter. À la fin de son délai, elle prend la meilleure : adresse et de quoi démarrer ensemble, sinon adresse et ProxyDHCP, sinon celle qui nomme un fichier.',
  'explain.stage.dhcp-request':
    'Le DHCPREQUEST nomme le serveur choisi (option 54). Les autres reprennent leurs offres.',
  'explain.stage.dhcp-ack':
    'Dès ici, la machine peut utiliser l’adresse, aussi longtemps que dure le bail (option 51).',
  'explain.stage.rarp-client.request':
    'RARP est ARP à l’envers : la machine diffuse son adresse matérielle et demande l’adresse IP. Les routeurs ne la transmettent pas.',
  'explain.stage.rarp-client.request-again':
    'Personne n’a répondu à la demande précédente. RARP n’a pas de message d’erreur : un serveur qui ne connaît pas la machine se tait.',
  'explain.stage.rarp-client.reply':
    'C’est tout ce que dit RARP : ni masque, ni routeur, ni serveur de fichiers, ni nom. La machine devine le reste.',
  'explain.stage.bootp.request':
    'Un message à tout le monde, avec l’adresse matérielle dedans. Il n’y a pas d’offre à choisir ni rien à confirmer : qui a la machine dans une table répond.',
  'explain.stage.bootp.reply':
    'L’adresse, le serveur et le fichier en une réponse. L’adresse est donnée pour toujours : BOOTP n’a pas de bail. Les options ont 64 octets, et ce qui n’y tient pas est omis.',
  'explain.stage.loader.file-request':
    'Un chargeur d’avant PXE va chercher lui-même tout son fichier ; il n’y a pas de programme d’amorçage entre les deux.',
  'explain.stage.proxy-dhcp': 'L’adresse et ce qu’il faut démarrer viennent de deux serveurs : la ROM réunit les deux.',
  'explain.stage.boot-server': 'L’option 43 a dit à la ROM de chercher un serveur de démarrage du type choisi.',
  'explain.stage.file-request':
    'Le programme de démarrage est pris par TFTP chez le serveur indiqué (siaddr), sous le nom du champ file ou de l’option 67.',
  'explain.stage.file-done': 'Un bloc plus court que convenu termine le fichier.',
  'explain.stage.nbp-entry':
    'La ROM saute au programme en 0:7C00. Par l’API PXE, il peut prendre d’autres fichiers avec le code réseau de la ROM.',
  'explain.stage.kernel-entry':
    'Le noyau prend la machine : la ROM et l’API PXE ne sont plus là, et il demande lui-même une adresse.',
  'explain.stage.boot-failed':
    'Le micrologiciel abandonne cette façon de démarrer et essaie le périphérique suivant, s’il y en a un.',
};

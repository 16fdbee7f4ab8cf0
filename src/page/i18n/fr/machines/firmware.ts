/** Ce qui est dit des machines, de la ROM PXE et d'iPXE, en français. */
import type { Translation } from '../../../../base/sentence.ts';
import type { IPXE_TEXTS } from '../../../../firmware/ipxe/messages.ts';
import type { BOOTP_TEXTS } from '../../../../firmware/bootp/messages.ts';
import type { ETHERBOOT_TEXTS } from '../../../../firmware/etherboot/messages.ts';
import type { LOADER_TEXTS } from '../../../../firmware/loaders/messages.ts';
import type { FLASH_TEXTS } from '../../../../firmware/rom/flash.ts';
import type { FIRMWARE_TEXTS } from '../../../../firmware/messages.ts';
import type { OPENBOOT_TEXTS } from '../../../../firmware/openboot/messages.ts';
import type { PXE_TEXTS } from '../../../../firmware/pxe/messages.ts';
import type { RARP_CLIENT_TEXTS } from '../../../../firmware/rarp/messages.ts';

export const firmwareFr: Translation<typeof FIRMWARE_TEXTS> = {
  'firmware.power-on': 'Mise sous tension',
  'firmware.power-off': 'Mise hors tension',
  'firmware.rom-init': 'La ROM d’extension {rom} s’initialise',
  'firmware.rom-boot': 'Amorçage par la ROM d’extension {rom}',
  'firmware.cannot-go-on': 'La machine ne peut pas continuer ; seule une réinitialisation la relance',
  'firmware.no-device': 'Il ne reste aucun périphérique d’amorçage',
  'firmware.bare-stops': 'La machine nue s’arrête là où commencerait le code invité',
  'firmware.bare-loaded': '{program} est chargé : le code invité commencerait ici',
  'firmware.program-starts': '{program} démarre',
  'firmware.program-returned': '{program} a rendu la main : {reason}',
  'firmware.program-returned-ax': '{program} a rendu la main, AX={ax}h',
  'pxe-api.unsupported': '{function} n’est pas disponible : le programme reçoit PXENV_STATUS_UNSUPPORTED.',
};

export const pxeFr: Translation<typeof PXE_TEXTS> = {
  'pxe.no-card': 'Il n’y a pas de carte réseau',
  'pxe.local-boot': 'L’amorçage local a été choisi dans le menu PXE',
  'pxe.program-returned': '{file} a rendu la main avec l’état {status}h',
  'pxe.failed': '{error} {detail}',
  'pxe.offer': 'DHCPOFFER de {server} ({address})',
  'pxe.offer.proxy': 'Offre ProxyDHCP de {server}',
  'pxe.offer.useless': 'Réponse de {server}',
  'pxe.offer-arrived': '{offer} reçue.',
  'pxe.offer-chosen': '{offer} choisie : {why}.',
  'pxe.offer-passed-over': '{offer} ignorée : {why}.',
  'pxe.why.complete': 'elle donne à la fois une adresse et les informations d’amorçage PXE',
  'pxe.why.first-with-proxy': 'elle est arrivée la première ; un serveur ProxyDHCP dit quoi amorcer',
  'pxe.why.service': 'son serveur offre un service PXE sur le port 4011 (option 60)',
  'pxe.why.file': 'elle nomme un fichier d’amorçage',
  'pxe.why.first': 'elle est arrivée la première, et aucune ne nomme de fichier d’amorçage',
  'pxe.why-not.useless': 'elle ne donne pas d’adresse et ne vient pas d’un serveur PXE (option 60)',
  'pxe.why-not.own-information': 'l’offre DHCP choisie a ses propres informations d’amorçage',
  'pxe.why-not.other-proxy': 'une autre offre ProxyDHCP est arrivée avant elle',
  'pxe.why-not.proxy-without-file': 'elle ne dit pas quoi amorcer',
  'pxe.why-not.no-file': 'elle ne donne pas de fichier d’amorçage',
  'pxe.why-not.no-pxe': 'celle qui a été choisie parle PXE',
  'pxe.why-not.later': 'une autre est arrivée avant elle',
  'pxe.option-43-unreadable': 'Option 43 illisible : {reason}',
  'pxe.discover': 'DHCPDISCOVER',
  'pxe.discover-again': 'DHCPDISCOVER, essai {number}',
  'pxe.request': 'DHCPREQUEST pour {address}',
  'pxe.ack': 'DHCPACK : l’adresse est {address}',
  'pxe.nak': '{server} a refusé l’adresse (DHCPNAK).',
  'pxe.proxy-offer': 'Le ProxyDHCP {server} dit dans son offre quoi amorcer',
  'pxe.proxy-request': 'DHCPREQUEST à {server}, port 4011',
  'pxe.boot-from-offer': 'Le DHCPACK ne dit rien de l’amorçage : c’est l’offre qui compte.',
  'pxe.no-next-server': 'siaddr vaut 0.0.0.0 : le fichier est demandé à {server}.',
  'pxe.no-next-server-but-name':
    'siaddr vaut 0.0.0.0 : le fichier est demandé à {server} (l’option 66 est un nom, qu’une ROM ne peut pas résoudre).',
  'pxe.server-by-option-66': 'siaddr vaut 0.0.0.0 : le fichier est demandé à {server}, l’adresse de l’option 66.',
  'pxe.port-4011-ignored': 'Cette ROM n’interroge jamais le port 4011 (c’est l’un de ses défauts).',
  'pxe.hangs': '{reason}, et cette ROM s’y bloque (c’est l’un de ses défauts).',
  'pxe.boot-server': 'Serveur d’amorçage de type {type} : {method}',
  'pxe.discovery.multicast': 'requête en multidiffusion à {address}',
  'pxe.discovery.broadcast': 'requête en diffusion',
  'pxe.discovery.unicast': 'requête à {addresses}',
  'pxe.discovery-silent': 'Aucun serveur d’amorçage n’a répondu ({method}).',
  'pxe.boot-server-not-listed': 'Réponse de {server} ignorée : il n’est pas dans la liste.',
  'pxe.boot-server-other-type':
    'Réponse de {server} ignorée : elle est pour le type {answered}, le type demandé était {type}.',
  'pxe.menu': { by: 'count', one: 'Menu PXE de {count} entrée', other: 'Menu PXE de {count} entrées' },
  'pxe.menu-immediate': 'Le délai de l’invite est nul : « {item} » est choisi.',
  'pxe.menu-shown': 'Le délai de l’invite vaut 255 : l’invite et le menu sont affichés aussitôt.',
  'pxe.menu-timeout': 'Aucune touche à l’invite : « {item} » est choisi.',
  'pxe.menu-chosen': '« {item} » a été choisi.',
  'pxe.file-request': 'TFTP : {file} demandé à {server}',
  'pxe.file-done': '{file} : {bytes} octets',
  'pxe.mtftp-request': 'MTFTP : {file} demandé à {server}, par {group}, port {port}',
  'pxe.tftp-options-refused': 'Le serveur refuse les options : le fichier est demandé sans elles.',
  'pxe.quirk.reads-past-option-67': 'Lit au-delà de l’option 67, jusqu’à un octet nul (boot.0ÿ)',
  'pxe.quirk.cuts-option-67': 'Attend un octet nul à la fin de l’option 67, sinon perd la dernière lettre',
  'pxe.quirk.no-uuid': 'N’envoie pas d’UUID (option 97)',
  'pxe.quirk.ignores-port-4011': 'N’interroge jamais le port 4011',
  'pxe.quirk.hangs-on-local-boot': 'Se bloque sur l’amorçage local',
  'pxe.quirk.wide-block-numbers': 'TFTP : s’arrête après le bloc 65535',
  'pxe.quirk.small-blocks': 'TFTP : blocs de 512 octets seulement',
  'pxe.why-failed.silence': 'Personne n’a répondu au DHCPDISCOVER.',
  'pxe.why-failed.useless': 'Aucune réponse n’était utilisable.',
  'pxe.why-failed.proxy-only': 'Des serveurs ProxyDHCP ont répondu, mais personne n’a offert d’adresse.',
  'pxe.why-failed.not-confirmed': '{server} n’a pas confirmé l’adresse.',
  'pxe.why-failed.4011-silent': '{server} ne répond pas sur le port 4011.',
  'pxe.why-failed.list-empty':
    'Seuls les serveurs de la liste peuvent répondre, et elle n’en a aucun pour le type {type}.',
  'pxe.why-failed.no-multicast-address': 'Seule la multidiffusion est permise, et il n’y a pas d’adresse pour elle.',
  'pxe.why-failed.nothing-allowed':
    'Multidiffusion et diffusion sont désactivées, et aucun serveur n’est listé pour le type {type}.',
  'pxe.why-failed.no-boot-server': 'Aucun serveur d’amorçage de type {type} n’a répondu.',
  'pxe.why-failed.empty-menu': 'L’option 43 a une invite ou un menu vide, et aucune entrée à choisir.',
  'pxe.why-failed.escape-at-prompt': 'Échap à l’invite PXE.',
  'pxe.why-failed.escape-in-menu': 'Échap dans le menu PXE.',
  'pxe.why-failed.escape': 'La touche Échap a été pressée.',
  'pxe.why-failed.no-link': '{card} n’a pas de lien.',
  'pxe.why-failed.no-file': '{server} ne nomme aucun fichier d’amorçage.',
  'pxe.why-failed.unresolved': 'Aucune station ne répond à l’adresse du serveur TFTP.',
  'pxe.why-failed.open-timeout': 'Le serveur TFTP n’a pas répondu à la demande de {file}.',
  'pxe.why-failed.read-timeout': 'Le serveur TFTP s’est tu après {bytes} octets de {file}.',
  'pxe.why-failed.server-error': 'Le serveur TFTP a refusé {file} : erreur {code}, {message}.',
  'pxe.why-failed.bad-options': 'Le serveur TFTP a répondu avec une option qui ne convient pas : {option}.',
  'pxe.why-failed.too-big': '{file} fait {bytes} octets, la mémoire de base libre {limit} octets.',
  'pxe.why-failed.grew-too-big': '{file} est plus grand que la mémoire de base libre : {limit} octets.',
};

export const ipxeFr: Translation<typeof IPXE_TEXTS> = {
  'ipxe.nothing-left': 'iPXE n’a plus rien à amorcer',
  'ipxe.discover': 'DHCPDISCOVER sur {device}',
  'ipxe.offer': '{server} offre {address}',
  'ipxe.offer-replaced':
    'L’offre de {server} remplace celle de {before} : priorité égale ou supérieure, et arrivée plus tard',
  'ipxe.offer-priority': 'L’offre de {server} a une priorité plus basse que celle déjà retenue',
  'ipxe.pxe-server': '{server} répond en tant que serveur PXE',
  'ipxe.proxy-wait-over': 'Aucun ProxyDHCP n’a répondu pendant {ms} ms : l’offre DHCP est prise telle quelle',
  'ipxe.link-blocked': 'Le commutateur ne transmet pas encore pour {device} : la découverte est différée',
  'ipxe.request': 'DHCPREQUEST pour {address}',
  'ipxe.nak': '{server} refuse l’adresse : la découverte recommence',
  'ipxe.nak-ignored': '{server} refuse l’adresse, mais n’est pas le serveur choisi : iPXE l’ignore',
  'ipxe.ack': '{device} reçoit {address}',
  'ipxe.proxy-request':
    'L’offre de {server} ne nomme pas de fichier avec son serveur : iPXE pose la question sur le port 4011',
  'ipxe.proxy-no-options':
    'La réponse de {server} ne donne ni fichier avec son serveur, ni menu : iPXE ne l’utilise pas',
  'ipxe.proxy-silent':
    'Le ProxyDHCP {proxy} ne donne rien à amorcer sur le port 4011 ; le bail de {server} reste valable',
  'ipxe.boot-server': 'Demande à {server} un serveur d’amorçage de type {type}',
  'ipxe.file-request': 'Demande {uri}',
  'ipxe.file-done': '{uri} : {bytes} octets',
  'ipxe.boot-failed': '{what} : {error}',
  'ipxe.no-file-named': 'Personne n’a nommé de fichier à amorcer',
  'ipxe.file-without-server': '{by} a nommé {file}, mais pas le serveur qui l’a : iPXE n’a rien à amorcer',
  'ipxe.filename-origin': 'Le fichier d’amorçage {file} vient de {block}, et son serveur aussi',
  'ipxe.filename-origin.root': 'la racine des réglages',
  'ipxe.cached-dhcp': '{device} a le bail de la ROM PXE qui a chargé iPXE : aucun échange DHCP n’a été nécessaire',
  'ipxe.option-without-room':
    'Les paquets DHCP des programmes d’amorçage n’ont pas de place pour l’option {option} : les programmes ne la voient pas',
  'ipxe.pxe-menu': { by: 'count', one: 'Menu PXE de {count} entrée', other: 'Menu PXE de {count} entrées' },
  'ipxe.label-missing': 'goto {label} : aucune ligne de {script} ne commence par :{label}',
  'ipxe.menu': 'Un menu est affiché',
  'ipxe.menu-titled': 'Le menu « {title} » est affiché',
  'ipxe.form': 'Un formulaire est affiché',
  'ipxe.form-titled': 'Le formulaire « {title} » est affiché',
  'ipxe.script': 'Le script {name} démarre',
  'ipxe.multiboot-loaded': {
    by: 'count',
    one: 'Le noyau Multiboot {kernel} et {count} module sont en mémoire',
    other: 'Le noyau Multiboot {kernel} et {count} modules sont en mémoire',
  },
  'ipxe.nbi-loaded': {
    by: 'count',
    one: 'L’image étiquetée {kernel} est en mémoire, {count} segment',
    other: 'L’image étiquetée {kernel} est en mémoire, {count} segments',
  },
  'ipxe.linux-loaded': 'Le noyau et les disques mémoire initiaux sont en mémoire : {files}',
  'ipxe.loaded-file': '{name} ({bytes} octets)',
  'ipxe.list': '{first}, {next}',
  'ipxe.iscsi-login': '{initiator} a ouvert une session avec {target}',
  'ipxe.san-attach': 'Le disque {disk} est cherché',
  'ipxe.san-attached': 'Le disque {disk} est attaché comme lecteur {drive}',
  'ipxe.san-timeout': {
    by: 'seconds',
    one: 'Le disque {disk} n’a pas répondu à une commande depuis {seconds} seconde : iPXE y renonce',
    other: 'Le disque {disk} n’a pas répondu à une commande depuis {seconds} secondes : iPXE y renonce',
  },
  'ipxe.boot-tables': 'Les tables d’amorçage pour les pilotes des systèmes sont en mémoire : {names}',
  'ipxe.no-boot-signature':
    'Le premier secteur de {disk} ne se termine pas par 55 AA : un BIOS n’amorce pas un tel disque. Y a-t-on installé quelque chose ?',
  'ipxe.nbp-may-be-efi':
    '{image} commence comme un programme pour EFI ; un BIOS l’exécute comme du code machine et se bloque',
  'ipxe.nbp-is-text':
    '{image} est du texte, et aucun script qu’iPXE connaisse : il est exécuté comme du code machine et bloque la machine',
  'ipxe.nbp-is-text-to-gpxe':
    '{image} est du texte, et gPXE ne reconnaît un script qu’à #!gpxe : il est exécuté comme du code machine et bloque la machine',
  'ipxe.fcoe-vlan': 'FCoE sur {card} est dans le VLAN {vlan}',
  'ipxe.fcoe-forwarder': 'FCoE sur {card} : le commutateur FCoE est {forwarder}',
  'ipxe.fcoe-no-forwarder':
    'FCoE sur {card} : aucun commutateur FCoE ne répond à FIP ; l’adresse de ceux qui ne le connaissent pas est essayée',
  'ipxe.fc-fabric-login': '{card} s’est connecté à la fabric {fabric} : son adresse est {id}',
  'ipxe.fcp-waits': 'iPXE attend le disque {port} : sa fabric n’a pas ce port, ou ne répond pas',
  'ipxe.fcp-no-fabric': 'iPXE attend le disque {port} : aucune carte réseau n’a atteint de fabric Fibre Channel',
  'ipxe.fcp-login': '{card} s’est connecté au disque {port}',
  'ipxe.tls-agreed': '{server} : {version} avec {suite}',
  'ipxe.tls-resumed': '{server} : une session {version} avec {suite} reprend, sans certificats',
  'ipxe.tls-alert': '{server} met fin à la négociation TLS par l’alerte {alert}',
  'ipxe.tls-no-version': '{server} ne parle aucune version de TLS qu’iPXE propose (1.1 et 1.2) ; il répond {alert}',
  'ipxe.tls-no-suite': '{server} ne parle aucune des suites qu’iPXE propose ; il répond {alert}',
  'ipxe.tls-client-certificate':
    '{server} demande un certificat du client et n’accepte pas ce qu’iPXE montre ; il répond {alert}',
  'ipxe.tls-failed': '{server} : la négociation TLS échoue : {reason}',
  'ipxe.tls-wrong-name': '{server} : le certificat est pour d’autres noms',
  'ipxe.trust-chain': '{by} : les certificats mènent à {root}, à qui cet iPXE fait confiance',
  'ipxe.trust-signed': '{by} est signé par {certificate}, et n’a pas changé depuis',
  'ipxe.trust-sha1': '{by} : le certificat {certificate} est signé avec SHA-1, qui est cassé. iPXE l’accepte encore',
  'ipxe.trust-small-key': '{by} : le certificat {certificate} a une clé {key}, trop courte. iPXE l’accepte encore',
  'ipxe.trust-no-certificate': '{by} : le certificat du signataire n’est ni dans la signature ni connu d’iPXE',
  'ipxe.trust-self-signed':
    '{by} : le certificat de {issuer} est signé par lui-même, et cet iPXE ne lui fait pas confiance',
  'ipxe.trust-unknown-root': '{by} : les certificats mènent à {issuer}, à qui cet iPXE ne fait pas confiance',
  'ipxe.trust-incomplete-chain': '{by} : les certificats s’arrêtent avant une racine : celui de {issuer} manque',
  'ipxe.trust-expired': '{by} : le certificat {certificate} a expiré le {until} ; l’horloge indique {now}',
  'ipxe.trust-not-yet-valid':
    '{by} : le certificat {certificate} n’est pas valable avant le {from} ; l’horloge indique {now}',
  'ipxe.trust-clock':
    '{by} : le certificat {certificate} n’est pas valable le {now}, date à laquelle l’horloge de la machine a été mise',
  'ipxe.trust-issuer': '{by} : le certificat {certificate} a été signé par un autre qui n’en a pas le droit',
  'ipxe.trust-ocsp': '{by} : {url} n’a pas dit que le certificat {certificate} est bon',
  'ipxe.trust-signature': '{by} : la signature dans le certificat {certificate} est fausse',
  'ipxe.trust-image-signature':
    '{by} n’est pas ce que {certificate} a signé : l’un des deux fichiers a été modifié, ou la signature n’a pas été faite de la façon qu’iPXE sait lire',
  'ipxe.trust-signer': '{by} n’est pas signé par le signataire demandé',
  'ipxe.trust-not-code-signing':
    '{by} est signé avec le certificat {certificate}, qui n’est pas fait pour signer du code',
  'script.expansion':
    '« {command} » ne tient pas dans la mémoire d’iPXE une fois ses réglages développés. Un réglage se cite peut-être lui-même.',
  'script.depth':
    'Des scripts ont lancé des scripts sur {limit} niveaux, et la mémoire d’iPXE est pleine. « chain --replace » termine d’abord le script en cours.',
};

export const loaderFr: Translation<typeof LOADER_TEXTS> = {
  'loader.no-card': 'Il n’y a pas de carte réseau',
  'loader.no-link': '{card} n’a pas de lien',
  'loader.file-request': 'TFTP : {file} depuis {server}',
  'loader.file-done': '{file} : {bytes} octets',
  'loader.silent': '{server} ne répond pas à la requête TFTP pour {file}.',
  'loader.unresolved': 'Aucune station ne répond pour l’adresse du serveur, {server}.',
  'loader.no-route': '{server} n’est pas dans le réseau de cette machine, et elle ne connaît pas de routeur.',
  'loader.stalled': 'Le serveur TFTP s’est tu après {bytes} octets de {file}.',
  'loader.refused': 'Le serveur TFTP a refusé {file} : erreur {code}, {message}.',
  'loader.malformed': 'Ce que {server} répond à la requête TFTP pour {file} n’est pas du TFTP : {reason}.',
  'loader.too-big': '{file} ne tient pas en mémoire.',
  'loader.nbi.signature': 'il ne commence pas par 36 13 03 1B',
  'loader.nbi.no-last': 'ses enregistrements dépassent 512 octets sans qu’il y en ait un dernier',
  'loader.nbi.record': 'un enregistrement de {bytes} octets ({found})',
  'loader.nbi.piece': 'un morceau plus long que sa mémoire',
  'loader.returned': '{file} a rendu la main avec l’état {status}h',
};

export const rarpClientFr: Translation<typeof RARP_CLIENT_TEXTS> = {
  'rarp-client.request': 'RARP : qui est {mac} ?',
  'rarp-client.request-again': 'RARP : qui est {mac} ? Essai {number}',
  'rarp-client.reply': 'RARP : l’adresse est {address}, dit {server}',
  'rarp-client.no-answer':
    'Personne n’a dit son adresse à {mac} : aucun serveur RARP n’est sur ce câble, ou aucun n’a cette machine dans sa table.',
  'rarp-client.no-server':
    'La réponse donne l’adresse {address} et ne nomme pas de serveur : il n’y a personne à qui demander un fichier.',
  'rarp-client.mask': 'RARP ne dit ni masque ni routeur : le masque est celui de la classe de l’adresse, {mask}.',
};

export const bootpFr: Translation<typeof BOOTP_TEXTS> = {
  'bootp.request': 'BOOTREQUEST',
  'bootp.request-again': 'BOOTREQUEST, essai {number}',
  'bootp.reply': 'BOOTREPLY : l’adresse est {address}, le fichier {file} chez {server}',
  'bootp.reply-no-file': 'BOOTREPLY : l’adresse est {address}, et aucun fichier n’est nommé',
  'bootp.no-answer':
    'Aucun serveur n’a répondu au BOOTREQUEST : BOOTP ne donne d’adresse qu’aux machines qu’un serveur a dans sa table.',
  'bootp.no-file': '{server} a donné l’adresse {address} et n’a pas nommé de fichier.',
  'bootp.dhcp-only': 'Une réponse de {server} a été ignorée : c’est un message DHCP (option 53), pas un BOOTREPLY.',
  'bootp.class-mask': 'La réponse n’a pas de masque : celui de la classe de l’adresse est pris, {mask}.',
};

export const etherbootFr: Translation<typeof ETHERBOOT_TEXTS> = {
  'etherboot.discover': 'DHCPDISCOVER au nom d’Etherboot-{version}',
  'etherboot.discover-again': 'DHCPDISCOVER, essai {number}',
  'etherboot.offer': 'La première offre compte : {address} de {server}',
  'etherboot.bootp-reply': 'BOOTREPLY : l’adresse est {address}',
  'etherboot.request': 'DHCPREQUEST pour {address}',
  'etherboot.ack': 'DHCPACK : l’adresse est {address}',
  'etherboot.no-server': 'Aucun serveur n’a offert d’adresse.',
  'etherboot.no-filename': '{server} a donné l’adresse {address} et n’a pas nommé de fichier.',
  'etherboot.not-an-image': '{file} n’est pas une image étiquetée (NBI) : il ne commence pas par 36 13 03 1B.',
  'etherboot.no-room': 'Un segment de {file}, {bytes} octets en {address}h, ne tient pas en mémoire.',
  'etherboot.cut-off': '{file} finit trop tôt : ses segments ont {needed} octets, et il en est venu {bytes}.',
  'etherboot.bad-header': 'L’en-tête de {file} est faux : {reason}.',
  'etherboot.nbi': {
    by: 'count',
    one: '{file} est une image étiquetée à {count} segment, dont l’entrée est {entry}',
    other: '{file} est une image étiquetée à {count} segments, dont l’entrée est {entry}',
  },
  'etherboot.segment': 'Segment {number} : {bytes} octets en {address}h, pour {room} octets de mémoire',
  'etherboot.quit': 'Quit a été choisi à l’invite',
  'etherboot.nfs-request': 'NFS : {path} de {server}',
  'etherboot.nfs-silent': '{server} ne répond pas aux appels pour NFS.',
  'etherboot.nfs-old': '{server} ne parle pas la version 2 de NFS en UDP, la seule qu’Etherboot connaisse.',
  'etherboot.nfs-refused': '{server} ne laisse pas monter {folder} : erreur {status}.',
  'etherboot.nfs-no-file': '{server} ne donne pas {path} : erreur {status}.',
};

export const openbootFr: Translation<typeof OPENBOOT_TEXTS> = {
  'openboot.command': 'ok {command}',
  'openboot.whoami': 'bootparams WHOAMI pour {address}, par diffusion aux portmappers',
  'openboot.name': 'bootparams : le nom est {name}, dit {server}',
  'openboot.getfile': 'bootparams GETFILE {key} pour {name}',
  'openboot.file': '{key} est {server}:{path}',
  'openboot.no-bootparams':
    'Aucun serveur bootparam n’a répondu au WHOAMI pour {address} : il n’y en a pas sur ce câble, ou aucun n’a cette machine dans ses tables.',
  'openboot.no-file': '{server} n’a pas de {key} pour {name} dans bootparams.',
  'openboot.silent': '{server} ne répond pas au GETFILE {key} pour {name}.',
  'openboot.mounted': '{server}:{path} est monté comme racine',
  'openboot.nfs-request': 'NFS : {path} de {server}',
  'openboot.nfs-silent': '{server} ne répond pas aux appels pour NFS.',
  'openboot.nfs-no-udp': 'Le portmapper de {server} ne connaît pas de NFS version 3 en UDP.',
  'openboot.mount-refused': '{server} ne laisse pas monter {path} : {status}.',
  'openboot.no-kernel': 'La racine {path} n’a pas de {file} : {status}.',
  'openboot.interrupted': 'Le démarrage a été interrompu au clavier',
};

export const flashFr: Translation<typeof FLASH_TEXTS> = {
  'flash.started':
    'Le BIOS trouve une ROM pour {card} dans la mémoire flash de la carte : {product}, {bytes} octets, somme 00. Il la copie en mémoire et la lance',
  'flash.not-a-rom': 'Le BIOS ignore la ROM : la mémoire flash de la carte ne commence pas par 55 AA',
  'flash.no-pcir':
    'Le BIOS ignore la ROM : elle n’a pas de structure de données PCI (PCIR), qui dit pour quelle carte elle est',
  'flash.other-card': 'Le BIOS ignore la ROM : elle est pour {ids}, et la carte est {card}',
  'flash.efi-only':
    'Le BIOS ignore la ROM : son code est pour EFI (type de code 3), et un BIOS ne lance que le type de code 0',
  'flash.no-size': 'Le BIOS ignore la ROM : son en-tête donne une taille de 0',
  'flash.too-large':
    'Le BIOS ignore la ROM : elle fait {bytes} octets, et un en-tête de ROM ne peut en annoncer plus de {most} ; son octet de taille dit {size}',
  'flash.cut-off':
    'Le BIOS ignore la ROM : la somme de ses octets est {sum} au lieu de 00. Son en-tête annonce {bytes} octets, et le fichier s’arrête après {found}',
  'flash.wrong-sum': 'Le BIOS ignore la ROM : la somme de ses octets est {sum} au lieu de 00, l’un d’eux est donc faux',
};

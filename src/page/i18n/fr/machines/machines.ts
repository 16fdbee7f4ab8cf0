/** Ce que le labo dit des machines et de ce qu'on leur fait, en français. */
import type { Translation } from '../../../../base/sentence.ts';
import type { LAB_TEXTS } from '../../../../lab/messages.ts';
import type { MACHINE_TEXTS } from '../../../../machine/messages.ts';
import type { INPUT_TEXTS } from '../../../../scenario/describe-input.ts';

export const machineFr: Translation<typeof MACHINE_TEXTS> = {
  'machine.power-on': '{machine} est mis sous tension',
  'machine.power-off': '{machine} est mis hors tension',
  'machine.reset': '{machine} est réinitialisé',
  'machine.dead': 'Le processeur est arrêté, interruptions coupées ; seule une réinitialisation le relance',
  'machine.loop':
    'Le programme tourne depuis {seconds} s dans une boucle de quelques octets en {address} : les interruptions l’atteignent, mais il ne fait rien d’autre',
  'machine.deaf-loop':
    'Le programme tourne depuis {seconds} s dans une boucle de quelques octets en {address}, interruptions coupées : seule une réinitialisation en sort',
  'machine.empty-memory':
    'Le processeur parcourt de la mémoire vide en {address} : le programme a sauté là où il n’y a pas de code',
  'machine.refused':
    'Le processeur refuse depuis {seconds} s l’instruction en {address} : le BIOS ignore l’exception, et elle est retentée',
  'machine.module-missing': '{program} ne va pas plus loin sans {module}',
  'machine.grub-rescue': 'GRUB n’a pas trouvé ses modules : il est à son invite de secours',
  'machine.triple-fault': 'Triple faute : la machine est réinitialisée',
  'machine.disk-boot': 'Amorçage depuis {device}',
  'machine.cannot-boot': 'Le BIOS ne peut pas amorcer depuis {device} : {reason}',
  'machine.no-device': 'Le BIOS n’a trouvé aucun périphérique amorçable',
  'machine.boot-sector': 'Le BIOS lit le secteur 0 ({device}) : il se termine par 55 AA, il est donc lancé (étape 1)',
  'machine.no-boot-sector':
    'Le BIOS lit le secteur 0 ({device}) : il ne se termine pas par 55 AA, il n’est donc pas lancé',
  'machine.boot-record':
    'Le BIOS trouve un enregistrement d’amorçage au secteur 17 du CD ; il nomme le catalogue d’amorçage au secteur {sector}',
  'machine.no-boot-record':
    'Le BIOS ne trouve pas d’enregistrement d’amorçage au secteur 17 du CD, il ne peut donc pas le lancer',
  'machine.cd-loads': 'Le BIOS charge ce que nomme le catalogue d’amorçage, à partir du secteur {sector}, et le lance',
  'machine.loader-loads': 'Le secteur d’amorçage charge la suite de son programme, à partir du secteur {sector}',
  'machine.loader-goes-on': 'Le chargeur d’amorçage lit ailleurs, sur {device}, à partir du secteur {sector}',
  'machine.device.floppy': 'la disquette',
  'machine.device.disk': 'le disque dur',
  'machine.device.cd': 'le CD',
  'machine.kernel-runs': 'Un noyau a pris la main (pagination active)',
  'machine.uefi-sec': 'Le premier code du firmware s’exécute',
  'machine.uefi-pei': 'Le firmware trouve sa mémoire',
  'machine.uefi-dxe': 'Le firmware charge ses pilotes',
  'machine.uefi-bds': 'Le gestionnaire de démarrage prend la main',
  'machine.uefi-discover': 'DHCPDISCOVER pour l’architecture {arch} (option 93), classe {class}',
  'machine.uefi-request': 'DHCPREQUEST pour l’architecture {arch}',
  'machine.uefi-request-http': 'DHCPREQUEST pour l’architecture {arch}, pour démarrer par HTTP',
  'machine.uefi-offer': 'Une offre de {address} venant de {server}',
  'machine.uefi-ack': 'DHCPACK de {server} : l’adresse est {address}',
  'machine.uefi-file-request': '{file} est demandé',
  'machine.uefi-file-done': '{file} : {bytes} octets',
  'machine.uefi-nbp': '{file} est en mémoire à {address}, {bytes} octets : le firmware le lance',
  'machine.uefi-image': 'Un programme est en mémoire à {address}, {bytes} octets : le firmware le lance',
  'machine.uefi-grub': 'GRUB s’exécute',
  'machine.exit-boot-services': 'ExitBootServices : un noyau prend la place du firmware',
  'machine.os-dhcp': 'Le système d’exploitation demande une adresse par DHCP',
};

export const watchFr: Translation<typeof LAB_TEXTS> = {
  'lab.of-machine': '{machine} : {what}',
  'lab.kernel-loaded': 'Le noyau {kernel} est chargé',
  'lab.os-address': 'Le système d’exploitation reçoit une adresse par DHCP',
  'lab.pxelinux-menu': 'PXELINUX affiche son menu',
  'lab.pxelinux-menu-titled': 'PXELINUX affiche son menu : {title}',
  'lab.pxelinux-names': '{machine} demande {file} : la ligne {line} de {place} le nomme',
  'lab.pxelinux-default-replaced': '{machine} : {second} (ligne {secondLine}) remplace {first} (ligne {firstLine})',
  'lab.pxelinux-local-boot':
    '{machine} : PXELINUX devait démarrer depuis un disque local ({text}, ligne {line} de {place})',
  'lab.san-not-attached':
    'Le noyau tourne depuis {seconds} s et n’a pas ouvert de session sur {server}, dont le disque l’a démarré',
  'lab.script-held': 'Arrêt avant la ligne {line} de {script}',
  'lab.script-held-at-command': 'Arrêt avant une commande',
  'lab.manifest.html': 'HTML',
  'lab.manifest.not-json': 'pas de JSON à partir du caractère {at} sur {length}',
  'lab.manifest.not-json-at-end': 'pas de JSON entier en {length} caractères',
  'lab.manifest.schema': 'schéma {schema} au lieu de 2',
  'lab.manifest.no-lists': 'pas de listes de fichiers et de paquets',
  'lab.manifest.file': 'files[{number}] n’a pas de path, size, sha256, package ou version',
  'lab.manifest.package': 'un paquet n’a pas de nom ou de version',
  'lab.manifest.keyframe': 'un état de PC n’a pas de nom ou de taille',
};

export const inputFr: Translation<typeof INPUT_TEXTS> = {
  'input.serial': 'série {text}',
  'input.power.on': 'mise sous tension',
  'input.power.off': 'mise hors tension',
  'input.power.reset': 'réinitialisation',
  'input.medium.in.floppy': 'met {medium} dans le lecteur de disquettes',
  'input.medium.in.cdrom': 'met {medium} dans le lecteur de CD',
  'input.medium.out.floppy': 'retire la disquette',
  'input.medium.out.cdrom': 'retire le CD',
  'input.medium.made': 'un support fait par le labo',
  'input.medium.bytes': 'un support du labo',
  'input.take-over': 'prend la main sur le clavier',
  'input.script.pause': 'script : pause',
  'input.script.step': 'script : une commande',
  'input.script.go': 'script : continuer',
  'input.script.stops': 'script : point d’arrêt en {script}:{line}',
  'input.script.does-not-stop': 'script : plus de point d’arrêt en {script}:{line}',
};

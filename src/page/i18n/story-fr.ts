/** Ce qui remédie à ce qui va mal dans un démarrage, en français ; l'anglais est celui de l'analyse. */
import type { StoryTextId } from './story-en.ts';

const PROGRAMME_RESEAU =
  'Nommez un programme d’amorçage réseau pour BIOS, comme pxelinux.0, undionly.kpxe ou une image de GRUB.';
const DEMARRER_SERVICE = 'Démarrez le service sur cette machine, ou corrigez l’adresse ou le port.';
const TRAMES_PERDUES = 'Des trames se sont perdues en route, ou un côté a abandonné.';

export const storyFr: Readonly<Record<StoryTextId, string>> = {
  'remedy.two-dhcp-servers':
    'Laissez un seul serveur donner des adresses. Éteignez l’autre, mettez-le dans un autre VLAN, ou faites-en un proxy (dhcp-range=...,proxy).',
  'remedy.vlan-unserved':
    'Laissez le trunk vers le serveur porter ce VLAN et donnez-y au serveur une interface et un dhcp-range, ou mettez le port dans un VLAN desservi.',
  'remedy.no-dhcp-answer':
    'Voyez si un serveur DHCP tourne, s’il est dans le même VLAN que ce port, s’il lui reste des adresses et s’il n’ignore pas ce client.',
  'remedy.late-dhcp-answer':
    'Un port de commutateur avec spanning tree ne transmet qu’après 30 s : faites des ports des PC des ports de bordure (PortFast).',
  'remedy.dhcp-nak':
    'Deux serveurs qui s’ignorent, ou une ancienne adresse d’un autre réseau, en sont la cause. Ne laissez qu’un serveur faire autorité.',
  'remedy.dhcp-decline':
    'Une autre machine a cette adresse sans bail : retirez-la de la plage, ou donnez un bail à cette machine.',
  'remedy.no-boot-file':
    'Nommez-en un pour ce genre de client : dhcp-boot=FICHIER dans dnsmasq, `filename` dans d’autres serveurs, ou un serveur proxy DHCP avec pxe-service.',
  'remedy.wrong-firmware':
    'Choisissez le fichier par l’option 93 : dhcp-match=set:efi,option:client-arch,7 et dhcp-boot=tag:efi,FICHIER.efi.',
  'remedy.silent-on-4011':
    'Laissez passer le port UDP 4011, et voyez si le serveur d’amorçage tourne sur cette machine.',
  'remedy.http-error':
    'Mettez le fichier là où mène l’adresse, ou corrigez l’adresse ; pour un autre état que 404, voyez le journal du serveur.',
  'remedy.ftp-error':
    'Mettez le fichier sous la racine du serveur FTP, ou corrigez son nom : les majuscules comptent. Pour une autre réponse que 550, voyez le journal du serveur.',
  'remedy.tftp-missing-file':
    'Mettez le fichier sous la racine TFTP, ou corrigez le nom dans dhcp-boot : les noms sont relatifs à la racine, et les majuscules comptent.',
  'remedy.tftp-options-refused': 'D’habitude il redemande sans elles ; sinon, désactivez blksize (tftp-no-blocksize).',
  'remedy.tftp-error': 'Voyez le journal du serveur TFTP ; le code 2 est une affaire de droits.',
  'remedy.tftp-no-answer':
    'Voyez si un serveur TFTP y tourne (enable-tftp), et si l’adresse dans dhcp-boot ou dans l’option 66 est la bonne.',
  'remedy.http-no-answer': 'Voyez si le serveur web répond à cette adresse.',
  'remedy.ftp-no-answer': 'Voyez si le serveur FTP répond à cette adresse.',
  'remedy.tftp-stalled': `${TRAMES_PERDUES} De grands blocs qui dépassent la MTU en sont une cause fréquente.`,
  'remedy.http-stalled': TRAMES_PERDUES,
  'remedy.ftp-stalled': TRAMES_PERDUES,
  'remedy.tftp-repeats': 'Le câble perd des trames, ou le client est lent.',
  'remedy.chainload-loop':
    'Distinguez iPXE par sa classe d’utilisateur et donnez-lui un script : dhcp-match=set:ipxe,175, dhcp-boot=tag:!ipxe,undionly.kpxe, dhcp-boot=tag:ipxe,boot.ipxe.',
  'remedy.address-conflict': 'Donnez une autre adresse à l’une des deux.',
  'remedy.connection-refused': DEMARRER_SERVICE,
  'remedy.port-unreachable': DEMARRER_SERVICE,
  'remedy.fragmented':
    'Certaines ROM d’amorçage ne savent pas rassembler les fragments : gardez des blocs TFTP de 1468 octets au plus (tftp-mtu, tftp-no-blocksize).',

  // Les messages d'erreur de la ROM PXE.
  'remedy.pxe/E11':
    'Personne n’a l’adresse du serveur d’amorçage. Voyez si ce serveur est allumé et dans ce VLAN ; s’il est dans un autre réseau, il faut un routeur au client (option 3). dhcp-boot=FICHIER,,ADRESSE nomme un autre serveur.',
  'remedy.pxe/E18':
    'Le serveur a offert une adresse puis s’est tu. Voyez s’il est encore là, si sa plage est épuisée, et si un second serveur a pris l’échange.',
  'remedy.pxe/E32':
    'Démarrez TFTP sur le serveur d’amorçage (enable-tftp), laissez passer le port UDP 69 et les ports des transferts, ou corrigez le serveur que nomme dhcp-boot.',
  'remedy.pxe/E35':
    'Le transfert a commencé puis s’est arrêté. Cherchez des trames perdues, un pare-feu qui laisse passer le port 69 mais pas celui du transfert, et une MTU plus petite en chemin (tftp-mtu, tftp-no-blocksize).',
  'remedy.pxe/E36': 'Lisez les mots du serveur dans la ligne au-dessus et dans son journal.',
  'remedy.pxe/E38':
    'Voyez le journal du serveur TFTP ; il n’a peut-être plus de port ou de place pour un transfert de plus (tftp-max, tftp-port-range).',
  'remedy.pxe/E39':
    'Les réponses ne sont pas celles d’un serveur TFTP : voyez ce qui tourne sur le port UDP 69 de cette machine.',
  'remedy.pxe/E3C':
    'Laissez le serveur lire le fichier : chmod a+r, et avec tftp-secure donnez-le à l’utilisateur de dnsmasq.',
  'remedy.pxe/E3F': 'Le serveur et la ROM ne s’accordent pas sur la taille des blocs : essayez tftp-no-blocksize.',
  'remedy.pxe/E52':
    'Un serveur proxy DHCP ne nomme que des fichiers ; quelqu’un doit aussi donner des adresses. Démarrez un serveur DHCP, ou faites-en un du proxy (dhcp-range sans `proxy`).',
  'remedy.pxe/E55':
    'Laissez passer le port UDP 4011, et voyez si le serveur d’amorçage tourne sur la machine qui a envoyé l’offre de proxy.',
  'remedy.pxe/E61': 'Branchez le câble, ou rétablissez le lien.',
  'remedy.pxe/E74':
    'Corrigez les options PXE dans l’option 43 (sous-options 6 à 10), ou retirez-les et nommez le fichier par dhcp-boot ; dnsmasq les compose à partir de pxe-service et pxe-prompt.',
  'remedy.pxe/E78':
    'Le serveur d’amorçage de ce type ne répond pas : voyez s’il tourne, et si pxe-service nomme la bonne machine.',
  'remedy.pxe/E79':
    'Le programme d’amorçage doit tenir dans les 640 ko de mémoire de base. Nommez un petit chargeur (pxelinux.0, undionly.kpxe) et laissez-le charger le gros fichier.',
  'remedy.pxe/EA0': 'Une touche a arrêté le démarrage. Réinitialisez la machine pour réessayer.',
  'remedy.pxe/no-next-server':
    'Donnez l’adresse du serveur TFTP : dhcp-boot=FICHIER,,ADRESSE dans dnsmasq, next-server dans les autres.',
  // iPXE
  'remedy.nbp-may-be-efi': PROGRAMME_RESEAU,
  'remedy.nbp-is-text':
    'Un script doit commencer par #!ipxe dans sa première ligne. Si c’est une page d’erreur, corrigez l’adresse d’où elle vient.',
  // Serveurs
  'remedy.config-refused':
    'Corrigez la ligne que nomme le message : d’ici là le serveur ne répond à personne. `dnsmasq --test` dit de même.',
  'remedy.http.bad-request': 'Ce qui est venu n’est pas une requête HTTP. Voyez pour quoi le client prend ce port.',
  'remedy.http.403': 'Laissez le serveur lire le fichier.',
  'remedy.http.404':
    'Mettez le fichier là où mène l’adresse, ou corrigez l’adresse : les chemins sont relatifs à la racine du serveur, et les majuscules comptent.',
  'remedy.http.405': 'Demandez les fichiers par GET ou HEAD.',
  'remedy.http.413': 'Envoyez moins en une requête.',
  // Des fichiers qui ne peuvent pas ce pour quoi on les demande.
  'remedy.file.boot-program-empty': 'Remettez le fichier sur le serveur : la copie est vide.',
  'remedy.file.boot-program-is-text': `${PROGRAMME_RESEAU} Voyez si ce que le serveur a envoyé sous ce nom est une note ou une page d’erreur enregistrée comme fichier.`,
  'remedy.file.boot-program-is-script':
    'Chargez d’abord iPXE et donnez-lui alors le script : dhcp-match=set:ipxe,175, dhcp-boot=tag:!ipxe,undionly.kpxe, dhcp-boot=tag:ipxe,SCRIPT.',
  'remedy.file.boot-program-is-efi':
    'Choisissez le fichier par l’option 93 : dhcp-match=set:efi,option:client-arch,7 et dhcp-boot=tag:efi,FICHIER.efi, et un programme pour BIOS pour les autres.',
  'remedy.file.boot-program-is-kernel': `${PROGRAMME_RESEAU} C’est lui qui charge le noyau, avec l’initrd et la ligne de commande.`,
  'remedy.file.boot-program-is-iso':
    'Prenez les fichiers d’amorçage dans l’image (noyau et initrd), ou chargez-la avec memdisk ou un sanboot d’iPXE.',
  'remedy.file.kernel-cut-off':
    'Recopiez le noyau sur le serveur et comparez sa longueur ou sa somme de contrôle à l’original.',
  // Le réseau
  'remedy.arp.no-reply':
    'Voyez si la machine qui a cette adresse est allumée, dans le même VLAN, et si elle a bien cette adresse.',
  'remedy.link.queue-full':
    'Le lien est trop lent pour ce qui est envoyé : donnez-lui plus de débit ou une file plus longue, ou réduisez windowsize.',
  'remedy.switch.untagged-refused':
    'Donnez un VLAN natif au trunk, ou laissez la station envoyer des trames étiquetées.',
  'remedy.switch.vlan-not-allowed': 'Autorisez le VLAN sur ce port, ou mettez la station dans le VLAN du port.',
  'remedy.switch.table-full':
    'Rien n’est perdu, mais les trames vont à tous les ports. Cherchez une station qui change sans cesse d’adresse.',
  'remedy.switch.port-blocked':
    'Faites des ports des PC des ports de bordure (PortFast), pour qu’ils transmettent aussitôt.',
  // Les machines
  'remedy.machine/emulator-trap':
    'Le système invité est tombé sur ce qui n’est pas un programme, ou que l’émulateur ne sait pas exécuter. Voyez si le dernier fichier démarré est entier et fait pour ce genre de machine ; puis réinitialisez la machine.',
  'remedy.machine/triple-fault':
    'La machine est tombée sur ce qui n’est pas un programme pour elle. Voyez si le dernier fichier démarré est entier et fait pour ce genre de machine.',
  'remedy.machine/failed':
    'C’est une erreur du labo, pas du démarrage : signalez-la avec ce labo, s’il vous plaît. La machine peut être réinitialisée.',
  'remedy.server/failed':
    'C’est une erreur du labo, pas du démarrage : signalez-la avec ce labo, s’il vous plaît. Le serveur revient quand le labo redémarre.',
  // Les perturbations demandées.
  'remedy.fault':
    'C’est une perturbation que le labo a été chargé de faire : retirez-la du lien pour voir le démarrage sans elle.',
};

/** Ce qui remédie à ce qui va mal dans un démarrage, en français ; l'anglais est celui de l'analyse. */
import type { FINDING_REMEDIES } from '../../../../analysis/story/findings/finding-texts.ts';
import type { REMEDY_TEXTS } from '../../../../analysis/story/findings/remedies.ts';
import type { Translation } from '../../../../base/sentence.ts';

const PROGRAMME_RESEAU =
  'Nommez un programme d’amorçage réseau pour BIOS, comme pxelinux.0, undionly.kpxe ou une image de GRUB.';
const DEMARRER_SERVICE = 'Démarrez le service sur cette machine, ou corrigez l’adresse ou le port.';
const TRAMES_PERDUES = 'Des trames se sont perdues en route, ou un côté a abandonné.';

export const remediesFr: Translation<typeof FINDING_REMEDIES & typeof REMEDY_TEXTS> = {
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
  'remedy.http-boot-class':
    'Envoyez aussi l’option 60 à ces clients : dhcp-match=set:http,option:client-arch,16 et dhcp-option-force=tag:http,60,HTTPClient.',
  'remedy.http-boot-uri':
    'Nommez l’adresse entière pour ces clients : dhcp-match=set:http,option:client-arch,16 et dhcp-boot=tag:http,http://SERVEUR/FICHIER.efi.',
  'remedy.silent-on-4011':
    'Laissez passer le port UDP 4011, et voyez si le serveur d’amorçage tourne sur cette machine.',
  'remedy.http-error':
    'Mettez le fichier là où mène l’adresse, ou corrigez l’adresse ; pour un autre état que 404, voyez le journal du serveur.',
  'remedy.ftp-error':
    'Mettez le fichier sous la racine du serveur FTP, ou corrigez son nom : les majuscules comptent. Pour une autre réponse que 550, voyez le journal du serveur.',
  'remedy.tftp-missing-file':
    'Mettez le fichier sous la racine TFTP, ou corrigez le nom là où il est donné (dhcp-boot, option 67, ou le fichier du programme d’amorçage qui le nomme) : les noms sont relatifs à la racine, et les majuscules comptent.',
  'remedy.tftp-options-refused': 'D’habitude il redemande sans elles ; sinon, désactivez blksize (tftp-no-blocksize).',
  'remedy.tftp-error': 'Voyez le journal du serveur TFTP ; le code 2 est une affaire de droits.',
  'remedy.tftp-no-answer':
    'Voyez si un serveur TFTP y tourne (enable-tftp), si le port UDP 69 et les ports des transferts passent, et si c’est la bonne machine : siaddr la nomme (troisième champ de dhcp-boot), ou l’adresse dans le script.',
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
  'remedy.proxy-without-server':
    'Écrivez l’adresse du serveur TFTP derrière le nom : dhcp-boot={file},,{server} (avec les étiquettes de la ligne en place).',
  'remedy.next-server-missing':
    'Nommez aussi le serveur : dhcp-boot={file},,ADRESSE dans dnsmasq, next-server ailleurs ; ou donnez à iPXE une adresse entière comme tftp://ADRESSE/{file}.',
  'remedy.option-60-left':
    'Retirez l’option 60 de ce serveur DHCP (dhcp-option=60 ou vendor-class-identifier « PXEClient »), à moins qu’un serveur d’amorçage n’écoute vraiment sur le port 4011 de la même machine.',
  'remedy.option-66-differs':
    'Faites nommer par siaddr le serveur qui a le fichier : dhcp-boot={file},,{option} dans dnsmasq, next-server {option} ailleurs.',
  'remedy.path-mtu':
    'Demandez des blocs plus petits : tftp-mtu=1420 (ou le MTU du chemin) dans dnsmasq, ou tftp-no-blocksize ; ou augmentez le MTU du tunnel en route.',
  'remedy.next-server-of-lease':
    'Que le script emploie le réglage proxydhcp/next-server (après un menu PXE, pxebs/next-server) au lieu de next-server : c’est lui qui vaut {proxy}.',
  'remedy.redirect-unsupported':
    'Que le serveur donne le fichier en HTTP simple, sans redirection, ou prenez un iPXE compilé avec ce protocole (DOWNLOAD_PROTO_HTTPS pour https).',
  'remedy.syslinux-module-missing':
    'Copiez le {file} de la même version de Syslinux, de son dossier pour BIOS (modules/bios), à côté de pxelinux.0.',
  'remedy.pxelinux-config-missing':
    'Mettez une configuration à pxelinux.cfg/default dans le dossier de pxelinux.0, ou nommez-en une par l’option 209.',
  'remedy.shim-folder':
    'Faites écrire le nom dans le champ file par le serveur : dhcp-no-override dans dnsmasq, filename au lieu de l’option bootfile-name dans dhcpd. Ou mettez {file} sous la racine TFTP.',
  'remedy.path-prefix-without-slash': 'Mettez une barre oblique à sa fin : l’option 210 est alors {prefix}/.',
  'remedy.ipxe-no-address':
    'Voyez si un serveur DHCP répond dans le VLAN de ce port, et si le port du commutateur transmet tout de suite (PortFast).',
  'remedy.ipxe-nothing-to-boot':
    'Nommez un fichier pour iPXE : dhcp-boot=tag:ipxe,FICHIER (avec dhcp-match=set:ipxe,175), ou embarquez un script.',
  'remedy.ipxe-unsupported':
    'Donnez une adresse entière dont le protocole figure parmi les « Features », nommez le serveur (next-server), ou compilez iPXE avec ce protocole.',
  'remedy.ipxe-no-route':
    'Donnez un routeur au client (option 3, dhcp-option=3,ADRESSE), ou prenez un serveur de son réseau. L’option 121 remplace l’option 3 là où elle est envoyée.',
  'remedy.ipxe-link-down': 'Branchez le câble, ou activez le port du commutateur.',
  'remedy.ipxe-no-server':
    'Le réglage par lequel commence l’adresse est vide : show next-server, proxydhcp/next-server et pxebs/next-server disent lequel a le serveur ; ou écrivez son adresse dans le script.',
  'remedy.http-denied':
    'Écrivez-les dans l’adresse (http://UTILISATEUR:MOTDEPASSE@SERVEUR/FICHIER), prenez une compilation qui connaît cette méthode (HTTP_AUTH_BASIC, HTTP_AUTH_DIGEST), ou laissez le serveur donner le fichier sans.',
  'remedy.file-denied':
    'Laissez le serveur lire le fichier : chmod a+r pour le fichier et a+x pour les dossiers au-dessus. Avec tftp-secure, le fichier doit aussi appartenir à l’utilisateur de dnsmasq. Un serveur web peut aussi refuser par sa configuration.',
  'remedy.ipxe-timeout':
    'Voyez si ce serveur est allumé et si le service tourne, si un pare-feu est sur le chemin, et si l’adresse du script est la bonne.',
  'remedy.ipxe-refused': 'Démarrez le service sur cette machine, ou corrigez l’adresse ou le port.',
  'remedy.ipxe-not-found': 'Mettez le fichier là où pointe l’adresse, ou corrigez l’adresse : les majuscules comptent.',
  'remedy.ipxe-denied':
    'Donnez l’utilisateur et le mot de passe dans l’adresse (http://UTILISATEUR:MOTDEPASSE@SERVEUR/FICHIER), ou laissez le serveur lire et exporter le fichier.',
  'remedy.ipxe-server-error': 'Voyez le journal du serveur : la demande est arrivée et n’a pas été servie.',
  'remedy.ipxe-dns-no-name':
    'Corrigez le nom, ou faites-le connaître au serveur DNS (address=/NOM/ADRESSE ou host-record dans dnsmasq).',
  'remedy.ipxe-dns-no-server':
    'Donnez un serveur DNS au client (option 6, dhcp-option=6,ADRESSE), ou écrivez des adresses au lieu de noms.',
  'remedy.ipxe-dns-silent': 'Voyez si un serveur DNS tourne à l’adresse de l’option 6, et si le port UDP 53 passe.',
  'remedy.ipxe-no-label':
    'Mettez la ligne :ÉTIQUETTE dans le script, ou corrigez le nom derrière goto ; les majuscules comptent.',
  'remedy.ipxe-disk':
    'Voyez si le disque a un secteur d’amorçage (55AA à sa fin) et si le numéro de lecteur est le bon.',
  'remedy.ipxe-san-silent':
    'Voyez si la cible est allumée et sur le même réseau : AoE ne traverse aucun routeur. Comparez étagère et emplacement (aoe:eÉTAGÈRE.EMPLACEMENT) à ceux de la cible.',
  'remedy.ipxe-san-no-target':
    'Comparez le nom à la fin du root-path à ceux des cibles, et voyez si la cible admet cet initiateur (initiator-iqn, option 203).',
  'remedy.ipxe-san-denied':
    'Donnez à username et password les valeurs que veut la cible, et à reverse-username et reverse-password seulement si la cible doit se prouver elle aussi.',
  'remedy.ipxe-san-no-disk':
    'Comparez le LUN du root-path à ceux de la cible (tgt compte à partir de 1, et son LUN 0 n’est pas un disque) ; un disque doit dépasser 34 ko.',
  'remedy.ipxe-root-path':
    'Écrivez iscsi:SERVEUR:PROTOCOLE:PORT:LUN:CIBLE, où tout sauf le serveur et la cible peut être vide, ou aoe:eÉTAGÈRE.EMPLACEMENT.',
  'remedy.ipxe-not-executable':
    'Nommez un script, un noyau ou un programme d’amorçage pour BIOS ; un script commence par #!ipxe dans sa première ligne.',
  'remedy.ipxe-no-memory': 'Donnez plus de mémoire à la machine, ou chargez un fichier plus petit.',
  'remedy.ipxe-untrusted':
    'Vérifiez le fichier par imgverify avant de le démarrer, ou n’exigez pas la confiance (imgtrust).',
  'remedy.ipxe-certificate':
    'Comparez le nom de l’adresse à celui du certificat, ses dates à l’horloge de la machine, et son autorité à celles que cette compilation reconnaît.',
  'remedy.ipxe-error': 'L’adresse à la fin de la ligne est la page d’iPXE sur cette erreur.',
  'remedy.program/exit':
    'Si le programme devait amorcer un disque, mettez-en un dans la machine ; sinon, l’écran et le panneau Appels montrent pourquoi il s’est terminé.',
  'remedy.pxelinux-config-names':
    'Mettez le fichier à cet endroit, ou corrigez cette ligne ({text}) : les noms sont relatifs au dossier de pxelinux.0.',
  'remedy.pxe-service-suffix':
    'Servez le fichier sous le nom {file}, ou écrivez dans pxe-service un nom avec un point ; ici le nom ne vient pas de dhcp-boot.',
  'remedy.no-boot-signature':
    'Installez un système sur ce disque, ou nommez-en un autre : une image d’installation s’attache à un second lecteur (sanhook --drive 0x81).',
  'remedy.san-not-attached':
    'INT 13h s’arrête avec le chargeur : l’initramfs doit contenir le pilote de la carte et, pour iSCSI, iscsi_ibft, iscsi_tcp et un programme qui ouvre la session (iscsistart), avec une iBFT que laisse le micrologiciel (pas de --no-describe) ; pour AoE, le module aoe.',
  'remedy.script-label-missing':
    'Mettez cette étiquette dans le script, ou corrigez le nom derrière goto ; les majuscules comptent.',
  'remedy.trust-self-signed':
    'Signez le certificat avec une autorité, et compilez iPXE avec la racine de celle-ci (TRUST=, ici l’option « trust »).',
  'remedy.trust-unknown-root':
    'Compilez iPXE avec cette racine (TRUST=, ici l’option « trust ») ; certstore ne rend pas un certificat digne de confiance.',
  'remedy.trust-incomplete-chain':
    'Joignez les certificats intermédiaires : dans la signature (openssl cms -certfile) ou dans le fichier du serveur, jusqu’à la racine : de TRUST=, iPXE n’a que l’empreinte. Ou ajoutez la racine à CERT=.',
  'remedy.trust-no-certificate':
    'Signez en joignant le certificat (openssl cms sans -nocerts), ou ajoutez-le d’abord par certstore.',
  'remedy.trust-expired': 'Créez un nouveau certificat, ou mettez l’horloge à l’heure si elle est fausse (ntp).',
  'remedy.trust-not-yet-valid':
    'Créez un certificat valable maintenant, ou mettez l’horloge à l’heure si elle est fausse (ntp).',
  'remedy.trust-clock':
    'Mettez l’horloge à l’heure avant d’en avoir besoin : ntp SERVEUR dans le script, avec un serveur à l’heure juste.',
  'remedy.trust-issuer':
    'Signez-le avec une autorité : un certificat avec basicConstraints CA:TRUE, keyUsage keyCertSign et une longueur de chemin suffisante.',
  'remedy.trust-ocsp': 'Lancez un répondeur à cette adresse, ou créez le certificat sans authorityInfoAccess.',
  'remedy.trust-signature':
    'Le certificat a été modifié après sa signature, ou signé par une autre autorité du même nom : recréez-le.',
  'remedy.trust-image-signature':
    'Signez le fichier tel qu’il est maintenant sur le serveur : openssl cms -sign -binary -noattr -outform DER -in FICHIER -out FICHIER.sig -signer SIGNATAIRE.pem -inkey SIGNATAIRE.key.',
  'remedy.trust-signer':
    'Nommez le nom commun du certificat qui a signé (imgverify --signer), ou signez avec le certificat de ce nom.',
  'remedy.trust-not-code-signing':
    'Signez avec un certificat qui a keyUsage digitalSignature et extendedKeyUsage codeSigning.',
  'remedy.trust-sha1': 'Signez le certificat avec SHA-256.',
  'remedy.trust-small-key': 'Prenez une clé RSA de 2048 bits ou plus, ou P-256.',
  'remedy.pxelinux.default-replaced':
    'Laissez une seule ligne DEFAULT, ou écrivez UI pour le menu et DEFAULT pour l’étiquette : la dernière ligne DEFAULT compte.',
  'remedy.pxelinux.local-boot':
    'Si la machine doit démarrer par le réseau, que DEFAULT nomme une autre étiquette, ou un menu ; sinon, donnez-lui un disque qui démarre.',
  'remedy.fragmented':
    'Certaines ROM d’amorçage ne savent pas rassembler les fragments : gardez des blocs TFTP de 1468 octets au plus (tftp-mtu, tftp-no-blocksize).',

  // Les messages d'erreur de la ROM PXE.
  'remedy.pxe/E11':
    'Personne n’a l’adresse du serveur d’amorçage. Voyez si ce serveur est allumé et dans ce VLAN ; s’il est dans un autre réseau, il faut un routeur au client (option 3). dhcp-boot=FICHIER,,ADRESSE nomme un autre serveur.',
  'remedy.pxe/E18':
    'Le serveur a offert une adresse puis s’est tu. Voyez s’il est encore là, si sa plage est épuisée, et si un second serveur a pris l’échange.',
  'remedy.pxe/E32':
    'Démarrez TFTP sur le serveur d’amorçage (enable-tftp), laissez passer le port UDP 69 et les ports des transferts, ou nommez un autre serveur : siaddr dit lequel est interrogé (troisième champ de dhcp-boot, next-server ailleurs).',
  'remedy.pxe/E35':
    'Le transfert a commencé puis s’est arrêté. Cherchez des trames perdues, un pare-feu qui laisse passer le port 69 mais pas celui du transfert, et une MTU plus petite en chemin (tftp-mtu, tftp-no-blocksize).',
  'remedy.pxe/E36': 'Lisez les mots du serveur dans la ligne au-dessus et dans son journal.',
  'remedy.pxe/E38':
    'Voyez le journal du serveur TFTP ; il n’a peut-être plus de port ou de place pour un transfert de plus (tftp-max, tftp-port-range).',
  'remedy.pxe/E39':
    'Les réponses ne sont pas celles d’un serveur TFTP : voyez ce qui tourne sur le port UDP 69 de cette machine.',
  'remedy.pxe/E3F': 'Le serveur et la ROM ne s’accordent pas sur la taille des blocs : essayez tftp-no-blocksize.',
  'remedy.pxe/E52':
    'Un serveur proxy DHCP ne nomme que des fichiers ; quelqu’un doit aussi donner des adresses. Démarrez un serveur DHCP, ou faites-en un du proxy (dhcp-range sans `proxy`).',
  'remedy.pxe/E55':
    'L’offre dit par l’option 60 (PXEClient) qu’un serveur d’amorçage tourne sur cette machine. S’il n’y en a pas, retirez-lui l’option 60 (dhcp-option=60 ou vendor-class-identifier) ; s’il y en a un, démarrez-le et laissez passer le port UDP 4011.',
  'remedy.pxe/E61': 'Branchez le câble, ou rétablissez le lien.',
  'remedy.pxe/E74':
    'Corrigez les options PXE dans l’option 43 (sous-options 6 à 10), ou retirez-les et nommez le fichier par dhcp-boot ; dnsmasq les compose à partir de pxe-service et pxe-prompt.',
  'remedy.pxe/E78':
    'Le serveur d’amorçage de ce type ne répond pas : voyez s’il tourne, et si pxe-service nomme la bonne machine.',
  'remedy.pxe/E79':
    'Le programme d’amorçage doit tenir dans les 640 ko de mémoire de base. Nommez un petit chargeur (pxelinux.0, undionly.kpxe) et laissez-le charger le gros fichier.',
  'remedy.pxe/EA0': 'Une touche a arrêté le démarrage. Réinitialisez la machine pour réessayer.',
  'remedy.disk-full':
    'Faites de la place sur le disque du serveur. D’ici là, il donne des adresses, et oublie les nouvelles quand il redémarre.',
  'remedy.architecture-unmatched':
    'Ajoutez une ligne pour elle : dhcp-match=set:efi,option:client-arch,NUMÉRO avec le numéro du message (x64 demande avec 7, avec 9 sur certaines machines, et avec 16 pour l’amorçage HTTP ; ARM 64 avec 11 et 19), et une ligne dhcp-boot avec cette étiquette.',
  'remedy.rpi/no-boot-option':
    'Mettez ces mots dans l’option 43 : pxe-service=0,"Raspberry Pi Boot" sur un proxy (dhcp-range=...,proxy) ou sur le serveur DHCP ; l’orthographe compte.',
  'remedy.rpi/no-address': 'Un proxy ne donne pas d’adresses : démarrez un serveur DHCP à côté de lui.',
  'remedy.rpi/no-firmware':
    'Mettez les fichiers de la partition de démarrage (start4.elf, fixup4.dat, config.txt et le noyau) sous la racine TFTP, ou dans un dossier qui porte le numéro de série de la carte.',
  'remedy.efi/E05': 'Prenez un fichier d’amorçage plus petit.',
  'remedy.efi/E16':
    'Le micrologiciel prend une offre qui a une adresse et un fichier d’amorçage, ou une offre accompagnée d’un serveur ProxyDHCP qui dit quoi amorcer. Nommez un fichier pour son architecture (dhcp-boot avec l’étiquette de l’option 93, ou pxe-service), et retirez l’option 60 (PXEClient) d’un serveur qui n’a pas de service sur le port 4011.',
  'remedy.efi/E18':
    'Personne n’a répondu à temps : un serveur DHCP, le serveur choisi au moment de confirmer l’adresse, ou le serveur TFTP (24 s). Le récit dit lequel. Voyez s’il tourne et si les ports UDP 67, 69 et ceux des transferts passent.',
  'remedy.efi/E21':
    'Le menu PXE de l’option 43 n’a aucune entrée pour cette machine, ou l’entrée est un amorçage depuis le disque local (type 0). Écrivez une ligne pxe-service pour son architecture : X86-64_EFI vaut 7, BC_EFI 9, IA32_EFI 6, ARM64_EFI 11.',
  'remedy.efi/E99':
    'Le micrologiciel le dit pour plusieurs choses : la machine du serveur TFTP a refusé (ICMP), le fichier d’amorçage est vide, le serveur d’amorçage n’a nommé aucun fichier, ou Échap a été pressé à l’invite. Le récit dit laquelle.',
  'remedy.efi/http-unexpected':
    'Ouvrez l’adresse avec un navigateur ou curl -I : le serveur doit répondre 200 à HEAD et à GET, sans redirection, et le nom doit finir par .efi, ou la réponse porter Content-Type: application/efi.',
  'remedy.efi/http-timeout':
    'Aucune offre n’a convenu, ou un nom n’a pas été trouvé : l’amorçage HTTP prend une offre qui dit HTTPClient (option 60) et nomme une adresse entière, et, si elle contient un nom, un serveur DNS (option 6) qui le connaît.',
  'remedy.efi/http-denied':
    'Le serveur a pris la connexion et n’a pas répondu en cinq secondes, ou il demande un mot de passe : voyez son journal.',
  'remedy.efi/http-hangs': 'Faites répondre le serveur à HEAD comme à GET.',
  'remedy.efi/image':
    'Donnez à chaque genre de machine son propre programme : dhcp-match=set:x64,option:client-arch,7 avec dhcp-boot=tag:x64,FICHIER.efi, et un programme pour BIOS (pxelinux.0, undionly.kpxe) aux autres.',
  'remedy.pxe/no-next-server':
    'Donnez l’adresse du serveur TFTP : dhcp-boot=FICHIER,,ADRESSE dans dnsmasq, next-server dans les autres.',
  // iPXE
  'remedy.nbp-may-be-efi': PROGRAMME_RESEAU,
  'remedy.nbp-is-text':
    'Un script doit commencer par #!ipxe dans sa première ligne. Si c’est une page d’erreur, corrigez l’adresse d’où elle vient.',
  'remedy.nbp-is-text-to-gpxe':
    'Faites commencer le script par #!gpxe, qu’iPXE exécute aussi, sans ce qui manque à gPXE : menus, goto, ||. Ou chargez d’abord iPXE.',
  // Serveurs
  'remedy.config-refused':
    'Corrigez ce que nomme le message, une ligne ou un dossier qui manque : d’ici là le serveur ne répond à personne.',
  'remedy.tls-no-version':
    'iPXE parle TLS 1.1 et 1.2, pas 1.3 : que le serveur parle aussi 1.2 (ssl_protocols TLSv1.2 TLSv1.3 dans nginx), ou chargez en HTTP.',
  'remedy.tls-no-suite':
    'Que le serveur accepte une des suites qu’iPXE propose, comme TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, avec un certificat dont la clé convient : aucune n’utilise ChaCha20.',
  'remedy.tls-client-certificate':
    'Compilez iPXE avec un certificat de l’autorité à laquelle le serveur fait confiance, et sa clé (CERT=, PRIVKEY=).',
  'remedy.tls-alert': 'Le nom de l’alerte et le journal du serveur disent ce qui ne lui convient pas.',
  'remedy.tls-failed': 'Ce qui répond là ne respecte pas TLS, ou quelque chose en chemin change ses octets.',
  'remedy.tls-wrong-name':
    'Faites le certificat pour le nom de l’URI (subjectAltName ; une adresse y a sa propre entrée), ou prenez le nom qui est dans le certificat.',
  'remedy.http.bad-request': 'Ce qui est venu n’est pas une requête HTTP. Voyez pour quoi le client prend ce port.',
  'remedy.iscsi.not-allowed':
    'Ajoutez le nom de la machine aux initiateurs de la cible, ou donnez à la machine un nom de cette liste (initiator-iqn, option 203).',
  'remedy.iscsi.no-target': 'Comparez le nom demandé avec ceux des cibles, lettre par lettre.',
  'remedy.iscsi.no-lun': 'Comparez le LUN demandé avec ceux de la cible.',
  'remedy.iscsi.chap-password':
    'Configurez le même nom d’utilisateur et le même mot de passe CHAP des deux côtés, et le CHAP mutuel des deux côtés ou d’aucun.',
  'remedy.iscsi.two-writers':
    'Donnez à chaque machine un disque à elle, ou laissez toutes les machines sauf une en lecture seule : un système de fichiers sur lequel deux machines écrivent est vite abîmé.',
  'remedy.ipxe-fcp-waits':
    'Voyez si le commutateur FCoE est allumé et dans le réseau de la carte, dans le VLAN qu’il annonce, et si le nom dans fcp:NOM:LUN est celui du port du disque.',
  'remedy.fcoe.no-port': 'Comparez le nom de port demandé (fcp:NOM:LUN) avec ceux des cibles, octet par octet.',
  'remedy.fcoe.not-in-zone': 'Ajoutez le nom du port de la machine aux initiateurs de la cible, ou supprimez la liste.',
  'remedy.aoe.not-allowed': 'Ajoutez l’adresse MAC à la liste de la cible, ou supprimez la liste.',
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
  // Les chargeurs d’avant PXE.
  'remedy.etherboot/not-an-image':
    'Faites du noyau une image étiquetée (mknbi-linux vmlinuz initrd), et nommez-la : Etherboot charge lui-même les noyaux, pxelinux.0 et un noyau ordinaire ne lui disent rien.',
  'remedy.etherboot/nfs-silent':
    'Lancez un serveur NFS à l’adresse que donne le fichier d’amorçage, et vérifiez que rien ne bloque en chemin les ports UDP 111 et 2049.',
  'remedy.etherboot/nfs-old':
    'Le serveur de Linux laisse les deux éteints : vers2=y et udp=y dans la section [nfsd] de /etc/nfs.conf, avec un noyau qui a encore la version 2. Ou nommez le fichier sans nfs://, pour qu’il vienne par TFTP.',
  'remedy.etherboot/nfs-refused': 'Créez le dossier, et exportez-le à cette machine (/etc/exports).',
  'remedy.etherboot/nfs-no-file': 'Placez l’image là où le dit le fichier d’amorçage, ou nommez-en une autre.',
  'remedy.etherboot/no-room': 'Faites l’image pour une machine de cette taille, ou donnez-lui plus de mémoire.',
  'remedy.etherboot/cut-off': 'Recopiez l’image sur le serveur et comparez sa longueur à l’original.',
  'remedy.etherboot/bad-header': 'Refaites l’image : les enregistrements de ses 512 premiers octets sont abîmés.',
  'remedy.bootp/no-answer':
    'Mettez la machine dans la table du serveur (dhcp-host=MAC,ADRESSE dans dnsmasq, une entrée de bootptab), ou laissez dnsmasq donner aux clients BOOTP des adresses de sa plage (bootp-dynamic). Depuis un autre réseau, un relais doit transmettre la requête (dhcp-relay).',
  'remedy.rarp/no-answer':
    'Lancez un serveur RARP sur ce câble ou ce VLAN même (ni routeur ni relais ne transmet RARP), avec une ligne pour cette adresse matérielle dans /etc/ethers.',
  'remedy.openboot/no-bootparams':
    'Lancez rpc.bootparamd et un portmapper qui transmet les appels diffusés (rpcbind -r) sur ce câble, avec une ligne pour le nom de la machine dans /etc/bootparams et son adresse dans /etc/hosts.',
  'remedy.openboot/nfs-silent':
    'Que le serveur nommé par bootparams ait un serveur NFS ; voyez aussi si son adresse dans hosts, sur le serveur bootparam, est la bonne.',
  'remedy.openboot/nfs-no-udp':
    'Les machines de cet âge ne montent qu’en UDP, que le serveur de Linux laisse éteint : udp=y dans la section [nfsd] de /etc/nfs.conf.',
  'remedy.openboot/mount-refused': 'Créez le répertoire, et exportez-le à cette machine (/etc/exports).',
  'remedy.openboot/no-kernel':
    'Mettez le noyau dans la racine : le programme y cherche /platform/MACHINE/kernel/unix, et doit pouvoir le lire.',
  'remedy.openboot/no-file':
    'Écrivez-le dans la ligne de la machine de /etc/bootparams : root=SERVEUR:/CHEMIN, install=SERVEUR:/CHEMIN.',
  'remedy.bootparams.unknown': 'Donnez un nom à l’adresse dans /etc/hosts, et une ligne à ce nom dans /etc/bootparams.',
  'remedy.bootparams.no-server': 'Donnez une adresse dans /etc/hosts au serveur de cette ligne.',
  'remedy.rarp/no-server': 'Lancez le serveur RARP dans le réseau auquel l’adresse appartient.',
  'remedy.rarp.unknown':
    'Écrivez une ligne dans /etc/ethers : l’adresse matérielle, puis l’adresse IP ou un nom que /etc/hosts connaît. Seuls des deux-points séparent les chiffres.',
  'remedy.rarp.off-link':
    'Donnez à la machine une adresse du réseau où elle est, ou déplacez son câble : RARP ne peut nommer aucun routeur.',
  'remedy.rarp.not-bootable':
    'Mettez-y le fichier d’amorçage, nommé par l’adresse en chiffres hexadécimaux majuscules (C0A80102 pour 192.168.1.2), ou laissez le serveur répondre sans regarder (rarpd -e).',
  'remedy.loader/no-route':
    'Mettez le fichier sur un serveur du même réseau, ou prenez un protocole qui nomme un routeur (BOOTP avec l’option 3, DHCP). Si la configuration en nomme un, voyez dans le journal du serveur s’il a trouvé place : BOOTP a 64 octets pour les options.',
  'remedy.loader/too-big': 'Prenez un fichier plus petit, ou un chargeur qui le met au-dessus de 1 Mio.',
  // Le réseau
  'remedy.ip.not-forwarded':
    'Activez le routage IP (sysctl net.ipv4.ip_forward=1 ; dans le labo, la case du serveur) si cette machine est le routeur. dhcp-relay ne transmet que DHCP : il faut un routeur pour les fichiers.',
  'remedy.arp.no-reply':
    'Voyez si la machine qui a cette adresse est allumée, dans le même VLAN, et si elle a bien cette adresse.',
  'remedy.link.queue-full':
    'Le lien est trop lent pour ce qui est envoyé : donnez-lui plus de débit ou une file plus longue, ou réduisez windowsize.',
  'remedy.switch.untagged-refused':
    'Donnez un VLAN natif au trunk, ou laissez la station envoyer des trames étiquetées.',
  'remedy.switch.vlan-not-allowed': 'Autorisez le VLAN sur ce port, ou mettez la station dans le VLAN du port.',
  'remedy.switch.table-full':
    'Rien n’est perdu, mais les trames vont à tous les ports. Cherchez une station qui change sans cesse d’adresse.',
  'remedy.switch.group-unwanted':
    'Il faut que la station annonce le groupe par IGMP. iPXE ne le fait jamais : désactivez l’IGMP snooping dans son VLAN, ou passez en unicast.',
  'remedy.switch.group-forgotten':
    'Donnez un interrogateur au VLAN : un routeur multicast, ou le commutateur lui-même. Sinon, les annonces expirent après quelques minutes.',
  'remedy.switch.port-blocked':
    'Faites des ports des PC des ports de bordure (PortFast), pour qu’ils transmettent aussitôt.',
  // Les machines
  'remedy.flash.not-a-rom':
    'Prenez un fichier fait pour la mémoire flash d’une carte (.rom, .mrom). Un .kpxe ou un .pxe est un programme d’amorçage pour un serveur TFTP, et un .lkrn se charge comme un noyau.',
  'remedy.flash.other-card':
    'Prenez la ROM compilée pour ces identifiants (bin/VENDORDEVICE.rom), ou écrivez-y ceux de la carte : le pxe-ne2k_pci.rom de Debian n’en a pas, car QEMU les remplit.',
  'remedy.flash.efi-only':
    'Prenez une ROM qui contient une image pour BIOS (.rom, ou une des deux sortes), ou donnez à la machine un firmware UEFI.',
  'remedy.flash.too-large':
    'Compilez-la avec moins de fonctions, ou en .mrom : seule une petite partie est copiée, le reste est lu dans la carte.',
  'remedy.flash.wrong-sum':
    'Écrivez le fichier encore une fois et comparez-le à l’original : cmp FICHIER ORIGINAL. Après une modification à la main, ramenez la somme à 0.',
  'remedy.machine/emulator-trap':
    'Le système invité est tombé sur ce qui n’est pas un programme, ou que l’émulateur ne sait pas exécuter. Voyez si le dernier fichier démarré est entier et fait pour ce genre de machine ; puis réinitialisez la machine.',
  'remedy.machine/triple-fault':
    'La machine est tombée sur ce qui n’est pas un programme pour elle. Voyez si le dernier fichier démarré est entier et fait pour ce genre de machine.',
  'remedy.program/loop':
    'Le programme attend ce qui ne vient pas, ou s’est égaré. Voyez s’il est entier, fait pour ce firmware, et s’il trouve ce qu’il demande (le panneau Appels montre ses derniers appels) ; Ctrl-Alt-Suppr redémarre la machine.',
  'remedy.program/deaf-loop':
    'Aucune touche ne l’atteint : appuyez sur reset. Voyez si le programme est entier et fait pour un BIOS ; le panneau Appels montre ce qu’il a appelé en dernier.',
  'remedy.program/halted':
    'Le programme a arrêté le processeur pour de bon : il a rencontré une erreur qu’il n’affiche pas, ou il a fini. L’écran et le panneau Appels montrent ce qu’il a fait en dernier ; seuls reset ou l’alimentation le relancent.',
  'remedy.program/empty-memory':
    'Le programme, ou ce qu’il a chargé, n’est pas là où il le croit : voyez si le fichier est entier, fait pour un BIOS (et non pour UEFI), et chargé par un chargeur qui connaît son format.',
  'remedy.program/refused':
    'Ces octets ne sont pas des instructions de ce processeur. Voyez si le fichier est entier et fait pour un BIOS : un programme pour un autre processeur, un texte ou des données ont cet effet, un noyau 64 bits aussi.',
  'remedy.program/module-missing':
    'Placez les modules de la même version là où le programme les cherche : Syslinux à côté de pxelinux.0 ou dans le dossier de l’option 210, GRUB dans le dossier de son préfixe (i386-pc).',
  'remedy.no-device':
    'Mettez un support amorçable dans la machine (son formulaire dans le dessin), placez le réseau dans son ordre d’amorçage, ou corrigez ce qui prive l’amorçage réseau de son programme.',
  'remedy.pxe-api/unsupported':
    'Aucune ROM d’amorçage PXE 2.1 n’a cette fonction, ou son numéro est faux : prenez un programme qui s’en passe, ou cherchez l’erreur dans le programme.',
  'remedy.machine/failed':
    'C’est une erreur du labo, pas du démarrage : signalez-la avec ce labo, s’il vous plaît. La machine peut être réinitialisée.',
  'remedy.server/failed':
    'C’est une erreur du labo, pas du démarrage : signalez-la avec ce labo, s’il vous plaît. Le serveur revient quand le labo redémarre.',
  // Les perturbations demandées.
  'remedy.fault':
    'C’est une perturbation que le labo a été chargé de faire : retirez-la du lien pour voir le démarrage sans elle.',
};

/**
 * A line of help for the fields that matter in a network boot, by their Wireshark names, as filters would name them:
 * `dhcp.secs`, or `dhcp.option.type == 60` where it depends on the value. The layer tree shows it, and lessons can.
 */
import type { FieldValue } from '../protocols/core/field.ts';

export type FieldHelp = Readonly<Record<'en' | 'fr', string>>;

const option = (code: number): string => `dhcp.option.type == ${code}`;
const suboption = (code: number): string => `dhcp.option.vendor.pxeclient.suboption == ${code}`;

export const FIELD_HELP: Readonly<Record<string, FieldHelp>> = {
  'dhcp.type': {
    en: 'BOOTP’s direction: 1 from the client, 2 from the server. Option 53 says which DHCP message it is.',
    fr: 'Le sens de BOOTP : 1 du client, 2 du serveur. L’option 53 dit de quel message DHCP il s’agit.',
  },
  'dhcp.hops': {
    en: 'Relays count up here; the client sets 0.',
    fr: 'Les relais comptent ici ; le client met 0.',
  },
  'dhcp.id': {
    en: 'Transaction identifier (xid): the client chooses it, and takes only answers that carry it.',
    fr: 'Identifiant de transaction (xid) : le client le choisit et ne prend que les réponses qui le portent.',
  },
  'dhcp.secs': {
    en: 'Seconds since the client began. Some servers and relays wait for a larger value; iPXE counts its packets here.',
    fr: 'Secondes depuis le début. Certains serveurs et relais attendent une valeur plus grande ; iPXE y compte ses paquets.',
  },
  'dhcp.flags': {
    en: 'The broadcast flag asks the server to answer to everybody: a client without an address may not hear anything else.',
    fr: 'Le drapeau de diffusion demande au serveur de répondre à tous : un client sans adresse n’entend parfois rien d’autre.',
  },
  'dhcp.ip.client': {
    en: 'ciaddr: the address that the client has already and can be reached at; 0.0.0.0 while it has none.',
    fr: 'ciaddr : l’adresse que le client a déjà et où on peut le joindre ; 0.0.0.0 tant qu’il n’en a pas.',
  },
  'dhcp.ip.your': {
    en: 'yiaddr: the address that the server gives. 0.0.0.0 from a ProxyDHCP server, which gives none.',
    fr: 'yiaddr : l’adresse que donne le serveur. 0.0.0.0 chez un serveur ProxyDHCP, qui n’en donne pas.',
  },
  'dhcp.ip.server': {
    en: 'siaddr, “next server”: where the boot file is fetched. 0.0.0.0 makes many ROMs ask the DHCP server itself, or fail.',
    fr: 'siaddr, « next server » : où prendre le fichier de démarrage. Avec 0.0.0.0, bien des ROM s’adressent au serveur DHCP, ou échouent.',
  },
  'dhcp.ip.relay': {
    en: 'giaddr: the relay that passed the request on. The server chooses the network by it, and answers to it.',
    fr: 'giaddr : le relais qui a transmis la demande. Le serveur choisit le réseau d’après lui, et lui répond.',
  },
  'dhcp.hw.mac_addr': {
    en: 'chaddr: the client’s hardware address; servers recognise hosts by it.',
    fr: 'chaddr : l’adresse matérielle du client ; les serveurs reconnaissent les machines à elle.',
  },
  'dhcp.server': {
    en: 'sname: name of the boot server, older than option 66; may hold options instead (option 52).',
    fr: 'sname : nom du serveur de démarrage, plus ancien que l’option 66 ; peut contenir des options à la place (option 52).',
  },
  'dhcp.file': {
    en: 'file: name of the boot file, 128 bytes, older than option 67, which counts more when both are there.',
    fr: 'file : nom du fichier de démarrage, 128 octets, plus ancien que l’option 67, qui l’emporte si les deux sont là.',
  },
  [option(43)]: {
    en: 'Vendor options: for a PXE client, suboptions for the boot menu and where to look for boot servers.',
    fr: 'Options du fabricant : pour un client PXE, des sous-options pour le menu et la recherche des serveurs de démarrage.',
  },
  [option(50)]: {
    en: 'The address that the client asks for: the one that was offered, or that it had before.',
    fr: 'L’adresse que le client demande : celle qui a été proposée, ou qu’il avait avant.',
  },
  [option(51)]: {
    en: 'How long the address is lent, in seconds.',
    fr: 'Durée du prêt de l’adresse, en secondes.',
  },
  [option(52)]: {
    en: 'file (1), sname (2) or both (3) hold options instead of names.',
    fr: 'file (1), sname (2) ou les deux (3) contiennent des options au lieu de noms.',
  },
  [option(53)]: {
    en: 'Which DHCP message it is: Discover, Offer, Request, ACK, NAK … Without it, it is BOOTP.',
    fr: 'Le message DHCP dont il s’agit : Discover, Offer, Request, ACK, NAK… Sans elle, c’est du BOOTP.',
  },
  [option(54)]: {
    en: 'The server that speaks; in a Request, the server whose offer the client took. The others take theirs back.',
    fr: 'Le serveur qui parle ; dans un Request, celui dont le client a pris l’offre. Les autres reprennent la leur.',
  },
  [option(55)]: {
    en: 'The options that the client wants. A server may leave out what is not on the list.',
    fr: 'Les options que le client souhaite. Un serveur peut omettre ce qui n’est pas dans la liste.',
  },
  [option(57)]: {
    en: 'The longest DHCP message that the client can take.',
    fr: 'Le plus long message DHCP que le client puisse recevoir.',
  },
  [option(60)]: {
    en: 'Who the client is: PXEClient with architecture and UNDI version. A server that sends PXEClient back says that it speaks PXE on port 4011.',
    fr: 'Qui est le client : PXEClient avec l’architecture et la version UNDI. Un serveur qui renvoie PXEClient dit qu’il parle PXE sur le port 4011.',
  },
  [option(61)]: {
    en: 'Client identifier: counts instead of the hardware address when it is there.',
    fr: 'Identifiant du client : remplace l’adresse matérielle quand il est là.',
  },
  [option(66)]: {
    en: 'Name or address of the TFTP server, as text. Plain ROMs use siaddr and cannot resolve a name.',
    fr: 'Nom ou adresse du serveur TFTP, en texte. Les ROM simples utilisent siaddr et ne savent pas résoudre un nom.',
  },
  [option(67)]: {
    en: 'Name of the boot file, in place of the field file. Some ROMs want a NUL at its end, others stumble over it.',
    fr: 'Nom du fichier de démarrage, à la place du champ file. Certaines ROM veulent un NUL à la fin, d’autres trébuchent dessus.',
  },
  [option(77)]: {
    en: 'User class: iPXE sends “iPXE” here, so that a server can give it a script and not iPXE once more.',
    fr: 'Classe d’utilisateur : iPXE envoie « iPXE » ici, pour que le serveur lui donne un script et non encore iPXE.',
  },
  [option(82)]: {
    en: 'Added by a relay or a switch: the port that the client is plugged into. The server sends it back unchanged.',
    fr: 'Ajoutée par un relais ou un commutateur : le port où le client est branché. Le serveur la renvoie telle quelle.',
  },
  [option(93)]: {
    en: 'Architecture of the client: 0 BIOS, 6 EFI 32 bits, 7 and 9 EFI 64 bits, 11 EFI on ARM 64. The boot file must fit it.',
    fr: 'Architecture du client : 0 BIOS, 6 EFI 32 bits, 7 et 9 EFI 64 bits, 11 EFI sur ARM 64. Le fichier de démarrage doit lui convenir.',
  },
  [option(94)]: {
    en: 'Version of the network interface (UNDI) that the ROM offers to programs.',
    fr: 'Version de l’interface réseau (UNDI) que la ROM offre aux programmes.',
  },
  [option(97)]: {
    en: 'UUID of the machine, from its SMBIOS: the same whichever card it boots from. PXELINUX looks for a configuration of that name first.',
    fr: 'UUID de la machine, tiré du SMBIOS : le même quelle que soit la carte. PXELINUX cherche d’abord une configuration de ce nom.',
  },
  [option(150)]: {
    en: 'Addresses of TFTP servers (Cisco); GRUB and some telephones read it.',
    fr: 'Adresses de serveurs TFTP (Cisco) ; GRUB et certains téléphones la lisent.',
  },
  [option(175)]: {
    en: 'iPXE’s own options: what it can do in a request, its settings in an answer.',
    fr: 'Options propres à iPXE : ses capacités dans une demande, ses réglages dans une réponse.',
  },
  [option(209)]: {
    en: 'PXELINUX: name of the configuration file, in place of the search.',
    fr: 'PXELINUX : nom du fichier de configuration, à la place de la recherche.',
  },
  [option(210)]: {
    en: 'PXELINUX: prefix of all file names.',
    fr: 'PXELINUX : préfixe de tous les noms de fichiers.',
  },
  [suboption(6)]: {
    en: 'How to look for boot servers: which of broadcast and multicast are off, only listed servers (bit 2), take the file of the offer (bit 3).',
    fr: 'Comment chercher les serveurs de démarrage : diffusion ou multidiffusion coupées, serveurs de la liste seulement (bit 2), prendre le fichier de l’offre (bit 3).',
  },
  [suboption(8)]: {
    en: 'Addresses of boot servers for each type of the menu.',
    fr: 'Adresses des serveurs de démarrage pour chaque type du menu.',
  },
  [suboption(9)]: {
    en: 'Items of the boot menu: a type of boot server and what to show for it. Type 0 boots from the disk.',
    fr: 'Entrées du menu : un type de serveur de démarrage et le texte à afficher. Le type 0 démarre sur le disque.',
  },
  [suboption(10)]: {
    en: 'Prompt and timeout: 0 takes the first item at once, 255 shows prompt and menu and waits without limit.',
    fr: 'Invite et délai : 0 prend aussitôt la première entrée, 255 affiche invite et menu et attend sans fin.',
  },
  [suboption(71)]: {
    en: 'The item of the menu that was chosen: type and layer of the boot server that is asked.',
    fr: 'L’entrée choisie du menu : type et couche du serveur de démarrage interrogé.',
  },
  'udp.dstport == 4011': {
    en: 'Port 4011: ProxyDHCP and boot servers of PXE listen here, so that they can live beside a DHCP server on port 67.',
    fr: 'Port 4011 : ici écoutent ProxyDHCP et serveurs de démarrage PXE, pour pouvoir vivre à côté d’un serveur DHCP sur le port 67.',
  },
  'udp.dstport == 69': {
    en: 'Port 69 is for the request only: the server answers from a port of its own, which the rest of the transfer uses.',
    fr: 'Le port 69 ne sert qu’à la demande : le serveur répond d’un port à lui, que suit le reste du transfert.',
  },
  'tftp.opcode': {
    en: '1 read request, 2 write request, 3 data, 4 acknowledgement, 5 error, 6 acknowledgement of options.',
    fr: '1 demande de lecture, 2 demande d’écriture, 3 données, 4 acquittement, 5 erreur, 6 acquittement d’options.',
  },
  'tftp.block': {
    en: 'Number of the block, from 1. Each is acknowledged before the next comes, unless a window was agreed.',
    fr: 'Numéro du bloc, à partir de 1. Chacun est acquitté avant que vienne le suivant, sauf si une fenêtre est convenue.',
  },
  'tftp.error.code': {
    en: '1 file not found, 2 access violation, 8 options refused. 0 with “Aborted” often only ends the question for the size.',
    fr: '1 fichier absent, 2 accès refusé, 8 options refusées. 0 avec « Aborted » termine souvent la seule question sur la taille.',
  },
  'tftp.option.name == blksize': {
    en: 'Size of a block: 512 bytes without it; 1456 or 1468 fill an Ethernet frame.',
    fr: 'Taille d’un bloc : 512 octets sans elle ; 1456 ou 1468 remplissent une trame Ethernet.',
  },
  'tftp.option.name == tsize': {
    en: 'Size of the file: 0 in a request asks for it, the server answers with the number of bytes.',
    fr: 'Taille du fichier : 0 dans une demande pose la question, le serveur répond par le nombre d’octets.',
  },
  'tftp.option.name == timeout': {
    en: 'Seconds before a packet is sent again, 1 to 255.',
    fr: 'Secondes avant qu’un paquet soit renvoyé, de 1 à 255.',
  },
  'tftp.option.name == windowsize': {
    en: 'Blocks that the server may send before it waits for an acknowledgement (RFC 7440).',
    fr: 'Blocs que le serveur peut envoyer avant d’attendre un acquittement (RFC 7440).',
  },
  'arp.opcode': {
    en: '1 asks who has an address, 2 answers with the hardware address.',
    fr: '1 demande qui a une adresse, 2 répond par l’adresse matérielle.',
  },
  'vlan.id': {
    en: 'The virtual network that the frame belongs to; switches keep them apart.',
    fr: 'Le réseau virtuel auquel appartient la trame ; les commutateurs les séparent.',
  },
  'dns.flags.rcode': {
    en: '0 no error, 2 the server failed, 3 there is no such name, 5 refused.',
    fr: '0 pas d’erreur, 2 le serveur a échoué, 3 ce nom n’existe pas, 5 refusé.',
  },
};

/** Fields that list options have the help of the option. */
const SAME_AS: Readonly<Record<string, string>> = { 'dhcp.option.request_list_item': 'dhcp.option.type' };

/** The help for a field with a value; undefined when there is none. */
export function fieldHelp(field: string, value: FieldValue): FieldHelp | undefined {
  const name = Object.hasOwn(SAME_AS, field) ? (SAME_AS[field] ?? field) : field;
  const shown = typeof value === 'string' ? value.toLowerCase() : value;
  const valued = typeof shown === 'string' || typeof shown === 'number' ? `${name} == ${shown}` : name;
  return Object.hasOwn(FIELD_HELP, valued)
    ? FIELD_HELP[valued]
    : Object.hasOwn(FIELD_HELP, name)
      ? FIELD_HELP[name]
      : undefined;
}

/** What the form of a card's flash memory says; it is loaded with the form. */
import type { RomFieldId } from '../../../../../firmware/rom/rom-file.ts';
import type { AnyText } from '../../../../../page/i18n/index.ts';
import { defineTexts } from '../../../../parts/own-texts.ts';

export const TEXTS = defineTexts({
  title: { en: 'Flash memory of the network card', fr: 'Mémoire flash de la carte réseau' },
  own: { en: 'In it: the lab’s firmware, as chosen above.', fr: 'Dedans : le firmware du labo, choisi ci-dessus.' },
  write: { en: 'Flash a ROM file (.rom, .mrom)…', fr: 'Flasher un fichier ROM (.rom, .mrom)…' },
  debian: { en: 'Flash Debian’s iPXE ({file})', fr: 'Flasher l’iPXE de Debian ({file})' },
  erase: { en: 'Take out {name}', fr: 'Retirer {name}' },
  fitIds: {
    en: 'Write the ids of the card into the ROM, as QEMU does',
    fr: 'Écrire les identifiants de la carte dans la ROM, comme QEMU',
  },
  missing: { en: 'The file is not available.', fr: 'Le fichier n’est pas disponible.' },
  bytes: { en: 'The headers, byte by byte', fr: 'Les en-têtes, octet par octet' },
  image: { en: 'Image {number}, at {offset}h', fr: 'Image {number}, en {offset}h' },
  offset: { en: 'Offset', fr: 'Position' },
  hex: { en: 'Bytes', fr: 'Octets' },
  value: { en: 'Value', fr: 'Valeur' },
  meaning: { en: 'Meaning', fr: 'Sens' },
});

export const FIELD_TEXTS: Readonly<Record<RomFieldId, AnyText>> = {
  signature: {
    en: 'Signature: without 55 AA the BIOS does not look further',
    fr: 'Signature : sans 55 AA, le BIOS ne regarde pas plus loin',
  },
  size: {
    en: 'Size in blocks of 512 bytes: so much is copied to memory and added up',
    fr: 'Taille en blocs de 512 octets : c’est ce qui est copié en mémoire et additionné',
  },
  entry: {
    en: 'Initialisation vector: machine code (mostly a jump) that the BIOS calls here',
    fr: 'Vecteur d’initialisation : code machine (souvent un saut) que le BIOS appelle ici',
  },
  undiPointer: {
    en: 'Where the UNDI ROM ID structure is (PXE 2.1 §4.2.2)',
    fr: 'Où se trouve la structure UNDI ROM ID (PXE 2.1 §4.2.2)',
  },
  pcirPointer: {
    en: 'Where the PCI data structure is: it says for which card the ROM is',
    fr: 'Où se trouve la structure de données PCI : elle dit pour quelle carte est la ROM',
  },
  pnpPointer: {
    en: 'Where the Plug and Play expansion header is: it says that the ROM can boot',
    fr: 'Où se trouve l’en-tête d’extension Plug and Play : il dit que la ROM sait amorcer',
  },
  pcirSignature: { en: 'Signature of the PCI data structure', fr: 'Signature de la structure de données PCI' },
  vendor: {
    en: 'Vendor of the card. Another one in the card: the ROM is passed over',
    fr: 'Fabricant de la carte. S’il est autre dans la carte, la ROM est ignorée',
  },
  device: {
    en: 'Model of the card. Another one in the card: the ROM is passed over',
    fr: 'Modèle de la carte. S’il est autre dans la carte, la ROM est ignorée',
  },
  deviceList: {
    en: 'Where a list of further models is (PCI Firmware 3.0); SeaBIOS does not read it',
    fr: 'Où se trouve une liste d’autres modèles (PCI Firmware 3.0) ; SeaBIOS ne la lit pas',
  },
  pcirLength: { en: 'Length of this structure', fr: 'Longueur de cette structure' },
  pcirRevision: {
    en: 'Its revision: 0 for PCI 2.x, 3 for PCI 3.0',
    fr: 'Sa révision : 0 pour PCI 2.x, 3 pour PCI 3.0',
  },
  class: { en: 'Class of the card: 02 00 00 is Ethernet', fr: 'Classe de la carte : 02 00 00 est Ethernet' },
  imageLength: {
    en: 'Length of this image in the flash: the next one begins behind it',
    fr: 'Longueur de cette image dans la flash : la suivante commence après elle',
  },
  imageRevision: { en: 'Revision of the code, as its maker counts', fr: 'Révision du code, comptée par son auteur' },
  codeType: {
    en: 'For which firmware the code is: a BIOS starts type 0, UEFI type 3',
    fr: 'Pour quel firmware est le code : un BIOS lance le type 0, UEFI le type 3',
  },
  last: { en: 'Bit 7: this is the last image', fr: 'Bit 7 : c’est la dernière image' },
  pnpSignature: { en: 'Signature of the Plug and Play header', fr: 'Signature de l’en-tête Plug and Play' },
  pnpRevision: { en: 'Its revision', fr: 'Sa révision' },
  pnpLength: { en: 'Its length in units of 16 bytes', fr: 'Sa longueur en unités de 16 octets' },
  pnpNext: {
    en: 'The next such header, for another boot entry; 0: none',
    fr: 'L’en-tête suivant, pour une autre entrée d’amorçage ; 0 : aucun',
  },
  pnpChecksum: { en: 'Makes the sum of this header 0', fr: 'Ramène à 0 la somme de cet en-tête' },
  manufacturer: { en: 'Pointer to the name of the maker', fr: 'Pointeur vers le nom du fabricant' },
  product: {
    en: 'Pointer to the name in the BIOS’s boot menu; the ROM may change it when it starts',
    fr: 'Pointeur vers le nom dans le menu d’amorçage du BIOS ; la ROM peut le changer en démarrant',
  },
  pnpType: { en: 'Type of the device: 02 00 00 is Ethernet', fr: 'Type de périphérique : 02 00 00 est Ethernet' },
  indicators: {
    en: 'What it can do; bit 2: a device to boot from (IPL)',
    fr: 'Ce qu’il sait faire ; bit 2 : un périphérique d’amorçage (IPL)',
  },
  bcv: {
    en: 'Boot connection vector: for disks that the ROM adds to the BIOS’s own; 0: none',
    fr: 'Vecteur de connexion (BCV) : pour les disques que la ROM ajoute à ceux du BIOS ; 0 : aucun',
  },
  bev: {
    en: 'Bootstrap entry vector (BEV): what the BIOS calls to boot from the network',
    fr: 'Vecteur d’entrée d’amorçage (BEV) : ce que le BIOS appelle pour amorcer par le réseau',
  },
  undiSignature: {
    en: 'Signature of the UNDI ROM ID: a boot program may load the card’s driver by it',
    fr: 'Signature de l’UNDI ROM ID : un programme d’amorçage peut charger par là le pilote de la carte',
  },
  undiLoader: { en: 'Entry of its loader', fr: 'Entrée de son chargeur' },
  undiStack: { en: 'Stack that UNDI needs', fr: 'Pile dont UNDI a besoin' },
  undiData: { en: 'Data segment of UNDI in base memory', fr: 'Segment de données d’UNDI en mémoire de base' },
  undiCode: { en: 'Code segment of UNDI in base memory', fr: 'Segment de code d’UNDI en mémoire de base' },
  sum: {
    en: 'Sum of all bytes of the size above, modulo 256: must be 00',
    fr: 'Somme de tous les octets de la taille ci-dessus, modulo 256 : doit être 00',
  },
};

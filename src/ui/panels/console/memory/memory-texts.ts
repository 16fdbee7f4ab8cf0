/** What is said about the first MiB of memory; loaded with its view. */
import type { AnyText } from '../../../../page/i18n/index.ts';
import type { RegionKind } from '../../../../threads/api/lab-api.ts';
import { defineTexts } from '../../../parts/own-texts.ts';

export const MEMORY_TEXTS = defineTexts({
  map: { en: 'The first MiB of memory', fr: 'Le premier Mio de mémoire' },
  none: {
    en: '{machine} has no memory to look at: it is off, or a bare machine, which has no CPU. On a running PC this view shows what BIOS, boot ROM and boot program keep in the first MiB.',
    fr: '{machine} n’a pas de mémoire à regarder : elle est éteinte, ou c’est une machine nue, sans processeur. Sur un PC en marche, cette vue montre ce que le BIOS, la ROM et le programme de démarrage gardent dans le premier Mio.',
  },
  address: { en: 'Address', fr: 'Adresse' },
  bytes: { en: 'Bytes', fr: 'Octets' },
  what: { en: 'What it is', fr: 'Ce que c’est' },
  field: { en: 'Field', fr: 'Champ' },
  value: { en: 'Value', fr: 'Valeur' },
  meaning: { en: 'Meaning', fr: 'Sens' },
  wrongSum: { en: 'Its bytes do not add up to 0.', fr: 'La somme de ses octets n’est pas 0.' },
  hex: { en: 'Bytes of {what}', fr: 'Octets : {what}' },
  earlier: { en: 'Earlier bytes', fr: 'Octets précédents' },
  later: { en: 'Later bytes', fr: 'Octets suivants' },
  goTo: { en: 'Go to address', fr: 'Aller à l’adresse' },
  goToHint: { en: 'such as 7C00 or 9B00:0144', fr: 'par exemple 7C00 ou 9B00:0144' },
});

export const REGION_NAMES: Readonly<Record<RegionKind, AnyText>> = {
  vectors: { en: 'Interrupt vectors', fr: 'Vecteurs d’interruption' },
  'bios-data': { en: 'BIOS data area', fr: 'Zone de données du BIOS' },
  free: { en: 'Free base memory', fr: 'Mémoire de base libre' },
  'boot-code': { en: 'Boot sector or boot program', fr: 'Secteur ou programme de démarrage' },
  reserved: { en: 'Taken by firmware', fr: 'Prise par le micrologiciel' },
  'undi-code': { en: 'UNDI: code', fr: 'UNDI : code' },
  'undi-data': { en: 'UNDI: data and stack', fr: 'UNDI : données et pile' },
  'base-code': { en: 'Base code: code', fr: 'Base code : code' },
  'base-data': { en: 'Base code: data', fr: 'Base code : données' },
  pxe: { en: '!PXE', fr: '!PXE' },
  pxenv: { en: 'PXENV+', fr: 'PXENV+' },
  'boot-table': { en: 'Table of a network drive', fr: 'Table d’un disque réseau' },
  ebda: { en: 'Extended BIOS data area', fr: 'Zone de données étendue du BIOS' },
  video: { en: 'Video memory', fr: 'Mémoire vidéo' },
  'option-rom': { en: 'Option ROM', fr: 'ROM d’extension' },
  bios: { en: 'BIOS', fr: 'BIOS' },
};

export const REGION_MEANINGS: Readonly<Record<RegionKind, AnyText>> = {
  vectors: {
    en: 'A far pointer for each of 256 interrupts. A program calls the BIOS by them, and firmware that puts itself in between changes one: PXE takes INT 1Ah, a network drive INT 13h.',
    fr: 'Un pointeur lointain pour chacune des 256 interruptions. Un programme appelle le BIOS par elles, et un micrologiciel qui s’interpose en change une : PXE prend INT 1Ah, un disque réseau INT 13h.',
  },
  'bios-data': {
    en: 'Variables of the BIOS at 40:0. The word at 40:13 says how many KiB of base memory are free: firmware that stays lowers it, and what lies above is not touched by others.',
    fr: 'Les variables du BIOS, à 40:0. Le mot à 40:13 dit combien de Kio de mémoire de base sont libres : un micrologiciel qui reste l’abaisse, et personne ne touche à ce qui est au-dessus.',
  },
  free: {
    en: 'For boot programs, up to the limit that 40:13 gives.',
    fr: 'Pour les programmes de démarrage, jusqu’à la limite que donne 40:13.',
  },
  'boot-code': {
    en: 'A BIOS loads the first sector of a disk to 0:7C00, a PXE ROM the whole boot program, and jumps there.',
    fr: 'Un BIOS charge à 0:7C00 le premier secteur d’un disque, une ROM PXE le programme de démarrage entier, puis y saute.',
  },
  reserved: {
    en: 'Between the free base memory and that of the BIOS: what lowered 40:13 lives here.',
    fr: 'Entre la mémoire de base libre et celle du BIOS : ici vit celui qui a abaissé 40:13.',
  },
  'undi-code': {
    en: 'The driver of the network card with its API. It stays while a boot program works, and after it when that asks for it (keeppxe).',
    fr: 'Le pilote de la carte réseau et son API. Il reste tant qu’un programme de démarrage travaille, et après lui s’il le demande (keeppxe).',
  },
  'undi-data': {
    en: 'Variables, buffers and the stack of the driver.',
    fr: 'Variables, tampons et pile du pilote.',
  },
  'base-code': {
    en: 'DHCP and TFTP of the ROM, as the second module of PXE. A boot program may unload it (UNLOAD_STACK) and keep UNDI.',
    fr: 'DHCP et TFTP de la ROM, second module de PXE. Un programme de démarrage peut le retirer (UNLOAD_STACK) et garder UNDI.',
  },
  'base-data': { en: 'Variables of the base code.', fr: 'Variables du base code.' },
  pxe: {
    en: 'By this structure a boot program finds the API: its entry points, and the segments of both modules (PXE 2.1 §4.4.5). A module with no bytes has no segments of its own: here both are one program.',
    fr: 'Par cette structure, un programme de démarrage trouve l’API : ses points d’entrée, et les segments des deux modules (PXE 2.1 §4.4.5). Un module sans octets n’a pas de segments à lui : les deux ne font alors qu’un programme.',
  },
  pxenv: {
    en: 'The older structure, for real mode; INT 1Ah AX=5650h gives its address. It points at !PXE.',
    fr: 'L’ancienne structure, pour le mode réel ; INT 1Ah AX=5650h donne son adresse. Elle mène à !PXE.',
  },
  'boot-table': {
    en: 'Firmware that attached a network drive leaves this for the system: where the drive is, and how to log in.',
    fr: 'Le micrologiciel qui a attaché un disque réseau laisse ceci au système : où est le disque, comment s’y connecter.',
  },
  ebda: {
    en: 'More variables of the BIOS, at the top of base memory; 40:0E has its segment.',
    fr: 'D’autres variables du BIOS, en haut de la mémoire de base ; 40:0E donne son segment.',
  },
  video: {
    en: 'Memory of the graphics card, seen through a window.',
    fr: 'La mémoire de la carte graphique, vue par une fenêtre.',
  },
  'option-rom': {
    en: 'The ROM of a card, as the BIOS copied it: 55 AA, its length in blocks of 512, and a sum of 0. The first is that of the graphics card.',
    fr: 'La ROM d’une carte, telle que le BIOS l’a copiée : 55 AA, sa longueur en blocs de 512, et une somme nulle. La première est celle de la carte graphique.',
  },
  bios: {
    en: 'SeaBIOS. The CPU begins at its last 16 bytes, at F000:FFF0.',
    fr: 'SeaBIOS. Le processeur commence à ses 16 derniers octets, à F000:FFF0.',
  },
};

export const FIELD_MEANINGS: Readonly<Record<string, AnyText>> = {
  '40:0E EBDA': { en: 'Segment of the extended BIOS data area', fr: 'Segment de la zone de données étendue' },
  '40:13 KiB': { en: 'Free base memory', fr: 'Mémoire de base libre' },
  '40:6C ticks': {
    en: 'Timer ticks since midnight, 18.2 a second',
    fr: 'Tops d’horloge depuis minuit, 18,2 par seconde',
  },
  '40:75 disks': { en: 'Number of disks, network drives among them', fr: 'Nombre de disques, disques réseau compris' },
  StructCksum: { en: 'Makes the sum of all bytes 0', fr: 'Ramène à 0 la somme de tous les octets' },
  Checksum: { en: 'Makes the sum of all bytes 0', fr: 'Ramène à 0 la somme de tous les octets' },
  UNDIROMID: {
    en: 'UNDI’s own header in the ROM, if there is one',
    fr: 'L’en-tête d’UNDI dans la ROM, s’il y en a un',
  },
  BaseROMID: { en: 'That of the base code', fr: 'Celui du base code' },
  EntryPointSP: {
    en: 'Where a program calls the API from real mode',
    fr: 'Où un programme appelle l’API en mode réel',
  },
  EntryPointESP: { en: 'The same in 16-bit protected mode', fr: 'De même en mode protégé 16 bits' },
  StatusCallout: {
    en: 'Called while a call waits; FFFF:FFFF: nobody',
    fr: 'Appelé pendant une attente ; FFFF:FFFF : personne',
  },
  SegDescCn: { en: 'Number of descriptors below', fr: 'Nombre de descripteurs ci-dessous' },
  FirstSelector: {
    en: 'Selector of the first of them, in protected mode',
    fr: 'Sélecteur du premier, en mode protégé',
  },
  RMEntry: { en: 'Where a program calls the API from real mode', fr: 'Où un programme appelle l’API en mode réel' },
  PXEPtr: { en: 'Address of !PXE', fr: 'Adresse de !PXE' },
};

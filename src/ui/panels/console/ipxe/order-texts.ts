/** What is said about images to order; loaded with the form of a build. */
import type { AnyText } from '../../../../page/i18n/index.ts';
import { defineTexts } from '../../../parts/own-texts.ts';

export const FORMATS = ['rom', 'mrom', 'kpxe', 'lkrn', 'iso', 'dsk', 'usb'] as const;
export type ImageFormat = (typeof FORMATS)[number];

export const ORDER_TEXTS = defineTexts({
  title: { en: 'Images to order', fr: 'Images sur commande' },
  format: { en: 'Format', fr: 'Format' },
  save: { en: 'Save the ROM ({bytes} bytes)', fr: 'Enregistrer la ROM ({bytes} octets)' },
  saveImage: { en: 'Save {name}', fr: 'Enregistrer {name}' },
  tooLong: { en: 'Too long for a ROM', fr: 'Trop long pour une ROM' },
});

/** Real iPXE binaries are linked with their script: only those that take it from beside them can be wrapped here. */
export const FORMAT_TEXTS: Readonly<Record<ImageFormat, AnyText>> = {
  rom: {
    en: 'The lab’s own firmware of this PC with these options and this script, for the flash of a card in a lab (“Flash a ROM file…” in the form of a PC). For a real card, build it from iPXE’s sources: make bin/VENDORDEVICE.rom EMBED=script.ipxe',
    fr: 'Le firmware du labo de ce PC avec ces options et ce script, pour la mémoire flash d’une carte dans un labo (« Flasher un fichier ROM… » dans le formulaire d’un PC). Pour une vraie carte, compilez les sources d’iPXE : make bin/VENDORDEVICE.rom EMBED=script.ipxe',
  },
  mrom: {
    en: 'Cannot be made in a page: the script is linked into the code. Build it from iPXE’s sources: make bin/VENDORDEVICE.mrom EMBED=script.ipxe. It copies a small part to memory and reads the rest from the card.',
    fr: 'Ne peut pas être fait dans une page : le script est lié au code. Compilez les sources d’iPXE : make bin/VENDORDEVICE.mrom EMBED=script.ipxe. Une petite partie est copiée en mémoire, le reste est lu dans la carte.',
  },
  kpxe: {
    en: 'Cannot be made in a page: the script is linked into the code. Serve Debian’s undionly.kpxe and give iPXE the script by DHCP: dhcp-userclass=set:ipxe,iPXE and dhcp-boot=tag:ipxe,URL. Or build it: make bin/undionly.kpxe EMBED=script.ipxe',
    fr: 'Ne peut pas être fait dans une page : le script est lié au code. Servez le undionly.kpxe de Debian et donnez le script à iPXE par DHCP : dhcp-userclass=set:ipxe,iPXE et dhcp-boot=tag:ipxe,URL. Ou compilez : make bin/undionly.kpxe EMBED=script.ipxe',
  },
  lkrn: {
    en: 'For a boot loader, as a Linux kernel (PXELINUX: kernel ipxe.lkrn, GRUB: linux16 /ipxe.lkrn): Debian’s ipxe.lkrn with the script above in it, on real machines too. Give it no initrd: that would take the place of the script.',
    fr: 'Pour un chargeur de démarrage, comme un noyau Linux (PXELINUX : kernel ipxe.lkrn, GRUB : linux16 /ipxe.lkrn) : l’ipxe.lkrn de Debian avec le script ci-dessus dedans, sur de vraies machines aussi. Ne lui donnez pas d’initrd : il prendrait la place du script.',
  },
  iso: {
    en: 'For a CD drive: starts Debian’s ipxe.lkrn with the script above, on real machines too. “Make CD with iPXE” in the form of the PC puts one into its drive.',
    fr: 'Pour un lecteur de CD : lance l’ipxe.lkrn de Debian avec le script ci-dessus, sur de vraies machines aussi. « Fabriquer : CD avec iPXE » dans le formulaire du PC en met un dans son lecteur.',
  },
  dsk: {
    en: 'For a floppy drive (1474560 bytes): starts Debian’s ipxe.lkrn with the script above. “Make floppy with iPXE” in the form of the PC puts one into its drive.',
    fr: 'Pour un lecteur de disquettes (1474560 octets) : lance l’ipxe.lkrn de Debian avec le script ci-dessus. « Fabriquer : disquette avec iPXE » dans le formulaire du PC en met une dans son lecteur.',
  },
  usb: {
    en: 'For a USB stick: write it to the stick with dd. It starts Debian’s ipxe.lkrn with the script above. “Make disk with iPXE” in the form of the PC gives it such a disk.',
    fr: 'Pour une clé USB : écrivez-la sur la clé avec dd. Elle lance l’ipxe.lkrn de Debian avec le script ci-dessus. « Fabriquer : disque avec iPXE » dans le formulaire du PC lui donne un tel disque.',
  },
};

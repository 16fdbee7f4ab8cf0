/**
 * What the lab takes from which Debian package, in the order in which a first-time user needs it. The paths on the
 * left are those inside the package, the paths on the right those below `public/images/`.
 */
import { VOLUMES } from '../../src/machine/uefi/layout.ts';
import { SYSTEM_LIBRARIES } from '../san-disk/disk.ts';

export interface CataloguePackage {
  readonly name: string;
  /** What does not work without it, for the message. */
  readonly neededFor: string;
  /** None for a package that is only part of something made. */
  readonly files: readonly CatalogueEntry[];
  /** The package that has the copyright file, when it is not this one. */
  readonly licenceOf?: string;
  /** The files are made from the package instead of taken out of it. */
  readonly make?: 'grub-core' | 'grub-efi' | 'san-disk' | 'uefi';
  /** Only on request (`--uefi`). */
  readonly isUefi?: true;
}

export interface CatalogueEntry {
  /** A file or a folder inside the package. */
  readonly from: string;
  /** The file or folder that it becomes. */
  readonly to: string;
  /** Files of a folder that are left out: their path below `from`. */
  readonly except?: RegExp;
  /** Only with UEFI. */
  readonly isUefi?: true;
}

const installer = 'usr/lib/debian-installer/images/12/i386/text';

const everything: readonly CataloguePackage[] = [
  {
    name: 'seabios',
    neededFor: 'every PC with a CPU',
    files: [
      { from: 'usr/share/seabios/bios.bin', to: 'bios/bios.bin' },
      { from: 'usr/share/seabios/vgabios-stdvga.bin', to: 'bios/vgabios-stdvga.bin' },
    ],
  },
  {
    name: 'debian-installer-12-netboot-i386',
    neededFor: 'the opening lab: PXELINUX with the Debian installer',
    // The EFI loaders and their GRUB modules are 8 MB that a PC with a BIOS never asks for.
    files: [
      { from: installer, to: 'debian-installer', except: /\.efi$|\/grub\// },
      ...['bootnetia32.efi', 'grubia32.efi', 'grub'].map((name) => ({
        from: `${installer}/debian-installer/i386/${name}`,
        to: `debian-installer-efi/${name}`,
        isUefi: true as const,
      })),
    ],
  },
  {
    name: 'pxelinux',
    neededFor: 'PXELINUX beside the installer, lpxelinux.0',
    files: [{ from: 'usr/lib/PXELINUX', to: 'syslinux' }],
  },
  {
    name: 'syslinux-common',
    neededFor: 'PXELINUX menus and MEMDISK',
    files: [
      { from: 'usr/lib/syslinux/modules/bios', to: 'syslinux/bios' },
      { from: 'usr/lib/syslinux/memdisk', to: 'syslinux/memdisk' },
    ],
  },
  {
    name: 'ipxe',
    neededFor: 'real iPXE as a boot file',
    files: [
      { from: 'usr/lib/ipxe/undionly.kpxe', to: 'ipxe/undionly.kpxe' },
      { from: 'usr/lib/ipxe/ipxe.pxe', to: 'ipxe/ipxe.pxe' },
      { from: 'boot/ipxe.lkrn', to: 'ipxe/ipxe.lkrn' },
    ],
  },
  {
    name: 'ipxe-qemu',
    neededFor: 'real iPXE as an option ROM, which our own firmware is compared with',
    files: [
      { from: 'usr/lib/ipxe/qemu/pxe-ne2k_pci.rom', to: 'ipxe/pxe-ne2k_pci.rom' },
      { from: 'usr/lib/ipxe/qemu/pxe-virtio.rom', to: 'ipxe/pxe-virtio.rom' },
    ],
  },
  {
    name: 'grub-pc-bin',
    licenceOf: 'grub-common',
    neededFor: 'GRUB as a boot file',
    files: [
      { from: 'usr/lib/grub/i386-pc', to: 'grub/i386-pc', except: /grub-(bios-setup|ntldr-img)$|config\.h$|\.sh$/ },
    ],
  },
  {
    name: 'grub-common',
    neededFor: 'GRUB as a boot file, and on disks, floppies and CDs',
    make: 'grub-core',
    files: [
      { from: 'core.0', to: 'grub/core.0' },
      { from: 'core-disk.img', to: 'grub/core-disk.img' },
      { from: 'core-floppy.img', to: 'grub/core-floppy.img' },
      { from: 'core-cd.img', to: 'grub/core-cd.img' },
    ],
  },
  {
    name: 'memtest86+',
    neededFor: 'Memtest86+ as a boot file',
    files: [{ from: 'boot/memtest86+ia32.bin', to: 'memtest86+/memtest86+ia32.bin' }],
  },
  {
    name: 'busybox-static',
    neededFor: 'small Linux systems of the lessons',
    files: [{ from: 'bin/busybox', to: 'busybox/busybox' }],
  },
  {
    name: 'openssl',
    neededFor: 'OpenSSL on a PC with Linux',
    files: [{ from: 'usr/bin/openssl', to: 'openssl/openssl' }],
  },
  ...SYSTEM_LIBRARIES.map((name) => ({ name, neededFor: 'the Linux of SAN disks', files: [] })),
  {
    name: 'linux-image-686',
    neededFor: 'a disk with Linux that attaches itself over the network (iSCSI, AoE)',
    make: 'san-disk',
    files: [{ from: 'disk.img', to: 'san/disk.img' }],
  },
  {
    name: 'grub-efi-ia32-bin',
    licenceOf: 'grub-common',
    neededFor: 'GRUB that boots by HTTP under UEFI firmware',
    make: 'grub-efi',
    isUefi: true,
    files: [{ from: 'grubia32-http.efi', to: 'grub-efi/grubia32-http.efi' }],
  },
  {
    name: 'edk2',
    neededFor: 'PCs with UEFI firmware',
    make: 'uefi',
    isUefi: true,
    files: VOLUMES.map(({ image }) => ({ from: image, to: image })),
  },
];

/** UEFI is built from source, which takes minutes: it is there when it was asked for once. */
export function catalogueWith({ uefi }: { readonly uefi: boolean }): readonly CataloguePackage[] {
  return everything.flatMap((item) => {
    if (item.isUefi === true && !uefi) return [];
    return [{ ...item, files: item.files.filter(({ isUefi }) => uefi || isUefi !== true) }];
  });
}

/** Labs of one PC with a real boot program, for tests in Node and in the page. */
import { fromHex } from '../../src/base/bytes.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/schema.ts';

const SECTOR = 512;

/** A disk whose boot sector runs code at 0:7C00, with a text in its second sector. */
export function bootDisk(code: string, text = '', bytes = 64 * SECTOR): { readonly base64: string } {
  const disk = Buffer.alloc(bytes);
  disk.set(fromHex(code) ?? []);
  disk.set([0x55, 0xaa], SECTOR - 2);
  disk.write(text, SECTOR, 'latin1');
  return { base64: disk.toString('base64') };
}

/** Reads the second sector of the drive in DL by INT 13h and prints its contents. */
const PRINT_SECTOR = [
  '31c0 8ed8 8ec0 fc fb', // xor ax, ax; mov ds, ax; mov es, ax; cld; sti
  'bb007e b80102 b90200 b600 cd13', // mov bx, 7E00h; mov ax, 0201h; mov cx, 2; mov dh, 0; int 13h
  'be007e 7303 be407c bb0700', // mov si, 7E00h; jnc P; mov si, 7C40h; P: mov bx, 7
  'ac 84c0 7406 b40e cd10 ebf5', // L: lodsb; test al, al; jz H; mov ah, 0Eh; int 10h; jmp L
  'f4 ebfd', // H: hlt; jmp H
].join(' ');

/** Goes into protected mode without an interrupt table, and raises an exception. */
export const TRIPLE_FAULT = [
  'fa 2e0f011e207c 2e0f0116267c', // cli; lidt cs:[7C20h]; lgdt cs:[7C26h]
  '0f20c0 0c01 0f22c0 cc', // mov eax, cr0; or al, 1; mov cr0, eax; int3
].join(' ');

const CONFIG =
  'dhcp-range=10.0.2.50,10.0.2.99,1h\ndhcp-authoritative\nno-ping\nenable-tftp\ntftp-root=/srv/tftp\ndhcp-boot=';

export interface Parts {
  readonly pc?: object;
  /** The boot program; by default PXELINUX. */
  readonly boots?: string;
  /** More lines of dnsmasq.conf. */
  readonly dhcp?: string;
  /** PXELINUX's configuration. */
  readonly config?: string;
  readonly files?: readonly object[];
  readonly nodes?: readonly object[];
  readonly links?: readonly object[];
  readonly inputs?: readonly object[];
}

/** A PC and a server with PXELINUX. */
export function bootLab({
  pc = {},
  boots = 'pxelinux.0',
  dhcp = '',
  config,
  files = [],
  nodes = [],
  links = [],
  inputs = [],
}: Parts): Scenario {
  const parsed = parseScenario({
    version: 1,
    name: 'Boot programs',
    nodes: [
      { kind: 'pc', name: 'pc1', memMiB: 64, nics: [{ mac: '52:54:00:12:34:01' }], bootOrder: ['network'], ...pc },
      { kind: 'switch', name: 'sw1' },
      {
        kind: 'server',
        name: 'boot',
        nics: [{ mac: '02:00:00:00:00:01', address: '10.0.2.1/24' }],
        services: { dnsmasq: { config: `${CONFIG}${boots}\n${dhcp}` }, http: { root: '/srv/tftp' } },
        files: [
          { path: '/srv/tftp', imageTree: 'syslinux/bios' },
          { path: '/srv/tftp/pxelinux.0', content: { image: 'syslinux/pxelinux.0' } },
          ...(config === undefined
            ? []
            : [{ path: '/srv/tftp/pxelinux.cfg/default', content: { text: `default l\nlabel l\n${config}\n` } }]),
          ...files,
        ],
      },
      ...nodes,
    ],
    links: [{ a: 'pc1.net0', b: 'sw1.1' }, { a: 'boot.eth0', b: 'sw1.2' }, ...links],
    inputs,
  });
  if (!parsed.ok) throw new Error(parsed.error.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return parsed.value;
}

const disk = bootDisk(PRINT_SECTOR, 'SECTOR 1 OF THE DISK');
export const MEDIA = {
  disk,
  floppy: bootDisk(PRINT_SECTOR, 'SECTOR 1 OF THE FLOPPY', 2880 * SECTOR),
  cdrom: { patternBytes: 64 * 2048 },
};

/** The disk as a file of the server. */
export const DISK_FILE = { path: '/srv/tftp/disk.img', content: disk };

/** The parts of a PC that carry iPXE with a script. */
export function ipxe(script: string): object {
  return { firmware: { personality: 'ipxe', embeddedScript: `#!ipxe\ndhcp\n${script}\n` } };
}

export const MEMTEST = { path: '/srv/tftp/memtest', content: { image: 'memtest86+/memtest86+ia32.bin' } };

/** A PC that boots GRUB, which runs commands. */
export function grub(commands: string): Parts {
  return {
    boots: 'core.0',
    files: [
      { path: '/srv/tftp/core.0', content: { image: 'grub/core.0' } },
      { path: '/srv/tftp/grub', imageTree: 'grub' },
      { path: '/srv/tftp/grub/grub.cfg', content: { text: `${commands}\n` } },
      MEMTEST,
    ],
  };
}

/** A floppy disk is put into the PC once nothing has booted, and Ctrl-Alt-Del pressed. */
export const FLOPPY_PUT_IN: Parts = {
  // The BIOS tries the network last, where there is no boot program.
  pc: { bootOrder: ['floppy'] },
  boots: 'missing.0',
  inputs: [
    afterNoDevice(1000, { medium: { drive: 'floppy', content: MEDIA.floppy } }),
    afterNoDevice(2000, { keys: ['Ctrl-Alt-Delete'] }),
  ],
};

function afterNoDevice(delayMs: number, action: object): object {
  return { machine: 'pc1', at: { when: 'stage:no-device', delayMs }, do: action };
}

/** PXELINUX starts another PXELINUX, whose configuration the options of the first one name. */
export const SECOND_CONFIGURATION: Parts = {
  config: 'kernel pxechn.c32\nappend 10.0.2.1::pxelinux.0 -c pxelinux.cfg/second',
  files: [{ path: '/srv/tftp/pxelinux.cfg/second', content: { text: 'say SECOND CONFIGURATION\nprompt 1\n' } }],
};

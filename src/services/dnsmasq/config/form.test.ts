/** The form reads a text and writes into it: the lines that say it change, all else stays. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { addService, readForm, removeService, writeForm } from './form.ts';
import { configVerdict, parseConfig } from './parse/parse.ts';

const TEXT = `# Ours.
dhcp-range=tag:guests,10.0.0.200,10.0.0.220
dhcp-range=10.0.0.50,10.0.0.99,255.255.255.0,2h  # main
dhcp-boot=tag:efi,grub.efi
dhcp-boot=pxelinux.0,boot,10.0.0.1
pxe-service=x86PC,"Install, now",pxelinux
`;

describe('the form of a configuration', () => {
  it('reads what the text says', () => {
    expect(readForm(TEXT)).toEqual({
      rangeStart: '10.0.0.50',
      rangeEnd: '10.0.0.99',
      lease: '2h',
      bootFile: 'pxelinux.0',
      tftp: false,
      tftpRoot: '',
      services: ['x86PC,Install, now,pxelinux'],
    });
  });

  it('changes the lines that say it, and keeps the others, masks and boot servers', () => {
    const next = writeForm(TEXT, {
      ...readForm(TEXT),
      rangeEnd: '10.0.0.150',
      lease: '30m',
      bootFile: 'a, b.0',
      tftp: true,
      tftpRoot: '/srv/tftp',
    });
    expect(next).toBe(`# Ours.
dhcp-range=tag:guests,10.0.0.200,10.0.0.220
dhcp-range=10.0.0.50,10.0.0.150,255.255.255.0,30m
dhcp-boot=tag:efi,grub.efi
dhcp-boot="a, b.0",boot,10.0.0.1
pxe-service=x86PC,"Install, now",pxelinux
enable-tftp
tftp-root=/srv/tftp
`);
    expect(readForm(writeForm(next, { ...readForm(next), tftp: false, bootFile: '' }))).toMatchObject({
      tftp: false,
      bootFile: '',
    });
  });

  it('adds and takes away menu entries', () => {
    const added = addService(TEXT, { arch: 'X86-64_EFI', menu: 'Say "hi"', file: 'ipxe.efi' });
    expect(configVerdict(parseConfig(added, 'x'))).toBeUndefined();
    expect(parseConfig(added, 'x').config.pxeServices.map(({ menu }) => menu)).toEqual(['Install, now', 'Say "hi"']);
    expect(removeService(removeService(added, 1), 0)).toBe(TEXT.split('\n').slice(0, 5).join('\n') + '\n');
  });

  it('reads back what it wrote, and leaves a text alone that says it already', () => {
    const address = fc.integer({ min: 1, max: 254 }).map((last) => `10.0.0.${last}`);
    const file = fc.constantFrom('', 'pxelinux.0', 'a b', 'x,y', '"q"', '#c', 'http://h/x?y=1');
    fc.assert(
      fc.property(
        address,
        address,
        fc.constantFrom('', '1h', 'infinite'),
        file,
        fc.boolean(),
        file,
        (rangeStart, rangeEnd, lease, bootFile, tftp, tftpRoot) => {
          const form = { ...readForm(TEXT), rangeStart, rangeEnd, lease, bootFile, tftp, tftpRoot };
          const next = writeForm(TEXT, form);
          expect(readForm(next)).toEqual(form);
          expect(writeForm(next, form)).toBe(next);
        },
      ),
    );
  });
});

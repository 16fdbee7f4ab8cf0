/** Where Debian's iPXE of 2019 and ours may differ, and why. `-` only the real one prints or sends it, `+` only ours. */
interface Difference {
  readonly lines: readonly string[];
  readonly reason: string;
}

export const KNOWN: Readonly<Record<string, Difference>> = {
  formats: {
    lines: [
      '- Could not store "g": Operation not supported (http://ipxe.org/3c0c2003)',
      '- :',
      '- :',
      '+ : 00112233-4455-6677-8899-aabbccddeeff',
      '+ : 00112233445566778899aabbccddeeff',
      '+ : 33221100-5544-7766-8899-aabbccddeeff',
    ],
    reason: 'Values of type uuid could not be stored in 2019.',
  },
  errors: {
    lines: [
      '- http://10.0.6.1/missing.ipxe... No such file or directory (http://ipxe.org/2d0c6',
      '- 13b)',
      '+ http://10.0.6.1/missing.ipxe... Not found (http://ipxe.org/2d0c613b)',
      '- tftp://10.0.6.1/missing.ipxe... No such file or directory (http://ipxe.org/2d126',
      '- 03b)',
      '- : 0x2d12603b',
      '+ tftp://10.0.6.1/missing.ipxe... Not found (http://ipxe.org/2d12613b)',
      '+ : 0x2d12613b',
    ],
    reason:
      'iPXE of today has texts of its own for HTTP 404 and for a file that TFTP does not find, and for the latter a number of its own.',
  },
  images: {
    lines: [
      '- Could not find "cwuri": No such file or directory (http://ipxe.org/2d0c203b)',
      '+ builtin/cwuri:string = http://10.0.6.1/test.ipxe',
      '- net0: fe80::5054:ff:fec0:1/64',
    ],
    reason: "The setting cwuri is newer than 2019. Debian's build speaks IPv6, ours does not.",
  },
};

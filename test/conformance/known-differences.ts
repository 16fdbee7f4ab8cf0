/** Where Debian's iPXE of 2019 and ours may differ, and why. `-` only the real one prints or sends it, `+` only ours. */
interface Difference {
  readonly lines: readonly string[];
  readonly reason: string;
}

type Known = Readonly<Record<string, Difference>>;

const NO_FILE = 'No such file or directory';

/** The list of a lease's settings: rows that only one of the two knows move the last ones off the page. */
const CONFIG: Difference = {
  lines: [
    '+ [17]  ntp............ <not specified>_47_',
    '+ [17]  static-routes.. <not specified>_47_',
    '- [17]  san-drive...... <not specified>_47_',
    '- [17]  san-retries.... <not specified>_47_',
  ],
  reason: 'The settings ntp and static-routes are newer than 2019.',
};

const NO_MENU: Difference = {
  lines: ['- No default menu', '+ No default user interface', '- No default menu', '+ No default user interface'],
  reason: 'Menus and forms became one thing after 2019, and so did the message.',
};

/** Whatever loads them. */
const COMMON: Known = {
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
      `- http://10.0.6.1/missing.ipxe... ${NO_FILE} (http://ipxe.org/2d0c613b)`,
      '+ http://10.0.6.1/missing.ipxe... Not found (http://ipxe.org/2d0c613b)',
      `- tftp://10.0.6.1/missing.ipxe... ${NO_FILE} (http://ipxe.org/2d12603b)`,
      '- : 0x2d12603b',
      '+ tftp://10.0.6.1/missing.ipxe... Not found (http://ipxe.org/2d12613b)',
      '+ : 0x2d12613b',
    ],
    reason:
      'iPXE of today has texts of its own for HTTP 404 and for a file that TFTP does not find, and for the latter a number of its own.',
  },
  scripts: {
    lines: [
      `- http://10.0.6.1/none.ipxe... ${NO_FILE} (http://ipxe.org/2d0c613b)`,
      '+ http://10.0.6.1/none.ipxe... Not found (http://ipxe.org/2d0c613b)',
      `- nosuch.img... ${NO_FILE} (http://ipxe.org/2d0c613b)`,
      '+ nosuch.img... Not found (http://ipxe.org/2d0c613b)',
    ],
    reason: 'iPXE of today has a text of its own for HTTP 404.',
  },
  settings: {
    lines: [`- Could not find "linktype": ${NO_FILE} (http://ipxe.org/2d0c203b)`, '+ net0/linktype:string = Ethernet'],
    reason: 'The setting linktype is newer than 2019.',
  },
  images: {
    lines: [
      `- Could not find "cwuri": ${NO_FILE} (http://ipxe.org/2d0c203b)`,
      '+ builtin/cwuri:string = http://10.0.6.1/test.ipxe',
      '- net0: fe80::5054:ff:fec0:1/64',
    ],
    reason: "The setting cwuri is newer than 2019. Debian's build speaks IPv6, ours does not.",
  },
  'menu cancelled, end': NO_MENU,
  'login cancelled, end': {
    lines: [
      '- Could not set credentials: Operation canceled (http://ipxe.org/0b17e0a0)',
      '- : 0xb17e0a0',
      '+ Could not set credentials: Operation canceled (http://ipxe.org/0b63e0a0)',
      '+ : 0xb63e0a0',
    ],
    reason: 'The login form became one of the forms of `present`: another file, and so another number.',
  },
  ...Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`config, ${index + 1}`, CONFIG])),
  requests: {
    lines: [
      '- GET /one.txt?a=52%3A54%3A00%3Ac0%3A00%3A01&b=c%20d HTTP/1.1 | Connection: keep-alive | User-Agent: iPXE/VERSION | Host: 10.0.6.1',
      '+ GET /one.txt?a=52:54:00:c0:00:01&b=c%20d HTTP/1.1 | Connection: keep-alive | User-Agent: iPXE/VERSION | Host: 10.0.6.1',
    ],
    reason: 'iPXE of today sends the query of a URI as it was written; that of 2019 decoded it and encoded it anew.',
  },
};

const DISCOVER = (parameters: number, more = ''): string =>
  `type 1${more} | 53:1 57:2 93:2 94:3 60:32 77:4 55:${parameters} 175 61:7 97:17`;
const REQUEST = (parameters: number, more = ''): string =>
  `type 3${more} | 53:1 57:2 93:2 94:3 60:32 77:4 55:${parameters} 175 61:7 97:17 54:4 50:4`;
const BOOT_SERVER = (parameters: number): string =>
  `type 3 port 4011 broadcast ciaddr | 53:1 57:2 93:2 94:3 60:9 77:4 55:${parameters} 175 61:7 97:17 43:7`;
/** Parameters asked for in 2019, and by the reference. */
const [THEN, TODAY] = [23, 25];
const PARAMETERS = 'iPXE of today asks for two parameters more: 42 (NTP servers) and 121 (static routes).';

export const KNOWN_LKRN: Known = {
  ...COMMON,
  boot: {
    lines: [
      '- iPXE initialising devices...WARNING: Using legacy NIC wrapper on 52:54:00:c0:00:01',
      '- ok',
      '- ',
      '+ iPXE initialising devices...',
      '- iPXE 1.0.0+git-20190125.36a4c85-5.1 -- Open Source Network Boot Firmware -- http://ipxe.org',
      '- Features: DNS HTTP iSCSI NFS TFTP SRP AoE ELF MBOOT PXE bzImage Menu PXEXT',
      '+ iPXE 2.0.0+ -- Open Source Network Boot Firmware -- http://ipxe.org',
      '+ Features: DNS HTTP iSCSI TFTP SRP AoE ELF MBOOT PXE bzImage Menu PXEXT',
      '- net0: 52:54:00:c0:00:01 using ne on ISA0300 (open)',
      '+ net0: 52:54:00:c0:00:01 using ne2k_pci on 0000:00:05.0 (Ethernet) [open]',
      '- Configuring (net0 52:54:00:c0:00:01).................. ok',
      '+ Configuring (net0 52:54:00:c0:00:01)... ok',
      '- net0: fe80::5054:ff:fec0:1/64',
    ],
    reason:
      "iPXE of today has no word when its devices are ready. Debian's build finds the card by its ISA address, has NFS, and waits 16 seconds for an IPv6 router. The link type and the brackets are newer than 2019.",
  },
  dhcp: {
    lines: [`- ${DISCOVER(THEN)}`, `- ${REQUEST(THEN)}`, `+ ${DISCOVER(TODAY)}`, `+ ${REQUEST(TODAY)}`],
    reason: PARAMETERS,
  },
};

export const KNOWN_UNDIONLY: Known = {
  ...COMMON,
  boot: {
    lines: [
      '- iPXE initialising devices...ok',
      '- ',
      '+ iPXE initialising devices...',
      '- iPXE 1.0.0+git-20190125.36a4c85-5.1 -- Open Source Network Boot Firmware -- http://ipxe.org',
      '- Features: DNS HTTP iSCSI NFS TFTP AoE ELF MBOOT PXE bzImage Menu PXEXT',
      '+ iPXE 2.0.0+ -- Open Source Network Boot Firmware -- http://ipxe.org',
      '+ Features: DNS HTTP iSCSI TFTP SRP AoE ELF MBOOT PXE bzImage Menu PXEXT',
      '- net0: 52:54:00:c0:00:01 using undionly on 0000:00:05.0 (open)',
      '-   [Link:up, TX:0 TXE:1 RX:0 RXE:0]',
      '-   [TXE: 1 x "Network unreachable (http://ipxe.org/28086011)"]',
      '- Configuring (net0 52:54:00:c0:00:01).................. ok',
      '+ net0: 52:54:00:c0:00:01 using undionly on 0000:00:05.0 (Ethernet) [open]',
      '+   [Link:up, TX:3 TXE:0 RX:0 RXE:0]',
      '+ Configuring (net0 52:54:00:c0:00:01)... ok',
      '- net0: fe80::5054:ff:fec0:1/64',
    ],
    reason:
      "iPXE of today has no word when its devices are ready, and opens the card as soon as it has taken the ROM's lease over, and so can announce its address and ask a switch for access twice (EAPOL-Start); Debian's build has NFS and waits 16 seconds for an IPv6 router. The link type and the brackets are newer than 2019.",
  },
  dhcp: {
    lines: [
      `- ${DISCOVER(THEN, ' broadcast')}`,
      `- ${REQUEST(THEN, ' broadcast')}`,
      `+ ${DISCOVER(TODAY, ' broadcast')}`,
      `+ ${REQUEST(TODAY, ' broadcast')}`,
    ],
    reason: PARAMETERS,
  },
};

export const KNOWN_PROXY: Known = {
  dhcp: {
    lines: [
      `- ${DISCOVER(THEN)}`,
      `- ${REQUEST(THEN)}`,
      `- ${BOOT_SERVER(THEN)}`,
      `+ ${DISCOVER(TODAY)}`,
      `+ ${REQUEST(TODAY)}`,
      `+ ${BOOT_SERVER(TODAY)}`,
    ],
    reason: PARAMETERS,
  },
};

export const KNOWN_CACHED: Known = {
  console: {
    lines: [
      '- net0: 10.0.6.50/255.255.255.0 gw 10.0.6.1 (inaccessible)',
      '- net0: fe80::5054:ff:fec0:1/64 (inaccessible)',
      '+ net0: 10.0.6.50/255.255.255.0 gw 10.0.6.1',
    ],
    reason: "iPXE of today opens the card as soon as it has taken the ROM's lease over. Debian's build speaks IPv6.",
  },
};

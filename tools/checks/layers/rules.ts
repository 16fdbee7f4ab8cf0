/** Who may import whom (docs/architecture.md, "Layers"). A module that no entry covers, or an import that is not listed, is an error. */

/** What each layer may import, besides itself. A layer is a folder of `src`; the longest matching name counts. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  media: ['base'],
  protocols: ['base'],
  trust: ['base'],
  net: ['base', 'trust', 'protocols'],
  analysis: ['base', 'trust', 'protocols'],
  services: ['base', 'trust', 'protocols', 'net'],
  scenario: ['base', 'trust', 'services'],
  firmware: ['base', 'trust', 'protocols', 'net'],
  machine: ['base', 'protocols', 'net', 'firmware'],
  lab: ['base', 'media', 'trust', 'protocols', 'net', 'services', 'firmware', 'machine', 'scenario', 'analysis'],
  lessons: ['base', 'analysis', 'services', 'scenario', 'lab'],
  'threads/api': ['base', 'protocols', 'net', 'services', 'machine', 'scenario', 'analysis', 'lab', 'lessons'],
  'threads/machine': ['base', 'machine', 'lab', 'threads/api'],
  'threads/analysis': ['base', 'protocols', 'analysis', 'threads/api'],
  'threads/offline': ['lab', 'threads/api'],
  'threads/lab': [
    'base',
    'net',
    'services',
    'machine',
    'scenario',
    'analysis',
    'lab',
    'lessons',
    'threads/api',
    'threads/machine',
  ],
  'page/i18n': [
    'base',
    'media',
    'protocols',
    'net',
    'services',
    'firmware',
    'machine',
    'scenario',
    'analysis',
    'lab',
    'lessons',
    'threads/api',
    'page',
  ],
  page: [
    'page/i18n',
    'base',
    'trust',
    'media',
    'protocols',
    'net',
    'services',
    'firmware',
    'machine',
    'scenario',
    'analysis',
    'lab',
    'lessons',
    'threads/api',
  ],
  ui: [
    'base',
    'trust',
    'media',
    'protocols',
    'services',
    'scenario',
    'analysis',
    'firmware',
    'machine',
    'lessons',
    'threads/api',
    'page/i18n',
    'page',
  ],
  cli: [
    'page/i18n',
    'base',
    'media',
    'protocols',
    'net',
    'services',
    'firmware',
    'machine',
    'scenario',
    'analysis',
    'lab',
    'lessons',
  ],
};

/** Packages that only some layers may use; all other packages are free. */
export const PACKAGES: readonly { readonly packages: RegExp; readonly layers: readonly string[] }[] = [
  {
    packages:
      /^(?:react|react-dom|react-aria-components|@xyflow\/react|@tanstack\/react-virtual|react-resizable-panels|@xterm\/xterm|codemirror|@codemirror\/.*)$/,
    layers: ['ui'],
  },
  { packages: /^(?:zustand|zundo|immer)$/, layers: ['page', 'ui'] },
  { packages: /^idb$/, layers: ['page', 'threads/api'] },
  { packages: /^comlink$/, layers: ['page', 'threads/api'] },
  { packages: /^v86$/, layers: ['machine'] },
  { packages: /^node:/, layers: ['cli'] },
];

/**
 * Circles of imports that are known and not yet cut, each with its reason. All modules of a circle must lie in the
 * folder; a circle may become smaller than `modules`, never larger.
 */
export const CIRCLE_DEBT: readonly { readonly folder: string; readonly modules: number; readonly reason: string }[] = [
  {
    folder: 'src/protocols',
    modules: 4,
    reason: 'types only: a dissection, its conversations and its collectors name each other',
  },
  {
    folder: 'src/firmware/ipxe',
    modules: 12,
    reason: 'parts of a running iPXE are given the whole of it',
  },
];

/** A longer file is split by subject, unless it is listed. Tests may be longer. */
export const MAX_LINES = 450;

/** Files that are longer, each with the reason; `lines` is as far as it may grow. */
export const LONG_FILES: readonly { readonly path: string; readonly lines: number; readonly reason: string }[] = [
  {
    path: 'src/net/host/tcp/connection.ts',
    lines: 550,
    reason: 'one state machine, in the order of RFC 9293 §3.10; what is sent and accepted when has files of its own',
  },
  {
    path: 'src/protocols/core/dissect.ts',
    lines: 550,
    reason: 'one object that each field of each frame goes through: calls between parts would cost time',
  },
  { path: 'src/machine/pc.ts', lines: 741, reason: 'one account of a PC’s time: slices, sleep and what wakes it' },
  { path: 'src/threads/analysis/analysis-service.ts', lines: 525, reason: 'one method for each question of the page' },
  { path: 'src/services/dnsmasq/config/model.ts', lines: 475, reason: 'types only: what dnsmasq’s directives set' },
  { path: 'src/analysis/filter/check.ts', lines: 475, reason: 'one recursion over the kinds of expressions' },
  { path: 'src/protocols/tls/dissect.ts', lines: 475, reason: 'one function for each message of the handshake' },
  { path: 'src/protocols/iscsi/dissect.ts', lines: 525, reason: 'one function for each kind of PDU' },
];

/** A folder that holds more files, tests aside, gets folders by subject, unless it is listed. */
export const MAX_FILES = 15;

/** Folders that may hold more, each with the reason. */
export const CROWDED: readonly { readonly folder: RegExp; readonly reason: string }[] = [
  { folder: /(^|\/)fixtures(\/|$)/, reason: 'recordings: one file for each conversation, found by name' },
];

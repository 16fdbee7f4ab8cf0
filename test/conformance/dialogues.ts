/**
 * What real iPXE and the firmware `ipxe` are both asked on the keyboard: lines of script, and what a person does
 * meanwhile. Before each act the whole screen is looked at, colours and all.
 */

export interface Act {
  /** A pattern that the screen must show before; the same screen as before when there is none. */
  readonly when?: string;
  /** Names of keys, or text. */
  readonly keys?: readonly string[];
  readonly type?: string;
  /** The screen is not compared: it shows how far some work has come, or is known to look otherwise. */
  readonly unseen?: true;
}

export interface Dialogue {
  readonly lines: readonly string[];
  readonly acts: readonly Act[];
}

const MENU = [
  'menu What to boot',
  'item --gap -- Systems',
  'item --key l linux Boot Linux',
  'item --key m more More of them',
  'item --gap',
  'item --gap --key t -- Tools',
  'item shell Enter the shell',
  'item exit',
];

const LONG_MENU = [
  'set n:int32 0 && menu Many',
  ':fill inc n && item i${n} Item ${n:int32} && iseq ${n} 45 || goto fill',
  'choose target && echo : ${target} || echo : ${errno}',
];

export const DIALOGUES: Readonly<Record<string, Dialogue>> = {
  'menu keys': {
    lines: [...MENU, 'choose --default more target && echo : ${target} || echo : ${errno}'],
    acts: [
      { when: 'What to boot', keys: ['Down'] },
      { keys: ['Down', 'Down', 'Down'] },
      { keys: ['Home'] },
      { keys: ['Up'] },
      { keys: ['t'] },
      { keys: ['PageUp'] },
      { keys: ['Enter'] },
    ],
  },
  'menu shortcut': {
    lines: [...MENU, 'choose target && echo : ${target} || echo : ${errno}'],
    acts: [{ when: 'What to boot', keys: ['m'] }],
  },
  'menu timeout': {
    lines: [...MENU, 'choose --timeout 2500 --default shell target && echo : ${target} || echo : ${errno}'],
    acts: [{ when: 'What to boot' }, { when: '\\(2\\)' }, { when: '\\(1\\)' }],
  },
  'menu timeout stopped': {
    lines: [...MENU, 'choose --timeout 2500 target && echo : ${target} || echo : ${errno}'],
    acts: [{ when: 'What to boot', keys: ['Down'] }, { keys: ['Escape'] }],
  },
  'menu cancelled': {
    lines: [
      ...MENU,
      'choose --keep target || echo : ${errno}',
      'choose target || echo : ${errno}',
      'choose target || echo : ${errno}',
      'item x y || echo : ${errno}',
      'menu Empty',
      'item --gap nothing',
      'choose target || echo : ${errno}',
    ],
    acts: [
      { when: 'What to boot', keys: ['Ctrl-C'] },
      { when: 'What to boot', keys: ['Escape'] },
    ],
  },
  'menu long': {
    lines: LONG_MENU,
    acts: [
      { when: 'Many', keys: ['PageDown'] },
      { keys: ['PageDown'] },
      { keys: ['PageDown'] },
      { keys: ['Up'] },
      { keys: ['PageUp'] },
      { keys: ['PageUp'] },
      { keys: ['End'] },
      { keys: ['Home'] },
      { keys: ['Enter'] },
    ],
  },
  // The form of 2019 looked otherwise: what was typed is compared.
  login: {
    lines: ['clear username', 'clear password', 'login && echo : ${username} ${password} || echo : ${errno}'],
    acts: [
      { when: 'Password', type: 'someone', unseen: true },
      { keys: ['Left', 'Backspace', 'Down'], unseen: true },
      { type: 'secret', unseen: true },
      { keys: ['Up', 'Ctrl-A', 'Delete'], unseen: true },
      { keys: ['Enter', 'Enter'], unseen: true },
    ],
  },
  'login cancelled': {
    lines: ['login && echo : ${username} || echo : ${errno}'],
    acts: [{ when: 'Password', keys: ['Ctrl-C'], unseen: true }],
  },
  read: {
    lines: [
      'set name abc',
      'echo -n Name: && read name && echo : ${name} || echo : ${errno}',
      'echo -n Again: && read name && echo : ${name} || echo : ${errno}',
      'echo -n Number: && read num:uint8 && echo : ${num} || echo : ${errno}',
    ],
    acts: [
      { when: '^Name:', type: 'def' },
      { keys: ['Left', 'Left', 'Backspace', 'Ctrl-A', 'Delete', 'End'] },
      { type: 'é-x' },
      { keys: ['Enter'] },
      { when: '^Again:', keys: ['Ctrl-U'], type: 'gone' },
      { keys: ['Ctrl-C'] },
      { when: '^Number:', type: '300\n' },
    ],
  },
  prompt: {
    lines: [
      'prompt Press a key && echo : ${errno} pressed',
      'prompt --key 0x02 --timeout 3000 Press Ctrl-B && echo : pressed || echo : ${errno}',
      'prompt --key x Press x && echo : pressed || echo : ${errno}',
      'prompt --timeout 1000 Wait || echo : ${errno}',
      'prompt Press Ctrl-C && echo : pressed || echo : ${errno}',
    ],
    acts: [
      { when: '^Press a key', keys: ['Enter'] },
      { when: '^Press Ctrl-B', keys: ['Ctrl-B'] },
      { when: '^Press x', keys: ['y'] },
      { when: '^Press Ctrl-C', keys: ['Ctrl-C'] },
    ],
  },
  shell: {
    lines: ['echo before', 'shell && echo : left || echo : ${errno}'],
    acts: [
      { when: '^iPXE>', type: 'echo one two\n' },
      { type: 'nosuch || echo ${errno}\n' },
      { type: 'isset ${nothing}\n' },
      { type: 'goto x\n' },
      { type: 'half a line' },
      { keys: ['Ctrl-C'] },
      { keys: ['Up', 'Up', 'Up'] },
      { keys: ['Down', 'Ctrl-A'], type: '# ' },
      { keys: ['Enter'] },
      { type: 'echo words to cut' },
      { keys: ['Ctrl-W', 'Ctrl-W', 'Ctrl-A', 'Ctrl-K'] },
      { type: 'exit 3\n' },
    ],
  },
  'Ctrl-C': {
    lines: [
      'echo A && sleep 100 || echo : ${errno}',
      'imgfetch tftp://10.0.6.9/x || echo : ${errno}',
      'imgfetch http://10.0.6.9/x || echo : ${errno}',
      'imgfetch tftp://10.0.6.1/large || echo : ${errno}',
      'imgfetch http://10.0.6.1/large || echo : ${errno}',
    ],
    acts: [
      { when: '^A$', keys: ['Ctrl-C'] },
      { when: 'tftp:..10.0.6.9.x', keys: ['Ctrl-C'], unseen: true },
      { when: 'http:..10.0.6.9.x', keys: ['Ctrl-C'], unseen: true },
      { when: 'tftp:..10.0.6.1.large', keys: ['Ctrl-C'], unseen: true },
      { when: 'http:..10.0.6.1.large', keys: ['Ctrl-C'], unseen: true },
    ],
  },
  config: {
    lines: ['config net0.dhcp', 'show net0.dhcp/gateway', 'show net0.dhcp/netmask || echo : ${errno}'],
    acts: [
      { when: 'configuration', keys: ['Down'] },
      { keys: ['Down'] },
      { keys: ['Enter'] },
      { type: '9' },
      { keys: ['Enter'] },
      { keys: ['Down', 'Down', 'Ctrl-D'] },
      // A key that is not in the list begins to edit.
      { keys: ['Down', '7'] },
      { keys: ['Ctrl-C'] },
      { keys: ['x', 'Enter'] },
      {},
      { when: 'Ctrl-X - exit', keys: ['Home', 'Enter'] },
      // The list of the card: its driver and the years tell on it.
      { keys: ['Ctrl-X'], unseen: true },
    ],
  },
};

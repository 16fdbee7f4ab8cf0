/**
 * The lab as a document: what a link, a file in `public/scenarios/`, undo and the stored labs hold. This is the one
 * schema of what leaves the page. Additive changes use defaults; a breaking one raises `SCENARIO_VERSION` and
 * adds a step in `migrate.ts`.
 *
 * Units stand in names. Endpoints of links are `NODE.PORT`.
 */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { parseIpv4, parseMac } from '../base/address.ts';
import { SERVICES, type ServiceId } from '../services/all.ts';
import type { Expectation } from './fault-texts.ts';

export const SCENARIO_VERSION = 1;

/** What a link may ask of the page that opens it: it is untrusted input. */
export const SCENARIO_LIMITS = {
  maxNodes: 600,
  maxPcs: 8,
  maxMemMiB: 1024,
  maxTotalMemMiB: 2048,
  maxTextBytes: 1024 * 1024,
  maxLinks: 1200,
  maxFaults: 32,
  maxRoutes: 64,
  maxServerCards: 8,
  maxBreakpoints: 64,
  /** Times are at most eleven days: they stay exact as nanoseconds. */
  maxMs: 1e9,
  maxPathDepth: 100,
  maxPatternBytes: 256 * 1024 * 1024,
} as const;

/** The id of the words for what is right; `explain.ts` says them. */
function expects(what: Expectation): string {
  return `scenario.expects.${what}`;
}

const name = z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_-]{0,31}$/, expects('name')));
const portName = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,15}$/, expects('port-name')));
const mac = z.string().check(z.refine((text) => parseMac(text) !== undefined, expects('mac')));
const address = z.string().check(z.refine((text) => parseIpv4(text) !== undefined, expects('address')));
const addressWithPrefix = z.string().check(
  z.refine((text) => {
    const [ip, prefix, ...rest] = text.split('/');
    return (
      rest.length === 0 && parseIpv4(ip ?? '') !== undefined && /^\d{1,2}$/.test(prefix ?? '') && Number(prefix) <= 32
    );
  }, expects('address-with-prefix')),
);
const vlanId = z.int().check(z.gte(1), z.lte(4094));
const text = z.string().check(z.maxLength(SCENARIO_LIMITS.maxTextBytes, expects('text')));
const coordinate = z.number().check(z.gte(-100_000), z.lte(100_000));
const position = z.optional(z.strictObject({ x: coordinate, y: coordinate }));
/** A display filter, or what else `--until` takes. */
const condition = z.string().check(z.minLength(1), z.maxLength(1000));
const timeMs = z.number().check(z.gte(0), z.lte(SCENARIO_LIMITS.maxMs));

const firmwareSettings = withDefault(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])), {});

/** What the lab's own `undionly.kpxe` is built with: as the firmware `ipxe` of a machine. */
export const chainImageSchema = z.strictObject({ embeddedScript: z.optional(text), options: firmwareSettings });

/** Something to boot from or to serve: text here, bytes here, or a file of the image catalogue by path. */
const fileContent = z.union(
  [
    z.strictObject({ text }),
    z.strictObject({ base64: z.string().check(z.maxLength(2 * SCENARIO_LIMITS.maxTextBytes)) }),
    /** A path in the image catalogue (`public/images/`), with the hash that is expected when one is given. */
    z.strictObject({ image: z.string(), sha256: z.optional(z.string().check(z.regex(/^[0-9a-f]{64}$/))) }),
    /** Only the first so many bytes of an image: how a truncated file looks on the wire. */
    z.strictObject({ image: z.string(), truncateBytes: z.int().check(z.gte(0)) }),
    /** A person's own file, too large for a link: named by its hash, and looked for where it was kept. */
    z.strictObject({
      userFile: z.string().check(z.minLength(1), z.maxLength(255)),
      sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/, expects('sha256'))),
      sizeBytes: z.int().check(z.gte(0)),
    }),
    /** So many bytes, byte i being i mod 256: a file of a known size. */
    z.strictObject({ patternBytes: z.int().check(z.gte(0), z.lte(SCENARIO_LIMITS.maxPatternBytes)) }),
    /** A boot program made by the lab: its iPXE, to be loaded by a PXE ROM as `undionly.kpxe` is. */
    z.extend(chainImageSchema, { lab: z.literal('ipxe') }),
  ],
  expects('content'),
);

/** As long as Linux lets it be (PATH_MAX), and not as deep. */
const filePath = z.string().check(
  z.startsWith('/'),
  z.maxLength(4095),
  z.refine((path) => path.split('/').length <= SCENARIO_LIMITS.maxPathDepth, expects('path-depth')),
);

/** As on a disk; owner root and mode 644 unless said. Services run as users of their own, as on Debian. */
const ownership = {
  owner: z.optional(z.string().check(z.regex(/^[a-z_][a-z0-9_-]{0,31}$/, expects('user-name')))),
  /** Permissions in octal, such as 640. */
  mode: z.optional(z.string().check(z.regex(/^[0-7]{3,4}$/, expects('file-mode')))),
};

/** Written over, or removed without `content`: at a time, or when a server comes to this place while it sends the file. */
const fileChange = z.strictObject({
  at: z.union(
    [z.strictObject({ ms: timeMs }), z.strictObject({ afterBytes: z.int().check(z.gte(0)) })],
    expects('file-moment'),
  ),
  content: z.optional(fileContent),
});

const fileEntry = z.union(
  [
    z.strictObject({ path: filePath, content: fileContent, ...ownership, change: z.optional(fileChange) }),
    /** A whole folder of the image catalogue, such as `debian-installer`. */
    z.strictObject({ path: filePath, imageTree: z.string(), ...ownership }),
    /** A symbolic link, absolute or from its own folder. */
    z.strictObject({ path: filePath, link: z.string().check(z.minLength(1), z.maxLength(4095)) }),
  ],
  expects('file'),
);

const firmware = z.strictObject({
  personality: withDefault(z.enum(['pxe', 'ipxe']), 'pxe'),
  /** iPXE: a script built into the image. */
  embeddedScript: z.optional(text),
  /** Features, branding and timeouts, as an iPXE build chooses them; the firmware says which it knows. */
  options: firmwareSettings,
  /** PXE: faults that ROMs have had; `src/firmware/pxe/quirks.ts` says what each does. */
  quirks: z.optional(
    z.array(
      z.enum([
        'reads-past-option-67',
        'cuts-option-67',
        'no-uuid',
        'ignores-port-4011',
        'hangs-on-local-boot',
        'wide-block-numbers',
        'small-blocks',
      ]),
    ),
  ),
});

const nic = z.strictObject({
  name: withDefault(portName, 'net0'),
  mac,
  model: withDefault(z.enum(['ne2k', 'virtio']), 'ne2k'),
});

const bootDevice = z.enum(['network', 'disk', 'cdrom', 'floppy']);

const media = z.strictObject({
  floppy: z.optional(fileContent),
  cdrom: z.optional(fileContent),
  disk: z.optional(fileContent),
});

const identity = {
  uuid: z.optional(z.string().check(z.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'a UUID'))),
  serial: z.optional(z.string().check(z.maxLength(64))),
  asset: z.optional(z.string().check(z.maxLength(64))),
};

/** When a machine is switched on: with the lab, after a while, or by hand. */
const power = withDefault(z.union([z.literal('on'), z.literal('off'), z.strictObject({ onAtMs: timeMs })]), 'on');

const probability = z.number().check(z.gte(0), z.lte(1));
/** At most an hour. */
const delayUs = z.number().check(z.gte(0), z.lte(3.6e9));
const rateMbps = z.number().check(z.gte(0.001), z.lte(1e6));

/** The disturbances that a cable and a port have in common; `where` says which way, and where at a node. */
function frameFaults<Where extends z.core.$ZodLooseShape>(where: Where) {
  /** When it applies: from the start without end, by default. */
  const common = { fromMs: z.optional(timeMs), toMs: z.optional(timeMs), ...where };
  return [
    z.strictObject({ kind: z.literal('loss'), probability, ...common }),
    z.strictObject({ kind: z.literal('delay'), delayUs, jitterUs: withDefault(delayUs, 0), ...common }),
    z.strictObject({ kind: z.literal('reorder'), probability, delayUs, ...common }),
    z.strictObject({ kind: z.literal('duplicate'), probability, ...common }),
    z.strictObject({ kind: z.literal('corrupt'), probability, ...common }),
    z.strictObject({ kind: z.literal('bandwidth'), mbps: rateMbps, ...common }),
    z.strictObject({ kind: z.literal('mtu'), bytes: z.int().check(z.gte(68), z.lte(65_535)), ...common }),
    /** No link, at both ends. */
    z.strictObject({ kind: z.literal('down'), ...common }),
    z.strictObject({
      kind: z.literal('match'),
      /** A display filter; the fault strikes the frames that it chooses. */
      filter: condition,
      /** Which of them, from 1; absent: every one. */
      nth: z.optional(z.int().check(z.gte(1))),
      action: z.enum(['drop', 'delay', 'corrupt', 'duplicate']),
      delayUs: withDefault(delayUs, 0),
      ...common,
    }),
  ] as const;
}

/** A disturbance of a cable. Seeded: the same link is disturbed in the same way. */
const fault = z.discriminatedUnion(
  'kind',
  frameFaults({ direction: withDefault(z.enum(['both', 'a-to-b', 'b-to-a']), 'both') }),
);

const atNode = {
  /** The port that has it; absent: every port of the node. */
  port: z.optional(portName),
  /** As the node sees it. */
  direction: withDefault(z.enum(['both', 'in', 'out']), 'both'),
};

/** A disturbance of a node's ports. */
const portFault = z.discriminatedUnion('kind', frameFaults(atNode));
const portFaults = withDefault(z.array(portFault).check(z.maxLength(SCENARIO_LIMITS.maxFaults)), []);

/**
 * The server hears and says nothing of what a display filter chooses, such as `tftp` or `dhcp.option.dhcp == 3`; without
 * one, nothing at all. What reaches it is in the capture, and there is no answer.
 */
const silence = z.strictObject({
  kind: z.literal('silent'),
  filter: z.optional(condition),
  fromMs: z.optional(timeMs),
  toMs: z.optional(timeMs),
});
const serverFaults = withDefault(
  z
    .array(z.discriminatedUnion('kind', [silence, ...frameFaults(atNode)]))
    .check(z.maxLength(SCENARIO_LIMITS.maxFaults)),
  [],
);

const pc = z.strictObject({
  kind: z.literal('pc'),
  name,
  memMiB: withDefault(z.int().check(z.gte(8), z.lte(SCENARIO_LIMITS.maxMemMiB)), 128),
  nics: z.array(nic).check(z.minLength(1), z.maxLength(4)),
  firmware: withDefault(firmware, { personality: 'pxe', options: {} }),
  /** Devices in the order the BIOS tries them; the BIOS goes on with the others. */
  bootOrder: withDefault(z.array(bootDevice).check(z.minLength(1)), ['network']),
  media: withDefault(media, {}),
  keyboardLayout: withDefault(z.enum(['us', 'fr', 'de']), 'us'),
  /** A kernel handed to the BIOS directly, without a network: the measure that a network boot is compared with. */
  preload: z.optional(
    z.strictObject({ kernel: fileContent, initrd: z.optional(fileContent), cmdline: withDefault(z.string(), '') }),
  ),
  /** Option ROM images of the catalogue put in instead of the lab's firmware, such as real iPXE. */
  optionRom: z.optional(fileContent),
  power,
  faults: portFaults,
  ...identity,
  position,
});

/** The firmware with no CPU: it stops where guest code would start. */
const bare = z.strictObject({
  kind: z.literal('bare'),
  name,
  /** So many machines alike, named NAME1, NAME2, ...; the last bytes of their MACs count up. */
  count: withDefault(z.int().check(z.gte(1), z.lte(500)), 1),
  nics: z.array(nic).check(z.minLength(1), z.maxLength(4)),
  firmware: withDefault(firmware, { personality: 'pxe', options: {} }),
  /** What the firmware reads from CPUID: scripts choose a kernel by it. An emulated PC is always 32-bit. */
  cpu: withDefault(z.enum(['32-bit', '64-bit']), '32-bit'),
  /** Each machine of a count is switched on so long after the one before. */
  staggerMs: withDefault(timeMs, 0),
  power,
  faults: portFaults,
  ...identity,
  position,
});

const switchPort = z.discriminatedUnion('mode', [
  z.strictObject({
    name: portName,
    mode: z.literal('access'),
    vlan: withDefault(vlanId, 1),
    portfast: withDefault(z.boolean(), false),
  }),
  z.strictObject({
    name: portName,
    mode: z.literal('trunk'),
    nativeVlan: withDefault(z.nullable(vlanId), 1),
    /** Absent: all. */
    allowedVlans: z.optional(z.array(vlanId)),
    portfast: withDefault(z.boolean(), false),
  }),
]);

const switchNode = z.strictObject({
  kind: z.literal('switch'),
  name,
  /** Ports that differ from an access port of VLAN 1. Ports named by links exist anyway. */
  ports: withDefault(z.array(switchPort), []),
  /** Spanning tree: the bridge of the lowest priority is the root. */
  stp: withDefault(
    z.strictObject({
      enabled: withDefault(z.boolean(), false),
      forwardDelayS: withDefault(z.number().check(z.gte(0), z.lte(60)), 15),
      priority: withDefault(z.int().check(z.gte(0), z.lte(0xffff)), 0x8000),
    }),
    { enabled: false, forwardDelayS: 15, priority: 0x8000 },
  ),
  /** IEEE 802.1Q table 8-4: at most a million seconds. */
  macAgeingS: withDefault(z.number().check(z.gt(0), z.lte(1e6)), 300),
  faults: portFaults,
  position,
});

const serverNic = z.strictObject({
  name: withDefault(portName, 'eth0'),
  mac,
  address: z.optional(addressWithPrefix),
  /** Largest IP packet, 1500 by default. */
  mtu: z.optional(z.int().check(z.gte(68), z.lte(9000))),
  /** Further interfaces on the same cable, tagged: `eth0.10`. */
  vlans: withDefault(z.array(z.strictObject({ vlan: vlanId, address: addressWithPrefix })), []),
});

/** The settings of each service that a server runs; their shapes are in `services/ID/service.ts`. */
const services = z.strictObject(
  Object.fromEntries(Object.values(SERVICES).map(({ id, settings }) => [id, z.optional(settings)])) as {
    readonly [Id in ServiceId]: z.ZodMiniOptional<(typeof SERVICES)[Id]['settings']>;
  },
);

const server = z.strictObject({
  kind: z.literal('server'),
  name,
  nics: z.array(serverNic).check(z.minLength(1), z.maxLength(SCENARIO_LIMITS.maxServerCards)),
  gateway: z.optional(address),
  /** Passes IP packets on between its interfaces: a router. */
  forward: z.optional(z.boolean()),
  /** Networks behind another router. */
  routes: z.optional(
    z.array(z.strictObject({ to: addressWithPrefix, via: address })).check(z.maxLength(SCENARIO_LIMITS.maxRoutes)),
  ),
  services: withDefault(services, {}),
  files: withDefault(z.array(fileEntry), []),
  /** Capitals in paths do not count, as on a Windows server. */
  caseInsensitive: z.optional(z.boolean()),
  /** The server hears nothing and says nothing before this time. */
  upAtMs: withDefault(timeMs, 0),
  power: withDefault(z.union([z.literal('on'), z.literal('off')]), 'on'),
  faults: serverFaults,
  position,
});

const link = z.strictObject({
  a: z.string(),
  b: z.string(),
  latencyUs: withDefault(z.number().check(z.gte(0.1), z.lte(1e7)), 5),
  bandwidthMbps: withDefault(rateMbps, 1000),
  faults: withDefault(z.array(fault).check(z.maxLength(SCENARIO_LIMITS.maxFaults)), []),
});

/** Names of keys such as Enter, Down, F8, Ctrl-B; or text to be typed. */
export const inputActionSchema = z.union(
  [
    z.strictObject({ keys: z.array(z.string().check(z.maxLength(32))).check(z.minLength(1), z.maxLength(1000)) }),
    z.strictObject({ type: text }),
    z.strictObject({ serial: text }),
    z.strictObject({ power: z.enum(['on', 'off', 'reset']) }),
    /** To the script of the machine's iPXE: hold the next command, run one, run on, hold at a line. */
    z.strictObject({
      ipxe: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('pause') }),
        z.strictObject({ kind: z.literal('step') }),
        z.strictObject({ kind: z.literal('go') }),
        z.strictObject({
          kind: z.literal('break'),
          /** Name of the script's image. */
          script: z.string(),
          line: z.int().check(z.gte(1)),
          on: withDefault(z.boolean(), true),
        }),
      ]),
    }),
    /** The keyboard is a person's from now on: what inputs before this one would still type is left out. */
    z.strictObject({ takeOver: z.literal(true) }),
  ],
  expects('input'),
);

/** What a person does, as part of the lab. */
const input = z.strictObject({
  machine: name,
  /** When: at a virtual time, or `delayMs` after a condition as `--until` takes it was first met. */
  at: z.union(
    [z.strictObject({ ms: timeMs }), z.strictObject({ when: condition, delayMs: withDefault(timeMs, 0) })],
    expects('moment'),
  ),
  do: inputActionSchema,
});

/** Stops a run from the n-th time on that its condition is met. */
const breakpoint = z.strictObject({
  condition,
  count: withDefault(z.int().check(z.gte(1), z.lte(1_000_000)), 1),
  enabled: withDefault(z.boolean(), true),
});

export const scenarioSchema = z.strictObject({
  version: z.literal(SCENARIO_VERSION),
  name: z.string().check(z.minLength(1), z.maxLength(120)),
  description: withDefault(z.string().check(z.maxLength(20_000)), ''),
  seed: withDefault(z.string().check(z.maxLength(64)), 'netboot'),
  nodes: z
    .array(z.discriminatedUnion('kind', [pc, bare, switchNode, server]))
    .check(z.minLength(1), z.maxLength(SCENARIO_LIMITS.maxNodes)),
  links: withDefault(z.array(link).check(z.maxLength(SCENARIO_LIMITS.maxLinks)), []),
  inputs: withDefault(z.array(input).check(z.maxLength(1000)), []),
  /** Where a run in the page stops; `lab run` does not look at them. */
  breakpoints: withDefault(z.array(breakpoint).check(z.maxLength(SCENARIO_LIMITS.maxBreakpoints)), []),
  /** Where a run of this lab is complete, as `--until` takes it. */
  until: z.optional(condition),
});

export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioInput = z.input<typeof scenarioSchema>;
export type ScenarioNode = Scenario['nodes'][number];
export type PcNode = z.output<typeof pc>;
export type BareNode = z.output<typeof bare>;
export type SwitchNode = z.output<typeof switchNode>;
export type ServerNode = z.output<typeof server>;
export type ScenarioLink = z.output<typeof link>;
/** Of a cable. */
export type ScenarioFault = z.output<typeof fault>;
/** Of the ports of a node. */
export type ScenarioPortFault = z.output<typeof portFault>;
export type ScenarioSilence = z.output<typeof silence>;
export type ScenarioUserInput = z.output<typeof input>;
export type FileContent = z.output<typeof fileContent>;
export type ChainImage = z.output<typeof chainImageSchema>;
export type FileEntry = z.output<typeof fileEntry>;
export type FirmwareOptions = z.output<typeof firmware>;

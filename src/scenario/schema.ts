/**
 * The lab as a document: what a link, a file in `public/scenarios/`, undo and the stored labs hold. This is the one
 * schema of what leaves the page. Additive changes use defaults; a breaking one raises `SCENARIO_VERSION` and
 * adds a step in `migrate.ts`.
 *
 * Units stand in names. Endpoints of links are `NODE.PORT`.
 */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { SCENARIO_LIMITS } from './limits.ts';
import { fileContent } from './nodes/content.ts';
import { NODE_KINDS, type NodeKind } from './nodes/all.ts';
import { fault, rateMbps, type portFault, type silence } from './nodes/fault-schemas.ts';
import { condition, expects, name, place, text, timeMs, type bareFirmware, type pcFirmware } from './nodes/parts.ts';

export type { ScenarioNode } from './nodes/all.ts';
export type { BareNode } from './nodes/bare.ts';
export type { ChainImage, FileContent } from './nodes/content.ts';
export type { PcNode } from './nodes/pc.ts';
export type { ServerNode } from './nodes/server.ts';
export type { SwitchNode } from './nodes/switch.ts';

export const SCENARIO_VERSION = 1;

type NodeSchema = (typeof NODE_KINDS)[NodeKind]['settings'];
const nodeSchemas = Object.values(NODE_KINDS).map(({ settings }) => settings) as [NodeSchema, ...NodeSchema[]];

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
    /** Puts a medium into a drive of a PC, in place of the one that is there; without content that is taken out. */
    z.strictObject({
      medium: z.strictObject({ drive: z.enum(['floppy', 'cdrom']), content: z.optional(fileContent) }),
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

/** PEM, as `src/trust` reads it. */
const pem = z.string().check(z.startsWith('-----BEGIN ', expects('pem')), z.maxLength(32 * 1024, expects('pem')));
const certificateName = z.string().check(z.minLength(1), z.maxLength(64));

/** A certificate of the lab's own authority, or from elsewhere. Its key is in the document, and so in links: it is public. */
const certificate = z.strictObject({
  /** What services, firmware and other certificates call it. */
  name: certificateName,
  certificate: pem,
  privateKey: z.optional(pem),
  /** The certificate of the lab that signed it; absent: itself, or one that is not here. */
  issuer: z.optional(certificateName),
  /** Its issuer has taken it back: the lab's OCSP responders say so. */
  revoked: z.optional(z.boolean()),
});

/** A text on the drawing of the lab; `to` names the node that its arrow points to. */
const note = z.strictObject({
  text: z.string().check(z.minLength(1), z.maxLength(500)),
  position: place,
  to: z.optional(name),
});

/** A time of the run that has something to show. `event` is selected there. */
const moment = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(120)),
  atNs: z.int().check(z.gte(0), z.lte(SCENARIO_LIMITS.maxMs * 1e6)),
  event: z.optional(z.int().check(z.gte(0))),
});

/** A column of the packet list: `no`, `time`, `port`, `source`, `destination`, `protocol`, `length`, `info`, or a field. */
const packetColumn = z.strictObject({
  field: z.string().check(z.minLength(1), z.maxLength(100)),
  /** Absent: the name of the column, or of the field. */
  title: z.optional(z.string().check(z.minLength(1), z.maxLength(60))),
  widthPx: z.optional(z.int().check(z.gte(20), z.lte(2000))),
});

const colour = z.string().check(z.regex(/^#[\da-f]{6}$/i));

/** Rows that the filter chooses get these colours, unless an earlier rule has chosen them. */
const colourRule = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(60)),
  filter: z.string().check(z.minLength(1), z.maxLength(1000)),
  text: colour,
  ground: colour,
  enabled: withDefault(z.boolean(), true),
});

const frameNumber = z.int().check(z.gte(1));

/** How the packet list looks, and what a person has noted on frames of the lab. It does not affect a run. */
export const packetsSchema = z.strictObject({
  columns: z.optional(z.array(packetColumn).check(z.minLength(1), z.maxLength(SCENARIO_LIMITS.maxColumns))),
  colours: z.optional(z.array(colourRule).check(z.maxLength(SCENARIO_LIMITS.maxColourRules))),
  /** Frames by number, as each left its sender. */
  marked: z.optional(z.array(frameNumber).check(z.maxLength(SCENARIO_LIMITS.maxFrameNotes))),
  comments: z.optional(
    z
      .array(z.strictObject({ frame: frameNumber, text: z.string().check(z.minLength(1), z.maxLength(2000)) }))
      .check(z.maxLength(SCENARIO_LIMITS.maxFrameNotes)),
  ),
});

export const scenarioSchema = z.strictObject({
  version: z.literal(SCENARIO_VERSION),
  name: z.string().check(z.minLength(1), z.maxLength(120)),
  description: withDefault(z.string().check(z.maxLength(20_000)), ''),
  seed: withDefault(z.string().check(z.maxLength(64)), 'netboot'),
  nodes: z
    .array(z.discriminatedUnion('kind', nodeSchemas))
    .check(z.minLength(1), z.maxLength(SCENARIO_LIMITS.maxNodes)),
  links: withDefault(z.array(link).check(z.maxLength(SCENARIO_LIMITS.maxLinks)), []),
  inputs: withDefault(z.array(input).check(z.maxLength(1000)), []),
  /** Where a run in the page stops; `lab run` does not look at them. */
  breakpoints: withDefault(z.array(breakpoint).check(z.maxLength(SCENARIO_LIMITS.maxBreakpoints)), []),
  certificates: withDefault(z.array(certificate).check(z.maxLength(SCENARIO_LIMITS.maxCertificates)), []),
  /** What a teacher has written on the drawing, and the moments to show, in order. They do not affect a run. */
  notes: withDefault(z.array(note).check(z.maxLength(SCENARIO_LIMITS.maxNotes)), []),
  moments: withDefault(z.array(moment).check(z.maxLength(SCENARIO_LIMITS.maxMoments)), []),
  packets: z.optional(packetsSchema),
  /** Where a run of this lab is complete, as `--until` takes it. */
  until: z.optional(condition),
});

export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioInput = z.input<typeof scenarioSchema>;
export type ScenarioLink = z.output<typeof link>;
/** Of a cable. */
export type ScenarioFault = z.output<typeof fault>;
/** Of the ports of a node. */
export type ScenarioPortFault = z.output<typeof portFault>;
export type ScenarioSilence = z.output<typeof silence>;
export type ScenarioMoment = z.output<typeof moment>;
export type ScenarioPackets = z.output<typeof packetsSchema>;
export type ScenarioColumn = z.output<typeof packetColumn>;
export type ScenarioColourRule = z.output<typeof colourRule>;
export type ScenarioUserInput = z.output<typeof input>;
export type FirmwareOptions = z.output<typeof pcFirmware> | z.output<typeof bareFirmware>;

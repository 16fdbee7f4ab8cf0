/** Disturbances of cables, of a node's ports and of servers. */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { SCENARIO_LIMITS } from '../limits.ts';
import { condition, portName, timeMs } from './parts.ts';

export const probability = z.number().check(z.gte(0), z.lte(1));
/** At most an hour. */
export const delayUs = z.number().check(z.gte(0), z.lte(3.6e9));
export const rateMbps = z.number().check(z.gte(0.001), z.lte(1e6));

/** The disturbances that a cable and a port have in common; `where` says which way, and where at a node. */
export function frameFaults<Where extends z.core.$ZodLooseShape>(where: Where) {
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
export const fault = z.discriminatedUnion(
  'kind',
  frameFaults({ direction: withDefault(z.enum(['both', 'a-to-b', 'b-to-a']), 'both') }),
);

export const atNode = {
  /** The port that has it; absent: every port of the node. */
  port: z.optional(portName),
  /** As the node sees it. */
  direction: withDefault(z.enum(['both', 'in', 'out']), 'both'),
};

/** A disturbance of a node's ports. */
export const portFault = z.discriminatedUnion('kind', frameFaults(atNode));
export const portFaults = withDefault(z.array(portFault).check(z.maxLength(SCENARIO_LIMITS.maxFaults)), []);

/**
 * The server hears and says nothing of what a display filter chooses, such as `tftp` or `dhcp.option.dhcp == 3`; without
 * one, nothing at all. What reaches it is in the capture, and there is no answer.
 */
export const silence = z.strictObject({
  kind: z.literal('silent'),
  filter: z.optional(condition),
  fromMs: z.optional(timeMs),
  toMs: z.optional(timeMs),
});
export const serverFaults = withDefault(
  z
    .array(z.discriminatedUnion('kind', [silence, ...frameFaults(atNode)]))
    .check(z.maxLength(SCENARIO_LIMITS.maxFaults)),
  [],
);

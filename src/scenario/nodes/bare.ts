import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { portFaults } from './fault-schemas.ts';
import { defineNode } from './node-kind.ts';
import { bareFirmware, identity, name, nic, position, power, timeMs } from './parts.ts';

/** The firmware with no CPU: it stops where guest code would start. */
const settings = z.strictObject({
  kind: z.literal('bare'),
  name,
  /** So many machines alike, named NAME1, NAME2, ...; the last bytes of their MACs count up. */
  count: withDefault(z.int().check(z.gte(1), z.lte(500)), 1),
  nics: z.array(nic).check(z.minLength(1), z.maxLength(4)),
  firmware: withDefault(bareFirmware, { personality: 'pxe', options: {} }),
  /** What the firmware reads from CPUID: scripts choose a kernel by it. An emulated PC is always 32-bit. */
  cpu: withDefault(z.enum(['32-bit', '64-bit']), '32-bit'),
  /** Each machine of a count is switched on so long after the one before. */
  staggerMs: withDefault(timeMs, 0),
  power,
  faults: portFaults,
  ...identity,
  position,
});

export type BareNode = z.output<typeof settings>;

export const bareKind = defineNode({
  id: 'bare',
  settings,
  offers: { bare: { stem: 'bare', settings: ({ mac }) => ({ nics: [{ mac: mac('52:54:00:ba') }] }) } },
  texts: { 'kind.bare': 'Bare machine', 'topology.add.bare': 'Add bare machine' },
});

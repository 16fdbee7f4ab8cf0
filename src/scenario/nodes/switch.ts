/** An Ethernet switch with VLANs, spanning tree and IGMP snooping. */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { portFaults } from './fault-schemas.ts';
import { defineNode } from './node-kind.ts';
import { name, portName, position, vlanId } from './parts.ts';

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

const settings = z.strictObject({
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
  /** IGMP snooping (RFC 4541): multicast goes only where hosts report its group; off, it is flooded. */
  igmp: withDefault(
    z.strictObject({
      snooping: withDefault(z.boolean(), false),
      /** Asks by itself which groups are wanted, as long as no router does. */
      querier: withDefault(z.boolean(), false),
    }),
    { snooping: false, querier: false },
  ),
  /** IEEE 802.1Q table 8-4: at most a million seconds. */
  macAgeingS: withDefault(z.number().check(z.gt(0), z.lte(1e6)), 300),
  faults: portFaults,
  position,
});

export type SwitchNode = z.output<typeof settings>;

export const switchKind = defineNode({
  id: 'switch',
  settings,
  offers: { switch: { stem: 'sw', settings: () => ({}) } },
  texts: { 'kind.switch': 'Switch', 'topology.add.switch': 'Add switch' },
});

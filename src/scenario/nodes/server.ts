/** A server: an IP host with services over one tree of files. A router is one that forwards. */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { SERVICES, type ServiceId } from '../../services/all.ts';
import { SCENARIO_LIMITS } from '../limits.ts';
import { fileEntry } from './content.ts';
import { serverFaults } from './fault-schemas.ts';
import { defineNode } from './node-kind.ts';
import { address, addressWithPrefix, mac, name, portName, position, timeMs, vlanId } from './parts.ts';

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

const settings = z.strictObject({
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
  /** Nothing more can be written: DHCP servers cannot keep their leases. */
  diskFull: z.optional(z.boolean()),
  /** The server hears nothing and says nothing before this time. */
  upAtMs: withDefault(timeMs, 0),
  power: withDefault(z.union([z.literal('on'), z.literal('off')]), 'on'),
  faults: serverFaults,
  position,
});

export type ServerNode = z.output<typeof settings>;

export const serverKind = defineNode({
  id: 'server',
  settings,
  contents: ({ files }) =>
    files.flatMap((entry, i) =>
      'content' in entry
        ? [
            { content: entry.content, path: ['files', i, 'content'] },
            { content: entry.change?.content, path: ['files', i, 'change', 'content'] },
          ]
        : [],
    ),
  offers: {
    server: {
      stem: 'server',
      settings: (fresh) => ({
        nics: [{ mac: fresh.mac('02:00:00:00'), address: '192.168.50.1/24' }],
        services: { dnsmasq: SERVICES.dnsmasq.initial, http: { root: '/srv/tftp' } },
      }),
    },
    /** Between the network of the first server and another. */
    router: {
      stem: 'router',
      settings: (fresh) => ({
        nics: [
          { name: 'eth0', mac: fresh.mac('02:00:00:00'), address: `${fresh.network}.254/24` },
          { name: 'eth1', mac: fresh.mac('02:00:00:01'), address: '192.168.60.254/24' },
        ],
        forward: true,
      }),
    },
    /** A DHCP server that nobody wants: it answers every client, and offers no boot file. */
    rogue: {
      stem: 'rogue',
      settings: ({ mac: freeMac, network }) => ({
        nics: [{ mac: freeMac('02:00:00:bd'), address: `${network}.250/24` }],
        services: { dnsmasq: { config: `dhcp-range=${network}.200,${network}.249,1h\ndhcp-authoritative\n` } },
      }),
    },
  },
  texts: {
    'kind.server': 'Server',
    'kind.router': 'Router',
    'kind.rogue': 'Rogue DHCP',
    'topology.add.server': 'Add server',
    'topology.add.router': 'Add router',
    'topology.add.rogue': 'Add rogue DHCP server',
  },
});

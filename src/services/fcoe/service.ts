/** FCoE as a service of a server: a forwarder, the fabric behind it, and disks that are attached to the fabric. */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { parseWwn } from '../../protocols/fc/wwn.ts';
import { diskSetting } from '../disks/disk-shelf.ts';
import { defineService, reportedBy } from '../service.ts';

/** Eight bytes with colons. */
const wwn = z.string().check(z.refine((text) => parseWwn(text) !== undefined, 'scenario.expects.wwn'));

const target = z.strictObject({
  /** Name of the port (WWPN), by which machines find the disk. */
  port: wwn,
  /** The first is LUN 0 unless it says otherwise. */
  luns: z
    .array(z.extend(diskSetting, { lun: z.optional(z.int().check(z.gte(0), z.lte(255))) }))
    .check(z.minLength(1), z.maxLength(16)),
  /** Ports of machines in whose zone the disk is; absent: all. */
  initiators: z.optional(z.array(wwn).check(z.maxLength(64))),
});

export const fcoeService = defineService({
  id: 'fcoe',
  title: 'FCoE',
  settings: z.strictObject({
    /** The card; absent: the first. */
    nic: z.optional(z.string().check(z.maxLength(32))),
    /** The VLAN of FCoE on this card, which must have it; machines learn of it by FIP. Absent: frames are untagged. */
    vlan: z.optional(z.int().check(z.gte(1), z.lte(4094))),
    /** Of several forwarders machines take the one with the lowest number. */
    priority: withDefault(z.int().check(z.gte(0), z.lte(255)), 128),
    /** How often forwarder and machines show that they are there; 0: machines need not. */
    keepAliveMs: withDefault(z.union([z.literal(0), z.int().check(z.gte(250), z.lte(90_000))]), 8000),
    /** Off: a forwarder from before FIP, which is found at a fixed address. */
    fip: withDefault(z.boolean(), true),
    targets: z.array(target).check(z.minLength(1), z.maxLength(32)),
  }),
  initial: { targets: [{ port: '50:01:02:03:04:05:06:07', luns: [{ source: { emptyMiB: 64 } }] }] },
  protocols: ['fip', 'fcoe', 'fc', 'fcels', 'fcp'],
  requests: { view: 'list', isRequest: reportedBy('fcoe') },
  texts: {
    'service.fcoe.empty':
      'No machine has logged in to the fabric. Each login, and each command that fails, becomes a row here.',
  },
});

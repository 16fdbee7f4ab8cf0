/** ATA over Ethernet as a service of a server: disks for machines on the same network, without IP. */
import * as z from 'zod/mini';
import { parseMac } from '../../base/address.ts';
import { diskSetting } from '../disks/disk-shelf.ts';
import { defineService, reportedBy } from '../service.ts';

const target = z.extend(diskSetting, {
  /** Shelf and slot: `e1.2`. The highest of each stand for all targets. */
  shelf: z.int().check(z.gte(0), z.lte(0xfffe)),
  slot: z.int().check(z.gte(0), z.lte(0xfe)),
  /** The card that it is served on; absent: all. */
  nic: z.optional(z.string().check(z.maxLength(32))),
  /** MAC addresses that are answered; absent: all. */
  macs: z.optional(
    z
      .array(z.string().check(z.refine((text) => parseMac(text) !== undefined, 'scenario.expects.mac')))
      .check(z.maxLength(255)),
  ),
  /** What Query Config tells, such as the owner of the disk. */
  configString: z.optional(z.string().check(z.maxLength(1024))),
});

export type AoeTargetSetting = z.output<typeof target>;

export const aoeService = defineService({
  id: 'aoe',
  title: 'AoE',
  settings: z.strictObject({ targets: z.array(target).check(z.minLength(1), z.maxLength(32)) }),
  initial: { targets: [{ shelf: 0, slot: 0, source: { emptyMiB: 64 } }] },
  protocols: ['aoe'],
  requests: { view: 'list', isRequest: reportedBy('aoe') },
  texts: {
    'service.aoe.empty': 'No machine has asked for a disk. Each one that finds a target here becomes a row.',
  },
});

/** iSCSI targets as a service of a server: disks for machines elsewhere, block by block. */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { ISCSI_PORT } from '../../protocols/iscsi/fields.ts';
import { diskSetting } from '../disks/disk-shelf.ts';
import { defineService, reportedBy, settingParts } from '../service.ts';

/** RFC 3722 and RFC 7143 §4.2.7: `iqn.`, `eui.` or `naa.`, small letters, at most 223 bytes. */
const iscsiName = z
  .string()
  .check(
    z.regex(/^(iqn\.\d{4}-\d{2}\.[a-z0-9.-]+(:[a-z0-9.:_-]*)?|eui\.[0-9a-f]{16}|naa\.[0-9a-f]{16,32})$/),
    z.maxLength(223),
  );
const word = z.string().check(z.minLength(1), z.maxLength(255));
const account = z.strictObject({ username: word, password: word });

const target = z.strictObject({
  name: iscsiName,
  alias: z.optional(z.string().check(z.maxLength(255))),
  /** The first is LUN 0 unless it says otherwise. */
  luns: z
    .array(z.extend(diskSetting, { lun: z.optional(z.int().check(z.gte(0), z.lte(255))) }))
    .check(z.minLength(1), z.maxLength(16)),
  /** Names of initiators that may log in; absent: all. */
  initiators: z.optional(z.array(word).check(z.maxLength(64))),
  /** What initiators must know. */
  chap: z.optional(account),
  /** What the target answers with when the initiator asks it to prove itself too. */
  mutualChap: z.optional(account),
  digests: withDefault(z.enum(['optional', 'none', 'required']), 'optional'),
  /** Data of writes may come with the command. */
  immediateData: withDefault(z.boolean(), true),
  /** The target asks for each piece of data, beyond what comes with the command. */
  initialR2t: withDefault(z.boolean(), true),
});

export type TargetSetting = z.output<typeof target>;

export const iscsiService = defineService({
  id: 'iscsi',
  title: 'iSCSI',
  settings: z.strictObject({
    port: withDefault(settingParts.port, ISCSI_PORT),
    targets: z.array(target).check(z.minLength(1), z.maxLength(32)),
  }),
  initial: {
    targets: [{ name: 'iqn.2026-01.lab.example:disk1', luns: [{ source: { emptyMiB: 64 } }] }],
  },
  protocols: ['iscsi'],
  requests: { view: 'list', isRequest: reportedBy('iscsi') },
  texts: {
    'service.iscsi.empty': 'No machine has logged in. Each login, and each command that fails, becomes a row here.',
  },
});

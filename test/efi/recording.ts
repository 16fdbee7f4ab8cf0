/** A recorded boot of OVMF x64 (`tools/record/ovmf.py`): what was set up, the frames at the machine's card, its console. */
import { readFileSync, readdirSync } from 'node:fs';
import * as z from 'zod/mini';

const content = z.object({
  efi: z.optional(z.enum(['ia32', 'x64', 'arm64'])),
  hex: z.optional(z.string()),
  text: z.optional(z.string()),
  bytes: z.optional(z.number()),
  mode: z.optional(z.string()),
});

const answer = z.extend(content, {
  status: z.optional(z.string()),
  headers: z.optional(z.array(z.string())),
  chunked: z.optional(z.boolean()),
  head: z.optional(z.string()),
  mute: z.optional(z.boolean()),
});

const server = z.object({
  address: z.string(),
  mac: z.string(),
  config: z.string(),
  user: z.optional(z.string()),
  files: z.optional(z.record(z.string(), content)),
  http: z.optional(z.record(z.string(), answer)),
  mute: z.optional(z.number()),
  atftpd: z.optional(z.boolean()),
});

const recording = z.object({
  name: z.string(),
  about: z.string(),
  servers: z.array(server),
  support: z.optional(z.record(z.string(), z.string())),
  until: z.optional(z.string()),
  keys: z.optional(z.array(z.object({ send: z.string() }))),
  console: z.array(z.array(z.union([z.number(), z.null(), z.string()]))),
  frames: z.array(z.object({ us: z.number(), bytes: z.number(), hex: z.string() })),
});

export type Recording = z.output<typeof recording>;
export type RecordedServer = z.output<typeof server>;

const FOLDER = new URL('./fixtures/recorded/', import.meta.url);

export function recordings(): readonly Recording[] {
  return readdirSync(FOLDER)
    .toSorted()
    .map((name) => recording.parse(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'))));
}

/** `PE` machine types that the recorder makes programs for. */
const MACHINES = { ia32: 0x14c, x64: 0x8664, arm64: 0xaa64 } as const;

/** As long as the recorder's program, with the head that a firmware looks at. */
export function efiProgram(machine: keyof typeof MACHINES, size: number): Buffer {
  const bytes = Buffer.alloc(Math.max(size, 0x400));
  bytes.write('MZ', 0, 'latin1');
  bytes.writeUInt32LE(0x40, 0x3c);
  bytes.write('PE\0\0', 0x40, 'latin1');
  bytes.writeUInt16LE(MACHINES[machine], 0x44);
  bytes.writeUInt16LE(10, 0x9c);
  return bytes;
}

export function contentOf(entry: z.output<typeof content>): Buffer {
  if (entry.efi !== undefined) return efiProgram(entry.efi, entry.bytes ?? 0);
  const data = entry.hex === undefined ? Buffer.from(entry.text ?? '', 'latin1') : Buffer.from(entry.hex, 'hex');
  return Buffer.concat([data, Buffer.alloc(Math.max(0, (entry.bytes ?? 0) - data.length))]);
}

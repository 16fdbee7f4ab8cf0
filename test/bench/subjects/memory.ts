/** Resident memory of a process as Linux tells it. */
import { existsSync, readFileSync } from 'node:fs';
import { itemAt } from '../../../src/base/lists/list.ts';
import type { MemoryReading } from '../types.ts';

/** `largeMappingBytes` sums the writable mappings of at least `largeBytes`. Undefined on other systems than Linux. */
export function readMemory(pid: number, largeBytes: number): MemoryReading | undefined {
  const path = `/proc/${pid}/smaps`;
  if (!existsSync(path)) return undefined;
  let residentBytes = 0;
  let largeMappingBytes = 0;
  let isLarge = false;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const mapping = /^([0-9a-f]+)-([0-9a-f]+) (\S+)/.exec(line);
    if (mapping !== null) {
      const size = Number.parseInt(itemAt(mapping, 2), 16) - Number.parseInt(itemAt(mapping, 1), 16);
      isLarge = size >= largeBytes && itemAt(mapping, 3).startsWith('rw');
      continue;
    }
    const resident = /^Rss:\s+(\d+) kB/.exec(line);
    if (resident === null) continue;
    const bytes = Number(resident[1]) * 1024;
    residentBytes += bytes;
    if (isLarge) largeMappingBytes += bytes;
  }
  return { residentBytes, largeMappingBytes };
}

/** Rooms: folders whose files can be read at a glance. */
import { posix } from 'node:path';
import type { Violation } from './check.ts';
import { CROWDED, MAX_FILES } from './rules.ts';

const isTest = (name: string): boolean => /\.test\.tsx?$/.test(name);

/** Folders with more files, tests aside, than a room may hold. `paths`: every file, from the root of the project. */
export function checkRooms(paths: readonly string[]): readonly Violation[] {
  const rooms = new Map<string, number>();
  for (const path of paths) {
    const room = posix.dirname(path);
    if (!isTest(path)) rooms.set(room, (rooms.get(room) ?? 0) + 1);
  }
  return [...rooms]
    .filter(([room, files]) => files > MAX_FILES && !CROWDED.some(({ folder }) => folder.test(room)))
    .map(([room, files]) => ({ rule: 'crowded', from: room, to: `${files} files; ${MAX_FILES} are allowed` }));
}

/**
 * iPXE's addition to the PXE API: files by URI, with whatever protocols the firmware speaks (opcodes E0h to E8h). A file is
 * downloaded whole when it is opened; reading takes it from there. Firmware without files leaves the functions out.
 */
import { fromCString } from '../../base/bytes.ts';
import type { Task } from '../../base/time/task.ts';
import type { PxeFiles } from '../platform.ts';
import type { PxeApiOptions, PxeHandlers } from './context.ts';
import { STATUS } from './table.ts';
import type { Status } from './table.ts';

/** What the caller of FILE_API_CHECK says, and what it is answered. */
const CHECK = { magicIn: 0x91d4_47b2, magicOut: 0xe9c1_7b20, provider: 0x4558_5067, size: 20 } as const;
/** Bit n: opcode E0h + n is there. FILE_EXIT_HOOK is not, as in images of iPXE that end with the machine. */
const API_MASK = 0x017f;
const READY_TO_READ = 1;
const FIRST_HANDLE = 1;
/** A URI, or a command of a program. */
const TEXT_LIMIT_BYTES = 4096;
/** Open files of one program. */
const FILE_LIMIT = 32;

interface OpenFile {
  readonly data: Uint8Array;
  at: number;
}

export function fileFunctions({ memory }: Pick<PxeApiOptions, 'memory'>, files: PxeFiles): PxeHandlers {
  const open = new Map<number, OpenFile>();
  const textAt = (address: number): string => fromCString(memory.read(address, TEXT_LIMIT_BYTES));

  return {
    PXENV_FILE_API_CHECK: (params) => {
      if (params.get('magic') !== CHECK.magicIn || params.get('size') < CHECK.size) return STATUS.failure;
      params.set('size', CHECK.size);
      params.set('magic', CHECK.magicOut);
      params.set('provider', CHECK.provider);
      params.set('apiMask', API_MASK);
      params.set('flags', 0);
      return STATUS.success;
    },
    PXENV_FILE_OPEN: function* (params): Task<Status> {
      if (open.size >= FILE_LIMIT) return STATUS.outOfResources;
      const fetched = yield* files.fetch(textAt(params.get('fileName')));
      if (!fetched.ok) return fetched.error;
      // The lowest handle that is free, as of files in general.
      let handle = FIRST_HANDLE;
      while (open.has(handle)) handle++;
      open.set(handle, { data: fetched.value, at: 0 });
      params.set('fileHandle', handle);
      return STATUS.success;
    },
    PXENV_FILE_CLOSE: (params) => {
      open.delete(params.get('fileHandle'));
      return STATUS.success;
    },
    PXENV_FILE_SELECT: (params) => {
      params.set('ready', open.has(params.get('fileHandle')) ? READY_TO_READ : 0);
      return STATUS.success;
    },
    PXENV_FILE_READ: (params) => {
      const file = open.get(params.get('fileHandle'));
      if (file === undefined) return STATUS.badFile;
      const part = file.data.subarray(file.at, file.at + params.get('bufferSize'));
      memory.write(params.get('buffer'), part);
      file.at += part.length;
      params.set('bufferSize', part.length);
      return STATUS.success;
    },
    PXENV_GET_FILE_SIZE: (params) => {
      const file = open.get(params.get('fileHandle'));
      if (file === undefined) return STATUS.badFile;
      params.set('fileSize', file.data.length);
      return STATUS.success;
    },
    PXENV_FILE_EXEC: (params) => {
      // Commands print by the BIOS, which is for real mode.
      if (params.mode.name !== 'real') return STATUS.unsupported;
      const command = textAt(params.get('command'));
      return command === '' ? STATUS.failure : { serve: files.execute(command) };
    },
    PXENV_FILE_CMDLINE: (params) => {
      // The length of the whole line, also of one that the buffer cuts.
      const line = new Uint8Array(files.commandLine.length + 1);
      for (let i = 0; i < files.commandLine.length; i++) line[i] = files.commandLine.charCodeAt(i);
      const size = params.get('bufferSize');
      if (size > 0) {
        const part = line.slice(0, size);
        part[part.length - 1] = 0;
        memory.write(params.get('buffer'), part);
      }
      params.set('bufferSize', files.commandLine === '' ? 0 : line.length);
      return STATUS.success;
    },
  };
}

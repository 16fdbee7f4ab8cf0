/** iPXE's file functions: what programs are answered, with handles, parts and failures. */
import { beforeEach, describe, expect, it } from 'vitest';
import { fromLatin1, latin1 } from '../../base/bytes.ts';
import { err, ok } from '../../base/result.ts';
import { startTask, type Task } from '../../base/time/task.ts';
import { SparseMemory } from '../bare/sparse-memory.ts';
import type { PxeFiles } from '../platform.ts';
import { fileFunctions } from './file-functions.ts';
import { Params, realMode } from './params.ts';
import { pxeFunction, STATUS, type PxeFunctionName, type Status } from './table.ts';

const PARAMS = 0x8000;
const BUFFER = 0x9_0000;

const executed: string[] = [];
const files: PxeFiles = {
  commandLine: 'quiet splash',
  // oxlint-disable-next-line require-yield -- it is done at once
  *execute(command) {
    executed.push(command);
    return command.startsWith('echo') ? STATUS.success : STATUS.failure;
  },
  *fetch(uri) {
    // It takes an instant, as every download does.
    yield (resume) => {
      resume();
      return () => {};
    };
    return uri === 'http://10.0.2.1/boot.cfg' ? ok(latin1('default linux')) : err(STATUS.tftpFileNotFound);
  },
};

let memory: SparseMemory;
let handlers: ReturnType<typeof fileFunctions>;
beforeEach(() => {
  memory = new SparseMemory(0x10_0000);
  handlers = fileFunctions({ memory }, files);
});

function params(opcode: number): Params {
  return new Params(memory, PARAMS, pxeFunction(opcode)?.fields ?? [], realMode(0));
}

function call(name: PxeFunctionName, given: Params): Status | undefined {
  const answer = handlers[name]?.(given);
  if (typeof answer !== 'object') return answer;
  return now('serve' in answer ? answer.serve : answer);
}

function now(task: Task<Status>): Status | undefined {
  const ended: { status?: Status } = {};
  startTask(task, (status) => {
    ended.status = status;
  });
  return ended.status;
}

function open(uri: string): readonly [Status | undefined, Params] {
  memory.write(BUFFER, latin1(`${uri}\0`));
  const given = params(0xe0);
  given.setBytes('fileName', Uint8Array.of(0, 0, 0, 0x90));
  return [call('PXENV_FILE_OPEN', given), given];
}

function read(handle: number, size: number): readonly [Status | undefined, string] {
  const given = params(0xe3);
  given.set('fileHandle', handle);
  given.set('bufferSize', size);
  given.setBytes('buffer', Uint8Array.of(0, 0, 0, 0x90));
  const status = call('PXENV_FILE_READ', given);
  return [status, fromLatin1(memory.read(BUFFER, given.get('bufferSize')))];
}

describe('FILE_API_CHECK', () => {
  it('answers as iPXE does to the right word, and fails to another', () => {
    const given = params(0xe6);
    given.set('size', 20);
    given.set('magic', 0x91d4_47b2);
    expect(call('PXENV_FILE_API_CHECK', given)).toBe(0);
    expect([given.get('size'), given.get('magic'), given.get('provider')]).toEqual([20, 0xe9c1_7b20, 0x4558_5067]);
    given.set('magic', 1);
    expect(call('PXENV_FILE_API_CHECK', given)).toBe(STATUS.failure);
  });

  it('offers just the functions that are there', () => {
    const given = params(0xe6);
    given.set('size', 20);
    given.set('magic', 0x91d4_47b2);
    call('PXENV_FILE_API_CHECK', given);
    for (let bit = 0; bit < 9; bit++) {
      const name = pxeFunction(0xe0 + bit)?.name;
      expect((given.get('apiMask') >>> bit) & 1).toBe(name !== undefined && handlers[name] !== undefined ? 1 : 0);
    }
  });
});

describe('files', () => {
  it('are opened by URI, measured, read in parts to the end, and closed', () => {
    const [status, given] = open('http://10.0.2.1/boot.cfg');
    expect(status).toBe(0);
    const handle = given.get('fileHandle');
    const size = params(0xe4);
    size.set('fileHandle', handle);
    expect([call('PXENV_GET_FILE_SIZE', size), size.get('fileSize')]).toEqual([0, 13]);
    const select = params(0xe2);
    select.set('fileHandle', handle);
    expect([call('PXENV_FILE_SELECT', select), select.get('ready')]).toEqual([0, 1]);
    expect(read(handle, 8)).toEqual([0, 'default ']);
    expect(read(handle, 8)).toEqual([0, 'linux']);
    expect(read(handle, 8)).toEqual([0, '']);
    const close = params(0xe1);
    close.set('fileHandle', handle);
    expect(call('PXENV_FILE_CLOSE', close)).toBe(0);
    expect(read(handle, 8)[0]).toBe(STATUS.badFile);
  });

  it('that are missing give the status of the failure, and no handle', () => {
    expect(open('http://10.0.2.1/other')[0]).toBe(STATUS.tftpFileNotFound);
    expect(read(1, 8)[0]).toBe(STATUS.badFile);
  });

  it('are bounded in number, and each has a handle of its own', () => {
    const handles = Array.from({ length: 32 }, () => open('http://10.0.2.1/boot.cfg')[1].get('fileHandle'));
    expect(new Set(handles).size).toBe(32);
    expect(open('http://10.0.2.1/boot.cfg')[0]).toBe(STATUS.outOfResources);
  });
});

describe('FILE_CMDLINE', () => {
  it('copies the arguments as far as there is room, with an end, and tells their length', () => {
    const given = params(0xe8);
    given.set('bufferSize', 6);
    given.setBytes('buffer', Uint8Array.of(0, 0, 0, 0x90));
    expect(call('PXENV_FILE_CMDLINE', given)).toBe(0);
    expect([fromLatin1(memory.read(BUFFER, 6)), given.get('bufferSize')]).toEqual(['quiet\0', 13]);
  });
});

describe('PXENV_FILE_EXEC', () => {
  const exec = (command: string, mode = realMode(0)): Status | undefined => {
    memory.write(BUFFER, latin1(`${command}\0`));
    const given = new Params(memory, PARAMS, pxeFunction(0xe5)?.fields ?? [], mode);
    given.setBytes('command', Uint8Array.of(0, 0, 0, 0x90));
    return call('PXENV_FILE_EXEC', given);
  };

  it('runs a command of the firmware, and has its status', () => {
    expect([exec('echo hello'), exec('sanboot nothing')]).toEqual([STATUS.success, STATUS.failure]);
    expect(executed).toEqual(['echo hello', 'sanboot nothing']);
  });

  it('runs none that is empty, and none from protected mode, where the BIOS cannot print', () => {
    expect(exec('')).toBe(STATUS.failure);
    expect(exec('echo', { ...realMode(0), name: 'protected' })).toBe(STATUS.unsupported);
  });
});

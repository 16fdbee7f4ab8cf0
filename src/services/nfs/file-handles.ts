/**
 * File handles (RFC 1813 §2.6): 16 bytes that mean a path to this server alone. Version 2 of NFS has handles of 32 bytes: the
 * same with zeros behind. A client that has mounted so and then asks by version 3, as U-Boot does, is understood.
 */
import { OLD_HANDLE_BYTES } from '../../protocols/nfs/fields.ts';
import { equalBytes, latin1, readU32, writeU32 } from '../../base/bytes.ts';

const MAGIC = latin1('netboot-nfs:');
const HANDLE_BYTES = MAGIC.length + 4;

/** Paths have numbers in the order in which they were first asked for; the number is the file's id too. */
export class FileHandles {
  private readonly numbers = new Map<string, number>();
  private readonly paths: string[] = [];

  fileId(path: string): number {
    let number = this.numbers.get(path);
    if (number === undefined) {
      number = this.paths.push(path);
      this.numbers.set(path, number);
    }
    return number;
  }

  handleOf(path: string): Uint8Array {
    const handle = new Uint8Array(HANDLE_BYTES);
    handle.set(MAGIC);
    writeU32(handle, MAGIC.length, this.fileId(path));
    return handle;
  }

  /** As version 1 and 2 of the mount protocol give it. */
  oldHandleOf(path: string): Uint8Array {
    const handle = new Uint8Array(OLD_HANDLE_BYTES);
    handle.set(this.handleOf(path));
    return handle;
  }

  /** Undefined when this server did not make the handle. */
  pathOf(handle: Uint8Array): string | undefined {
    const isOld = handle.length === OLD_HANDLE_BYTES && handle.subarray(HANDLE_BYTES).every((byte) => byte === 0);
    if ((handle.length !== HANDLE_BYTES && !isOld) || !equalBytes(handle.subarray(0, MAGIC.length), MAGIC))
      return undefined;
    return this.paths.at(readU32(handle, MAGIC.length) - 1);
  }
}

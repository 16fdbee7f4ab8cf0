/** File handles (RFC 1813 §2.6): 16 bytes that mean a path to this server alone. */
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

  /** Undefined when this server did not make the handle. */
  pathOf(handle: Uint8Array): string | undefined {
    if (handle.length !== HANDLE_BYTES || !equalBytes(handle.subarray(0, MAGIC.length), MAGIC)) return undefined;
    return this.paths.at(readU32(handle, MAGIC.length) - 1);
  }
}

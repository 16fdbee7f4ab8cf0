/** A folder of the browser's own file system (OPFS), as workers read and write it. */
import type { FileFolder } from './stored-keyframes.ts';

export class BrowserFolder implements FileFolder {
  private readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  async list(): Promise<readonly string[]> {
    const files: { readonly name: string; readonly changed: number }[] = [];
    for await (const handle of (await this.folder()).values()) {
      if (handle.kind !== 'file') continue;
      const { size, lastModified } = await handle.getFile();
      // An empty one is being written by another tab, or was when the page was closed.
      if (size > 0) files.push({ name: handle.name, changed: lastModified });
    }
    return files.sort((a, b) => a.changed - b.changed).map(({ name }) => name);
  }

  async read(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const handle = await (await this.folder()).getFileHandle(name);
    return new Uint8Array(await (await handle.getFile()).arrayBuffer());
  }

  async write(name: string, parts: readonly Uint8Array[]): Promise<void> {
    const handle = await (await this.folder()).getFileHandle(name, { create: true });
    const file = await handle.createWritable();
    try {
      for (const part of parts) await file.write(part as Uint8Array<ArrayBuffer>);
      // The file is there, whole, from now on.
      await file.close();
    } catch (error) {
      // The file is there, but empty.
      await this.remove(name);
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    try {
      await (await this.folder()).removeEntry(name);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'NotFoundError')) throw error;
    }
  }

  private async folder(): Promise<FileSystemDirectoryHandle> {
    return await (await navigator.storage.getDirectory()).getDirectoryHandle(this.name, { create: true });
  }
}

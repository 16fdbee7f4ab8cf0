/**
 * An NFS server: portmapper, mount server and NFS, each at its port. It speaks version 3 over TCP and, where they are switched
 * on, version 2 and UDP, which Linux's server leaves off.
 */
import type { EventSink } from '../../base/event-log.ts';
import type { Host } from '../../net/host/types.ts';
import { NFS_PORT } from '../../protocols/nfs/fields.ts';
import { normalizePath, type FileTree } from '../files/file-tree.ts';
import type { Portmapper } from '../rpc/portmapper.ts';
import type { RpcProgram } from '../rpc/rpc-program.ts';
import { RpcServer } from '../rpc/rpc-server.ts';
import { FileHandles } from './file-handles.ts';
import { isExported, MountProgram } from './mount.ts';
import { NfsFiles } from './nfs-files.ts';
import { NfsProgram } from './nfs-program.ts';
import { ReadReports } from './read-reports.ts';

export interface NfsServerOptions {
  readonly log: EventSink;
  readonly files: FileTree;
  /** Directories that may be mounted, with what is below them. */
  readonly exports: readonly string[];
  readonly udp: boolean;
  readonly vers2: boolean;
  /** Milliseconds since 1970 at virtual time zero: the date of the files. */
  readonly epochMs: number;
  readonly portmapper: Portmapper;
}

/** Where rpc.mountd of Linux registers. */
const MOUNT_PORT = 20_048;

export class NfsServer {
  private readonly options: NfsServerOptions;
  private readonly reads: ReadReports;
  private readonly services: readonly { readonly port: number; readonly program: RpcProgram }[];

  constructor(options: NfsServerOptions) {
    const { log, files, exports, epochMs, vers2 } = options;
    this.options = options;
    this.reads = new ReadReports(log);
    const handles = new FileHandles();
    const roots = exports.map(normalizePath);
    const mount = { port: MOUNT_PORT, program: new MountProgram(files, handles, roots) };
    const seen = new NfsFiles({
      files,
      handles,
      isExported: (path) => isExported(roots, path),
      time: { seconds: Math.floor(epochMs / 1000), nanoseconds: 0 },
      reads: this.reads,
    });
    const nfs = { port: NFS_PORT, program: new NfsProgram(seen, vers2) };
    this.services = [mount, nfs];
  }

  listen(host: Host): void {
    const { log, udp, portmapper } = this.options;
    for (const { port, program } of this.services) {
      const server = new RpcServer(log, program);
      const { version: newest, oldest = newest } = program;
      const register = (protocol: 'tcp' | 'udp'): void => {
        for (let version = oldest; version <= newest; version++)
          portmapper.register(host, { program: program.program, version, protocol, port });
      };
      register('tcp');
      server.listenTcp(host, port, (client) => {
        if (program.name === 'nfs') this.reads.end(client);
      });
      if (!udp) continue;
      register('udp');
      server.listenUdp(host, port);
    }
  }
}

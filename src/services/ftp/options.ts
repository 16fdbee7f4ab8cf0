/** What an FTP server is given. */
import type { Clock } from '../../base/time/clock.ts';
import type { EventSink } from '../../base/event-log.ts';
import type { Rng } from '../../base/rng.ts';
import type { Host } from '../../net/host/types.ts';
import type { FileTree } from '../files/file-tree.ts';

interface FtpUser {
  readonly user: string;
  readonly password: string;
}

export interface FtpServerOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: EventSink;
  readonly host: Host;
  readonly files: FileTree;
  /** Folder of the files that `/` stands for. */
  readonly root: string;
  readonly users?: readonly FtpUser[];
  /** Whether `anonymous` and `ftp` come in with any password. Default true. */
  readonly anonymous?: boolean;
  /** All transfers together go out no faster. */
  readonly bytesPerSecond?: number | undefined;
  /** Closes the data connection after so many bytes of a file. */
  readonly closeAfterBytes?: number | undefined;
  /** Milliseconds since 1970 at virtual time zero: the date of the files. */
  readonly epochMs: number;
}

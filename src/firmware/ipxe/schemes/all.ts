/** Every scheme that a build may speak. */
import { aoeScheme } from './aoe/aoe.ts';
import { dataScheme } from './data/data.ts';
import { fcpScheme } from './fcp/fcp.ts';
import { ftpScheme } from './ftp/ftp.ts';
import { httpScheme, httpsScheme } from './http/http.ts';
import { iscsiScheme } from './iscsi/iscsi.ts';
import { nfsScheme } from './nfs/nfs.ts';
import type { SchemeSpec } from './scheme.ts';
import { slamScheme } from './slam/slam.ts';
import { mtftpScheme, tftmScheme } from './tftp/multicast.ts';
import { tftpScheme } from './tftp/tftp.ts';

export const allSchemes: readonly SchemeSpec[] = [
  tftpScheme,
  tftmScheme,
  mtftpScheme,
  slamScheme,
  httpScheme,
  httpsScheme,
  ftpScheme,
  nfsScheme,
  dataScheme,
  aoeScheme,
  iscsiScheme,
  fcpScheme,
];

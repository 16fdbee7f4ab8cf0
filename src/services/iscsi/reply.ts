/** What a target answers, before it is given its numbers. */
import type { TargetPdu } from '../../protocols/iscsi/pdu.ts';

type Unnumbered<P extends TargetPdu> = P extends TargetPdu ? Omit<P, 'statSn' | 'expCmdSn' | 'maxCmdSn'> : never;
export type Reply = Unnumbered<TargetPdu>;

/** English messages about remote procedure calls that are not answered. Answers are described in the terms of the RFCs. */
import { defineMessages } from '../../base/sentence.ts';

export const RPC_TEXTS = {
  'rpc.bad-record': '{client} RPC {reason}',
  'rpc.refused': '{client} {call} refused',
  'rpc.not-registered': '{client} {call} not registered',
  'rpc.program': 'program {program}',
  'rpc.version': 'version {version}',
  'rpc.procedure': 'procedure {procedure}',
} as const;

export const rpcMessage = defineMessages(RPC_TEXTS);

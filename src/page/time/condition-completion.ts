/** What may be written at the end of a condition: display filters, stages, texts on screens. */
import type { StageId } from '../../base/event-log.ts';
import type { Message } from '../../base/sentence.ts';
import type { ClientQueries } from '../queries.ts';
import { useDocument, useLive } from '../store.ts';

export interface Completion {
  /** The whole condition. */
  readonly text: string;
  readonly detail?: Message;
}

/** Where runs are stopped most, in the order of a boot. */
const STAGES: readonly StageId[] = [
  'rom-boot',
  'rarp-request',
  'rarp-reply',
  'bootp-request',
  'bootp-reply',
  'bootparams',
  'uefi-bds',
  'boot-option',
  'dhcp-discover',
  'dhcp-offer',
  'dhcp-ack',
  'proxy-dhcp',
  'boot-server',
  'file-request',
  'file-done',
  'nbp-entry',
  'menu',
  'script',
  'kernel-loaded',
  'exit-boot-services',
  'kernel-entry',
  'os-address',
  'boot-failed',
  'disk-boot',
  'boot-sector',
  'boot-loader',
  'no-device',
  'halted',
];

const MOST = 30;

export async function completeCondition(
  client: Pick<ClientQueries, 'analysis'>,
  condition: string,
): Promise<readonly Completion[]> {
  const { CALL_FIELDS } = await import('../../analysis/calls/call-filter.ts');
  const { scenario } = useDocument.getState();
  const machines =
    useLive.getState().update?.machines.map(({ name }) => name) ?? scenario?.nodes.map(({ name }) => name);
  const heads = [
    ...STAGES.map((stage) => `stage:${stage}`),
    'screen:/',
    'serial:/',
    ...CALL_FIELDS,
    ...(machines ?? []).slice(0, MOST).flatMap((name) => STAGES.map((stage) => `${name}.stage:${stage}`)),
  ];
  const words = heads.filter((head) => head.startsWith(condition) && head !== condition).map((text) => ({ text }));
  if (/^\s*[\w.-]*(stage|screen|serial|event):/.test(condition)) return words.slice(0, MOST);
  const filters = await client.analysis.complete(condition, condition.length);
  return [...words, ...filters.map(({ text, detail }) => ({ text, detail }))].slice(0, MOST);
}

/** A fault of a cable, a port or a server in a few words of the page's language. */
import { useCallback } from 'react';
import type { ScenarioFault, ScenarioPortFault, ScenarioSilence } from '../../../../scenario/schema.ts';
import { useText } from '../../../hooks.ts';

export type AnyFault = ScenarioFault | ScenarioPortFault | ScenarioSilence;

const percentOf = (probability: number): number => Math.round(probability * 1000) / 10;
const msOf = (delayUs: number): number => delayUs / 1000;

export function useFaultText(): (fault: AnyFault) => string {
  const text = useText();
  const what = useCallback(
    (fault: AnyFault): string => {
      switch (fault.kind) {
        case 'loss':
        case 'duplicate':
        case 'corrupt':
          return text(`fault.${fault.kind}`, { percent: percentOf(fault.probability) });
        case 'reorder':
          return text('fault.reorder', { percent: percentOf(fault.probability), delay: msOf(fault.delayUs) });
        case 'delay':
          return text('fault.delay', { delay: msOf(fault.delayUs), jitter: msOf(fault.jitterUs) });
        case 'bandwidth':
          return text('fault.bandwidth', { rate: fault.mbps });
        case 'mtu':
          return text('fault.mtu', { bytes: fault.bytes });
        case 'down':
          return text('fault.down');
        case 'silent':
          return fault.filter === undefined ? text('fault.silentAll') : text('fault.silent', { filter: fault.filter });
        case 'match': {
          const action = text(`fault.action.${fault.action}`);
          return fault.nth === undefined
            ? text('fault.matchAll', { action, filter: fault.filter })
            : text('fault.match', { action, nth: fault.nth, filter: fault.filter });
        }
      }
    },
    [text],
  );
  return useCallback(
    (fault) => {
      const parts = [what(fault)];
      if ('port' in fault && fault.port !== undefined) parts.push(text('fault.atPort', { port: fault.port }));
      if ('direction' in fault && fault.direction !== 'both' && fault.kind !== 'down')
        parts.push(text(`fault.direction.${fault.direction}`));
      const { fromMs, toMs } = fault;
      if (fromMs !== undefined || toMs !== undefined)
        parts.push(text('fault.window', { from: fromMs ?? 0, to: toMs ?? '∞' }));
      return parts.join(', ');
    },
    [what, text],
  );
}

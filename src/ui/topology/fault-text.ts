/** A fault of a cable in a few words of the page's language. */
import { useCallback } from 'react';
import type { ScenarioFault } from '../../scenario/schema.ts';
import { useText } from '../hooks.ts';

export function useFaultText(): (fault: ScenarioFault) => string {
  const text = useText();
  return useCallback(
    (fault) => {
      switch (fault.kind) {
        case 'loss':
        case 'duplicate':
        case 'corrupt':
          return text(`fault.${fault.kind}`, { percent: Math.round(fault.probability * 100) });
        case 'reorder':
          return text('fault.reorder', { percent: Math.round(fault.probability * 100), delay: fault.delayUs });
        case 'delay':
          return text('fault.delay', { delay: fault.delayUs, jitter: fault.jitterUs });
        case 'mtu':
          return text('fault.mtu', { bytes: fault.bytes });
        case 'down':
          return text('fault.down', { from: fault.fromMs ?? 0, to: fault.toMs ?? '∞' });
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
}

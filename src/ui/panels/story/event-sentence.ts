/** One line for any event, in the page's language; the output of machines and daemons is not translated. */
import { useCallback } from 'react';
import { stageDetail, type CallFields, type LabEvent } from '../../../base/event-log.ts';
import type { PacketRow } from '../../../threads/api/analysis-api.ts';
import { useMessage, useNumbers, useStageText, useText } from '../../hooks.ts';

export function useEventSentence(): (event: LabEvent, frame?: PacketRow) => string {
  const text = useText();
  const numbers = useNumbers();
  const message = useMessage();
  const stageText = useStageText();
  return useCallback(
    (event, frame) => {
      switch (event.kind) {
        case 'frame':
          return frame === undefined
            ? text('event.frame', { port: event.port })
            : text('event.frameOf', { number: frame.number, protocol: frame.protocol, info: frame.info });
        case 'transfer':
          return text(`event.transfer.${event.state}`, {
            protocol: event.protocol.toUpperCase(),
            name: event.name,
            done: numbers.bytes(event.doneBytes),
          });
        case 'menu':
          return event.menu.items.length === 0
            ? text('event.menuGone', { source: event.menu.source })
            : text('event.menu', {
                source: event.menu.source,
                title: event.menu.title,
                count: event.menu.items.length,
              });
        case 'input':
          return text('event.input', { channel: event.channel, text: message(event) });
        case 'console':
          return `${event.channel}: ${event.text}`;
        case 'log':
          return logLine(event.service, event.text);
        case 'call':
          return `${event.function}(${fieldsText(event.fields)})`;
        case 'return': {
          const { function: name, status, calls, failures } = event;
          const result = event.fields.length === 0 ? status : `${status}, ${fieldsText(event.fields)}`;
          const time = numbers.seconds(event.durationNs);
          return calls === 1
            ? text('event.return', { name, result, time })
            : text('event.returns', { name, status, calls, failures, time });
        }
        case 'stage':
          return stageText(event.stage, stageDetail(event));
        case 'fault':
        case 'decision':
        case 'server':
          return message(event);
      }
    },
    [text, numbers, message, stageText],
  );
}

function fieldsText(fields: CallFields): string {
  return fields.map(([name, value]) => `${name}=${value}`).join(', ');
}

/** Daemons write their own name before what they log. */
export function logLine(service: string, line: string): string {
  return line.startsWith(service) ? line : `${service}: ${line}`;
}

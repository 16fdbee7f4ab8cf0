/** The interactive shell. Errors do not end it, `exit` does. */
import type { Task } from '../../../base/time/task.ts';
import { OK, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import { readLine } from '../tui/readline.ts';
import { runLine } from './exec.ts';
import { verbatim } from '../../../base/sentence.ts';

const HISTORY_LINES = 7;

export function* runShell(ipxe: Ipxe): Task<Status> {
  let status: Status = OK;
  const history = ipxe.shellHistory;
  while (!ipxe.isEnding) {
    const line = yield* readLine(ipxe, { prompt: `${ipxe.build.productShortName}> `, history });
    if (!line.ok) continue;
    if (line.value === '') continue;
    if (history.at(-1) !== line.value) history.push(line.value);
    if (history.length > HISTORY_LINES) history.shift();
    ipxe.log.emit({ kind: 'input', channel: 'ipxe', ...verbatim(line.value) });
    status = yield* runLine(ipxe, line.value);
    if (ipxe.stop === 'sequence') break;
  }
  // The `exit` was for this shell, not for the script that started it.
  ipxe.stop = 'none';
  return status;
}

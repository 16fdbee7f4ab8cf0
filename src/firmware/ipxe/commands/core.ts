/** Commands of the language itself: echo, tests, jumps, shell, help, prompt, sleep, time. */
import { ok } from '../../../base/result.ts';
import { after } from '../../../base/time/task.ts';
import { NS_PER_MS, NS_PER_S } from '../../../base/time/clock.ts';
import { Err, OK, strerror, type Status } from '../errors.ts';
import { CTRL_C } from '../control-keys.ts';
import { ipxeMessage } from '../messages.ts';
import { execute } from '../script/exec.ts';
import { runShell } from '../script/shell.ts';
import { keyCode } from '../tui/keys.ts';
import { orSay, readInteger } from './arguments.ts';
import { flag, MANY_ARGUMENTS, option, type CommandSpec } from './registry.ts';

/** How often a waiting command looks for Ctrl-C. */
const KEY_POLL_NS = 100 * NS_PER_MS;

const HELP_CELL = 16;
const HELP_WIDTH = 64;

export const coreCommands: readonly CommandSpec[] = [
  {
    name: 'echo',
    feature: 'always',
    options: [flag('n', 'n')],
    minArguments: 0,
    maxArguments: MANY_ARGUMENTS,
    usage: '[...]',
    *run(ipxe, given) {
      yield* ipxe.print(given.args.join(' ') + (given.flag('n') ? '' : '\n'));
      return OK;
    },
  },
  {
    name: 'exit',
    feature: 'always',
    options: [],
    minArguments: 0,
    maxArguments: 1,
    usage: '[<status>]',
    *run(ipxe, given) {
      const status = given.args.length === 0 ? ok(OK) : yield* orSay(ipxe, readInteger(given.arg(0)));
      if (!status.ok) return status.error;
      ipxe.stop = 'sequence';
      return status.value;
    },
  },
  {
    name: 'isset',
    feature: 'always',
    options: [],
    minArguments: 1,
    maxArguments: 1,
    usage: '<value>',
    // oxlint-disable-next-line require-yield
    *run(_ipxe, given) {
      return given.args[0] === '' ? Err.issetFalse : OK;
    },
  },
  {
    name: 'iseq',
    feature: 'always',
    options: [],
    minArguments: 2,
    maxArguments: 2,
    usage: '<value1> <value2>',
    // oxlint-disable-next-line require-yield
    *run(_ipxe, given) {
      return given.args[0] === given.args[1] ? OK : Err.notEqual;
    },
  },
  {
    name: 'goto',
    feature: 'IMAGE_SCRIPT',
    options: [],
    minArguments: 1,
    maxArguments: 1,
    usage: '<label>',
    *run(ipxe, given) {
      if (ipxe.script === undefined) {
        yield* ipxe.print(`Not in a script: ${strerror(Err.notInScript)}\n`);
        return Err.notInScript;
      }
      const status = ipxe.script.goTo(given.arg(0));
      if (status === OK) ipxe.stop = 'command';
      else {
        const about = { label: given.arg(0), script: ipxe.script.image.name };
        ipxe.warnOnce('script-label-missing', ipxeMessage('ipxe.label-missing', about));
      }
      return status;
    },
  },
  {
    name: 'shell',
    feature: 'SHELL_CMD',
    options: [],
    minArguments: 0,
    maxArguments: 0,
    usage: '',
    *run(ipxe) {
      return yield* runShell(ipxe);
    },
  },
  {
    name: 'help',
    feature: 'SHELL_CMD',
    options: [],
    minArguments: 0,
    maxArguments: 0,
    usage: '',
    ignoresArguments: true,
    *run(ipxe) {
      let out = '\nAvailable commands:\n\n';
      let column = 0;
      for (const name of ipxe.commands.names) {
        if (column === 0) out += '  ';
        out += name;
        column += name.length;
        if (column > HELP_WIDTH) {
          out += '\n';
          column = 0;
        } else {
          const pad = (HELP_CELL - (column % HELP_CELL)) % HELP_CELL;
          out += ' '.repeat(pad);
          column += pad;
        }
      }
      yield* ipxe.print(`${out}\n\nType "<command> --help" for further information\n\n`);
      return OK;
    },
  },
  {
    name: 'prompt',
    feature: 'IMAGE_SCRIPT',
    options: [option('key', 'k', 'key'), option('timeout', 't', 'timeout')],
    minArguments: 0,
    maxArguments: MANY_ARGUMENTS,
    usage: '[<text>...]',
    *run(ipxe, given) {
      const text = given.args.join(' ');
      yield* ipxe.print(text);
      const key = yield* ipxe.key(given.number('timeout') ?? 0);
      yield* ipxe.print('\b \b'.repeat(text.length));
      if (key === undefined) return Err.promptTimeout;
      const wanted = given.number('key');
      return wanted === undefined || wanted === keyCode(key) ? OK : Err.promptOtherKey;
    },
  },
  {
    name: 'sleep',
    feature: 'always',
    options: [],
    minArguments: 1,
    maxArguments: 1,
    usage: '<seconds>',
    *run(ipxe, given) {
      const seconds = yield* orSay(ipxe, readInteger(given.arg(0)));
      if (!seconds.ok) return seconds.error;
      const endNs = ipxe.clock.nowNs + seconds.value * NS_PER_S;
      while (ipxe.clock.nowNs < endNs) {
        const key = yield* ipxe.platform.console.key(Math.max(1, endNs - ipxe.clock.nowNs));
        if (key?.ascii === CTRL_C) return Err.sleepCancelled;
      }
      return OK;
    },
  },
  {
    name: 'sync',
    feature: 'SYNC_CMD',
    options: [option('timeout', 't', 'timeout')],
    minArguments: 0,
    maxArguments: 0,
    usage: '',
    *run(ipxe, given) {
      const limitMs = given.number('timeout') ?? 0;
      const endNs = limitMs === 0 ? Number.POSITIVE_INFINITY : ipxe.clock.nowNs + limitMs * NS_PER_MS;
      let status: Status = OK;
      while (status === OK && ipxe.ip.hasPendingCloses) {
        if (ipxe.clock.nowNs >= endNs) status = Err.jobTimeout;
        else if (yield* ipxe.interrupted()) status = Err.cancelled;
        else yield after(ipxe.clock, KEY_POLL_NS);
      }
      if (status !== OK) yield* ipxe.print(`Operations did not complete: ${strerror(status)}\n`);
      return status;
    },
  },
  {
    name: 'time',
    feature: 'TIME_CMD',
    options: [],
    minArguments: 1,
    maxArguments: MANY_ARGUMENTS,
    usage: '<command>...',
    *run(ipxe, given) {
      const startNs = ipxe.clock.nowNs;
      const status = yield* execute(ipxe, given.args);
      const tenths = Math.floor((ipxe.clock.nowNs - startNs) / (NS_PER_S / 10));
      yield* ipxe.print(`time: ${Math.floor(tenths / 10)}.${tenths % 10}s\n`);
      return status;
    },
  },
];

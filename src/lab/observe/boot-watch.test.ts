/** Stages and menus of a machine, told from what a server does because of the machine's frames. */
import { describe, expect, it } from 'vitest';
import { EventLog, type StageId } from '../../base/event-log.ts';
import { EventQueue } from '../../base/time/event-queue.ts';
import { MemoryFileTree } from '../../services/files/file-tree.ts';
import { BootWatch } from './boot-watch.ts';
import { verbatim } from '../../base/sentence.ts';

/** The first kilobyte of a kernel that says that it is no longer. */
function kernel(): Uint8Array {
  const bytes = new Uint8Array(1024);
  bytes[0x1f1] = 1;
  bytes.set([0x55, 0xaa], 0x1fe);
  bytes.set(new TextEncoder().encode('HdrS'), 0x202);
  return bytes;
}

function bench(): {
  readonly reported: () => readonly string[];
  readonly stage: (stage: StageId) => void;
  readonly fetch: (path: string) => void;
  /** A file whose last ACK is lost; the next call is what the client asks for then. */
  readonly fetchUnacknowledged: (path: string) => {
    readonly next: () => void;
    readonly end: (isDone: boolean) => void;
  };
  readonly ack: (from: string) => void;
  readonly key: () => void;
} {
  const clock = new EventQueue();
  const log = new EventLog(clock);
  const files = new MemoryFileTree();
  files.addFile('/pxelinux.0', Uint8Array.of(0xea, 0, 0, 0));
  files.addFile('/pxelinux.cfg/default', 'ui menu.c32\ntimeout 100\nlabel one\nkernel linux\n');
  files.addFile('/menu.c32', 'x');
  files.addFile('/linux', kernel());
  const watch = new BootWatch({
    log,
    clock,
    server: (node) => (node === 'srv' ? { files, transferPath: (_, name) => name } : undefined),
    firmware: (node) => (node === 'pc1' ? 'pxe' : undefined),
  });
  log.on((event) => watch.onEvent(event));
  const frame = (node: string): number => log.emit(node, { kind: 'frame', port: node, direction: 'out', frame: 0 });
  return {
    reported: () =>
      log.events.flatMap((event) => {
        if (event.kind === 'menu') {
          const deadline = event.menu.deadlineNs === undefined ? '' : ` until ${event.menu.deadlineNs / 1e9}`;
          return [`${event.node} menu of ${event.menu.items.length}${deadline}`];
        }
        return event.kind === 'stage' && event.cause !== undefined ? [`${event.node} ${event.stage}`] : [];
      }),
    stage: (stage) => {
      log.emit('pc1', { kind: 'stage', stage, ...verbatim('') });
    },
    fetch: (name) => {
      const totalBytes = files.stat(name)?.size ?? 0;
      log.withCause(frame('pc1'), () => {
        const transfer = { kind: 'transfer', transfer: name, protocol: 'tftp', name, totalBytes } as const;
        log.emit('srv', { ...transfer, doneBytes: 0, state: 'active' });
        log.emit('srv', { ...transfer, doneBytes: totalBytes, state: 'done' });
      });
    },
    fetchUnacknowledged: (name) => {
      const totalBytes = files.stat(name)?.size ?? 0;
      const emit = (rest: { readonly sentBytes?: number; readonly state: 'active' | 'done' | 'failed' }): void =>
        log.withCause(frame('pc1'), () => {
          log.emit('srv', {
            kind: 'transfer',
            transfer: name,
            protocol: 'tftp',
            name,
            doneBytes: 0,
            totalBytes,
            ...rest,
          });
        });
      emit({ state: 'active' });
      return {
        next: () => emit({ sentBytes: totalBytes, state: 'active' }),
        end: (isDone) => emit({ state: isDone ? 'done' : 'failed' }),
      };
    },
    ack: (from) => {
      log.withCause(frame(from), () =>
        log.emit('srv', { kind: 'server', service: 'dhcp', code: 'ack', severity: 'info', ...verbatim(''), lines: [] }),
      );
    },
    key: () => {
      log.emit('pc1', { kind: 'input', channel: 'user', action: { keys: ['Down'] }, ...verbatim('Down') });
    },
  };
}

describe('BootWatch', () => {
  it('tells a boot from the menu to the address of the operating system', () => {
    const { reported, stage, fetch, ack, key } = bench();
    stage('power-on');
    ack('pc1');
    fetch('/pxelinux.0');
    fetch('/pxelinux.cfg/default');
    expect(reported()).toEqual([]);
    fetch('/menu.c32');
    expect(reported()).toEqual(['pc1 menu', 'pc1 menu of 1 until 10']);
    key();
    fetch('/linux');
    expect(reported().slice(2)).toEqual(['pc1 menu of 1', 'pc1 menu of 0', 'pc1 kernel-loaded']);
    ack('pc1');
    stage('kernel-entry');
    ack('elsewhere');
    expect(reported()).toHaveLength(5);
    ack('pc1');
    ack('pc1');
    expect(reported().slice(5)).toEqual(['pc1 os-address']);
  });

  it.each([true, false])(
    'takes a file for fetched when the client goes on without the last ACK (found later: %s)',
    (isDone) => {
      const { reported, fetch, fetchUnacknowledged } = bench();
      fetch('/pxelinux.0');
      fetch('/pxelinux.cfg/default');
      const { next, end } = fetchUnacknowledged('/menu.c32');
      expect(reported()).toEqual([]);
      next();
      expect(reported()).toEqual(['pc1 menu', 'pc1 menu of 1 until 10']);
      end(isDone);
      expect(reported()).toHaveLength(2);
    },
  );

  it('takes the menu away when the machine is reset, and starts again', () => {
    const { reported, stage, fetch } = bench();
    for (let i = 0; i < 2; i++) {
      fetch('/pxelinux.0');
      fetch('/pxelinux.cfg/default');
      fetch('/menu.c32');
      stage('power-on');
    }
    const once = ['pc1 menu', 'pc1 menu of 1 until 10', 'pc1 menu of 0'];
    expect(reported()).toEqual([...once, ...once]);
  });
});

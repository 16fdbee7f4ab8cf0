/**
 * The border round one node that lives on the lab's own clock: whatever throws inside it (a timer of its, a frame that
 * it is handed, an input) ends that node, and the lab and all others go on. Emulated PCs have theirs in their cells.
 */
import type { Clock } from '../../base/clock.ts';
import type { FramePort } from '../../net/port.ts';
import type { NodeContext } from '../context.ts';

export class NodeGuard {
  /** What the node is to be given in place of the lab's own. */
  readonly context: NodeContext;
  private readonly onFailure: (error: unknown) => void;
  /** The node's life: what was set up in one that has ended does not happen in the next. */
  private life = { hasFailed: false };

  /** `onFailure` tells it, and stops what it can; it is called once a life. */
  constructor(context: NodeContext, onFailure: (error: unknown) => void) {
    this.onFailure = onFailure;
    const clock: Clock = {
      get nowNs() {
        return context.clock.nowNs;
      },
      schedule: (delayNs, callback) => context.clock.schedule(delayNs, this.guarded(callback)),
    };
    this.context = { ...context, clock, port: (name, node) => this.port(context.port(name, node)) };
  }

  run(action: () => void): void {
    const { life } = this;
    if (life.hasFailed) return;
    try {
      action();
    } catch (error) {
      // What called into the node from inside it may have failed first.
      if (life.hasFailed) return;
      life.hasFailed = true;
      this.onFailure(error);
    }
  }

  /** The node begins a new life: its power went, or came. */
  renew(): void {
    this.life = { hasFailed: false };
  }

  private guarded(callback: () => void): () => void {
    const { life } = this;
    return () => {
      if (!life.hasFailed) this.run(callback);
    };
  }

  private port(port: FramePort): FramePort {
    return {
      name: port.name,
      get linkUp() {
        return port.linkUp;
      },
      send: (frame) => port.send(frame),
      setReceiver: (receiver) =>
        port.setReceiver(receiver === undefined ? undefined : (frame) => this.run(() => receiver(frame))),
      setLinkListener: (listener) =>
        port.setLinkListener(listener === undefined ? undefined : (up) => this.run(() => listener(up))),
    };
  }
}

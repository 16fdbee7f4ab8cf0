/**
 * Isolates a node that runs on the lab's own clock: an exception inside it (in a timer, on a received frame, on an
 * input) ends that node, while the lab and all other nodes continue. Emulated PCs are isolated by their cells.
 */
import type { Clock } from '../../base/time/clock.ts';
import type { FramePort } from '../../net/port.ts';
import type { NodeContext } from '../context.ts';

export class NodeGuard {
  /** What the node gets in place of the lab's own. */
  readonly context: NodeContext;
  private readonly onFailure: (error: unknown) => void;
  /** The node's life: events scheduled in a life that has ended do not happen in the next. */
  private life = { hasFailed: false };

  /** `onFailure` reports the failure and stops what it can; called once per life. */
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
      // A nested call into the node may have failed first.
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

/**
 * Which menus wait for a choice, and until when. Virtual time that runs as fast as the computer can would take a menu's
 * default before anybody has seen it: while one waits, the lab runs in real time.
 */
import type { EventLog } from '../../base/event-log.ts';

export class OpenMenus {
  private readonly deadlines = new Map<string, number>();

  constructor(log: EventLog) {
    log.on((event) => {
      if (event.kind === 'menu') {
        const { items, deadlineNs } = event.menu;
        if (items.length > 0 && deadlineNs !== undefined) this.deadlines.set(event.node, deadlineNs);
        else this.deadlines.delete(event.node);
      } else if (event.kind === 'stage' && event.stage === 'power-off') this.deadlines.delete(event.node);
    });
  }

  /** Whether a menu counts down now. */
  isWaiting(nowNs: number): boolean {
    for (const deadlineNs of this.deadlines.values()) if (deadlineNs > nowNs) return true;
    return false;
  }
}

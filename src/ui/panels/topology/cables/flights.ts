/**
 * Frames on their way, as marks that move along the cables: several at once, both directions. In slow motion they move
 * at the speed of the frames; a mark is never too fast for the eye to follow, and stops in place while the lab is
 * paused. With reduced motion marks appear and do not move.
 */
import { wallMs } from '../../../../threads/api/host.ts';
import type { FlightView } from '../../../../threads/api/lab-api.ts';
import type { PacketRow } from '../../../../threads/api/analysis-api.ts';
import type { ClientQueries } from '../../../../page/queries.ts';
import { useShown, type ShownState } from '../../../../page/time/displayed-lab.ts';

/** Of a frame: its colouring rule, and its texts in the packet list. */
export type FlightLook = Pick<PacketRow, 'colour' | 'protocol' | 'info' | 'marks'>;

export interface Mark {
  readonly flight: FlightView;
  /** Share of the way, 0 to 1. */
  readonly place: number;
  readonly look: FlightLook | undefined;
}

interface Moving {
  readonly flight: FlightView;
  startMs: number;
  readonly durationMs: number;
  /** It waits there while the lab is paused. */
  limit: number;
}

/** The shortest time for a mark from end to end. */
const SHOWN_MS = 450;
/** Where a frame is drawn that has only just been sent: beside the card, not on it. */
const FIRST_PLACE = 0.12;
const MOST_MARKS = 16;
const MOST_LOOKS = 4000;

type Draw = (marks: readonly Mark[]) => void;

/** The clock by which marks move, and when they are drawn next. */
export interface PlayerHost {
  nowMs(): number;
  nextFrame(draw: () => void): void;
  /** Whether the user prefers reduced motion. */
  isStill(): boolean;
}

const BROWSER: PlayerHost = {
  nowMs: wallMs,
  nextFrame: (draw) => {
    requestAnimationFrame(draw);
  },
  isStill: () => matchMedia('(prefers-reduced-motion: reduce)').matches,
};

export class FlightPlayer {
  private readonly client: Pick<ClientQueries, 'analysis'>;
  private readonly drawers = new Map<number, Set<Draw>>();
  private moving: Moving[] = [];
  private readonly looks = new Map<number, FlightLook | undefined>();
  private generation = -1;
  private isWaiting = false;
  private readonly host: PlayerHost;

  constructor(client: Pick<ClientQueries, 'analysis'>, host: PlayerHost = BROWSER) {
    this.client = client;
    this.host = host;
    useShown.subscribe((shown, before) => {
      if (shown.update !== before.update) this.update(shown);
    });
  }

  /** Draws the marks of a link from now on. Returns a function that stops this. */
  draw(link: number, draw: Draw): () => void {
    const drawers = this.drawers.get(link) ?? new Set();
    this.drawers.set(link, drawers.add(draw));
    this.play();
    return () => drawers.delete(draw);
  }

  private update({ update, pastNs }: ShownState): void {
    if (update === undefined || update.generation !== this.generation) {
      this.generation = update?.generation ?? -1;
      this.moving = [];
      this.looks.clear();
    }
    if (update === undefined) return;
    const nowMs = this.host.nowMs();
    const { mode, timeNs, flights } = update;
    const isUnderWay = (flight: FlightView): boolean => flight.sentNs <= timeNs && timeNs < flight.arrivalNs;
    if (pastNs !== undefined) {
      this.moving = flights.map((flight) => ({ flight, startMs: 0, durationMs: 1, limit: placeAt(flight, timeNs) }));
    } else {
      const limitOf = (flight: FlightView): number => (mode.kind === 'paused' ? placeAt(flight, timeNs) : 1);
      for (const mark of this.moving) {
        // Marks that waited continue from where they stopped.
        const reached = Math.min(mark.limit, (nowMs - mark.startMs) / mark.durationMs);
        mark.startMs = nowMs - reached * mark.durationMs;
        mark.limit = limitOf(mark.flight);
      }
      const isStep = mode.kind === 'paused' && update.stopped?.kind === 'step';
      const fresh = flights.filter(
        (flight) => mode.kind === 'pace' || isStep || (mode.kind === 'paused' && isUnderWay(flight)),
      );
      const known = new Set(this.moving.map(({ flight }) => keyOf(flight)));
      for (const flight of fresh) {
        if (known.has(keyOf(flight))) continue;
        const pacedMs = mode.kind === 'pace' ? (flight.arrivalNs - flight.sentNs) / 1e6 / mode.factor : 0;
        this.moving.push({ flight, startMs: nowMs, durationMs: Math.max(SHOWN_MS, pacedMs), limit: limitOf(flight) });
      }
    }
    void this.ask();
    this.play();
  }

  /** Requests colour and texts of new frames. */
  private async ask(): Promise<void> {
    const events = this.moving
      .map(({ flight }) => flight.event)
      .filter((event) => event >= 0 && !this.looks.has(event));
    if (events.length === 0) return;
    if (this.looks.size > MOST_LOOKS) this.looks.clear();
    const { generation } = this;
    for (const event of events) this.looks.set(event, undefined);
    const rows = await this.client.analysis.rowsOfEvents(events);
    if (generation !== this.generation) return;
    for (const row of rows) if (row !== undefined) this.looks.set(row.event, row);
    // The capture may lag a little: retried with the next update.
    for (const [i, event] of events.entries()) if (rows[i] === undefined) this.looks.delete(event);
    this.play();
  }

  private play(): void {
    if (this.isWaiting) return;
    this.isWaiting = true;
    this.host.nextFrame(() => {
      this.isWaiting = false;
      this.paint();
    });
  }

  private paint(): void {
    const nowMs = this.host.nowMs();
    const still = this.host.isStill();
    const share = ({ startMs, durationMs }: Moving): number => (nowMs - startMs) / durationMs;
    this.moving = this.moving.filter((mark) => mark.limit < 1 || share(mark) < 1);
    for (const [link, drawers] of this.drawers) {
      const own = this.moving.filter(({ flight }) => flight.link === link).slice(-MOST_MARKS);
      const marks = own.map((mark) => ({
        flight: mark.flight,
        place: still ? (mark.limit < 1 ? mark.limit : 0.5) : Math.min(mark.limit, share(mark)),
        look: this.looks.get(mark.flight.event),
      }));
      for (const draw of drawers) draw(marks);
    }
    if (this.moving.some((mark) => share(mark) < 1)) this.play();
  }
}

/** How far a frame has come at a time. */
function placeAt({ sentNs, arrivalNs }: FlightView, timeNs: number): number {
  if (timeNs >= arrivalNs) return 1;
  return Math.max(FIRST_PLACE, Math.min(1 - FIRST_PLACE, (timeNs - sentNs) / (arrivalNs - sentNs)));
}

function keyOf({ link, direction, sentNs, arrivalNs, event }: FlightView): string {
  return `${link} ${direction} ${sentNs} ${arrivalNs} ${event}`;
}

const players = new WeakMap<ClientQueries, FlightPlayer>();

/** The one player of the page. */
export function flightPlayer(client: ClientQueries): FlightPlayer {
  const known = players.get(client) ?? new FlightPlayer(client);
  players.set(client, known);
  return known;
}

/**
 * A machine's screen, pixel for pixel, at an integer scale. Updates are drawn straight from the worker's messages,
 * without a render of React. While it has the focus, keys go to the machine; Ctrl+Alt+Escape, or Tab with Shift, gives
 * it back.
 */
import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { LabEvent } from '../../../../base/event-log.ts';
import type { ScreenUpdate } from '../../../../threads/api/lab-api.ts';
import { renderBackdrop, renderText, textScreenSize } from '../../../../machine/screen/vga-font.ts';
import { GLYPH_ROWS, VGA_COLOURS } from '../../../../firmware/text/graphics.ts';
import type { ClientQueries } from '../../../../page/queries.ts';
import { useView } from '../../../../page/store.ts';
import { useCommands, useNumbers, usePageQueries, useText } from '../../../hooks.ts';
import { useLatest } from '../../../use-events.ts';
import { machineKey } from './keys.ts';
import { screenAt } from './screen-history.ts';
import { latestScreen, watchScreen } from './screen-watch.ts';
import styles from '../console.module.css';

/** Number of rows of a text screen. */
const PRINTED_LINES = 25;

let fontPromise: Promise<Uint8Array | undefined> | undefined;

export async function loadFont({ lab }: ClientQueries): Promise<Uint8Array | undefined> {
  fontPromise ??= lab.screenFont();
  return await fontPromise;
}

/** Code page 437 for when no image contains the font: control codes have their glyphs, the rest is close enough. */
function drawWithSystemFont(context: CanvasRenderingContext2D, screen: ScreenUpdate & { kind: 'text' }): void {
  const { width, height } = textScreenSize(screen);
  context.putImageData(new ImageData(new Uint8ClampedArray(renderBackdrop(screen).buffer), width, height), 0, 0);
  const { left = 0, top = 0 } = screen.backdrop ?? {};
  context.font = `14px ui-monospace, monospace`;
  context.textBaseline = 'top';
  for (let row = 0; row < screen.rows; row++) {
    for (let column = 0; column < screen.columns; column++) {
      const cell = screen.cells[row * screen.columns + column] ?? 0;
      const paper = (cell >> 12) & 7;
      const x = left + column * 8;
      const y = top + row * GLYPH_ROWS;
      if (screen.backdrop === undefined || paper !== 0) {
        context.fillStyle = vgaColour(paper);
        context.fillRect(x, y, 8, GLYPH_ROWS);
      }
      const code = cell & 0xff;
      if (code <= 32 || code === 127) continue;
      context.fillStyle = vgaColour((cell >> 8) & 15);
      context.fillText(String.fromCharCode(code), x, y + 1, 8);
    }
  }
}

function vgaColour(index: number): string {
  const colour = VGA_COLOURS[index] ?? 0;
  return `#${colour.toString(16).padStart(6, '0')}`;
}

export function drawScreen(canvas: HTMLCanvasElement, screen: ScreenUpdate, font: Uint8Array | undefined): void {
  const { width, height } = screen.kind === 'text' ? textScreenSize(screen) : screen;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) return;
  if (screen.kind === 'graphics') {
    if (screen.rgba.length === width * height * 4)
      context.putImageData(new ImageData(screen.rgba, width, height), 0, 0);
  } else if (font === undefined) drawWithSystemFont(context, screen);
  else {
    const { rgba } = renderText(screen, font);
    context.putImageData(new ImageData(rgba, width, height), 0, 0);
  }
}

/** What the console shows of a machine: its screen as it is, or as it was at the past time shown. */
export function shownScreen(client: ClientQueries, machine: string): ScreenUpdate | undefined {
  const { pastNs } = useView.getState();
  return pastNs === undefined ? latestScreen(client, machine) : screenAt(client, machine, pastNs)?.screen;
}

/** Draws the screen of a machine on a canvas as it changes; used large in the console and small in the topology. */
export function useScreen(machine: string): React.RefObject<HTMLCanvasElement | null> {
  const { client } = usePageQueries();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let font: Uint8Array | undefined;
    let live = true;
    const redraw = (): void => {
      const latest = shownScreen(client, machine);
      if (!live || canvas.current === null) return;
      if (latest !== undefined) drawScreen(canvas.current, latest, font);
      else canvas.current.getContext('2d')?.clearRect(0, 0, canvas.current.width, canvas.current.height);
    };
    void loadFont(client).then((found) => {
      font = found;
      redraw();
    });
    const stop = client.screens.on((screen) => {
      if (screen.machine === machine) redraw();
    });
    const stopLooking = useView.subscribe(({ pastNs }, before) => {
      if (pastNs !== before.pastNs) redraw();
    });
    const unwatch = watchScreen(client, machine);
    return () => {
      live = false;
      stop();
      stopLooking();
      unwatch();
    };
  }, [client, machine]);
  return canvas;
}

type PrintedEvent = LabEvent & { readonly kind: 'console' };

/** Caption of a past screen, and the printed text where no image was kept. */
function PastScreenNote({ machine, pastNs }: { readonly machine: string; readonly pastNs: number }): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const { client } = usePageQueries();
  const picks = useCallback(
    (event: LabEvent): event is PrintedEvent =>
      event.kind === 'console' && event.channel === 'screen' && event.node === machine,
    [machine],
  );
  const printed = useLatest(PRINTED_LINES, picks).map((event) => event.text);
  const kept = screenAt(client, machine, pastNs);
  if (kept !== undefined)
    return <p className={styles['pastNote']}>{text('past.screen', { time: numbers.seconds(kept.timeNs) })}</p>;
  return (
    <div className={styles['printed']}>
      <p className={styles['pastNote']}>{text(printed.length === 0 ? 'past.blank' : 'past.printed')}</p>
      <pre>{printed.join('\n').split('\n').slice(-PRINTED_LINES).join('\n')}</pre>
    </div>
  );
}

export function ScreenCanvas({ machine }: { readonly machine: string }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const canvas = useScreen(machine);
  const pastNs = useView((state) => state.pastNs);
  const frame = useRef<HTMLDivElement>(null);
  const [scale, setScale] = useState(1);
  useEffect(() => {
    const { current } = frame;
    if (current === null) return undefined;
    const measure = (): void => {
      const width = canvas.current?.width ?? 720;
      const height = canvas.current?.height ?? 400;
      const fit = Math.min((current.clientWidth - 8) / width, (current.clientHeight - 8) / height);
      // An integer scale where there is room; below it, the whole screen stays in sight.
      setScale(fit >= 1 ? Math.floor(fit) : fit);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    if (canvas.current !== null) observer.observe(canvas.current);
    return () => observer.disconnect();
  }, [canvas]);
  const press = (event: KeyboardEvent): void => {
    // No keys in a past state.
    if (useView.getState().pastNs !== undefined || (event.key === 'Tab' && event.shiftKey)) return;
    if (event.key === 'Escape' && event.ctrlKey && event.altKey) {
      frame.current?.blur();
      return;
    }
    const key = machineKey(event);
    if (key === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    void commands.run('machine.keys', { machine, keys: [key] });
  };
  return (
    <div
      ref={frame}
      className={styles['screen']}
      tabIndex={0}
      role="application"
      aria-label={text('console.screenOf', { machine })}
      aria-describedby="console-keys"
      data-takes-keys={pastNs === undefined ? true : undefined}
      onKeyDown={press}
    >
      <canvas
        ref={canvas}
        width={720}
        height={400}
        data-testid="screen"
        data-shrunk={scale < 1}
        style={{ transform: `scale(${scale})` }}
        className={styles['canvas']}
      />
      {pastNs === undefined ? null : <PastScreenNote machine={machine} pastNs={pastNs} />}
      <p id="console-keys" className={styles['hint']}>
        {text('console.keysHint')}
      </p>
    </div>
  );
}

/** A machine's screen as text for the clipboard, and as a picture in a file: as it is, or as it was when looked back at. */
import { fromCp437 } from '../../../../firmware/text/cp437.ts';
import type { PageQueries } from '../../../../page/queries.ts';
import { saveFile } from '../../../../page/document/files/save-file.ts';
import { notify, useView } from '../../../../page/store.ts';
import type { ScreenUpdate } from '../../../../threads/api/lab-api.ts';
import { drawScreen, loadFont, shownScreen } from './screen-canvas.tsx';

/** Its rows without blanks at their ends, nor empty rows at its end. */
export function textOf({ columns, rows, cells }: ScreenUpdate & { readonly kind: 'text' }): string {
  return Array.from({ length: rows }, (_, row) =>
    [...cells.subarray(row * columns, (row + 1) * columns)]
      .map((cell) => ((cell & 0xff) === 0 ? ' ' : fromCp437(cell & 0xff)))
      .join('')
      .trimEnd(),
  )
    .join('\n')
    .trimEnd();
}

export async function copyScreenText(controller: PageQueries): Promise<void> {
  const { machine } = useView.getState();
  const screen = machine === undefined ? undefined : shownScreen(controller.client, machine);
  if (machine === undefined || screen === undefined) notify({ id: 'console.noScreen' });
  else if (screen.kind === 'graphics') notify({ id: 'console.isPicture', parameters: { machine } });
  else {
    try {
      await navigator.clipboard.writeText(textOf(screen));
      notify({ id: 'console.copied', parameters: { machine } });
    } catch {
      notify({ id: 'console.notCopied' });
    }
  }
}

export async function saveScreenPicture(controller: PageQueries): Promise<void> {
  const { machine } = useView.getState();
  const screen = machine === undefined ? undefined : shownScreen(controller.client, machine);
  if (machine === undefined || screen === undefined) {
    notify({ id: 'console.noScreen' });
    return;
  }
  const canvas = document.createElement('canvas');
  drawScreen(canvas, screen, await loadFont(controller.client));
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/png');
  });
  if (blob !== null) saveFile(`${machine}.png`, new Uint8Array(await blob.arrayBuffer()), 'image/png');
}

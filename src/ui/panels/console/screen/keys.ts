/** From a key press in the browser to the name that machines know: `a`, `Enter`, `F8`, `Ctrl-B`. */

const NAMES: ReadonlyMap<string, string> = new Map([
  ['ArrowUp', 'Up'],
  ['ArrowDown', 'Down'],
  ['ArrowLeft', 'Left'],
  ['ArrowRight', 'Right'],
  ['Enter', 'Enter'],
  ['Escape', 'Escape'],
  ['Backspace', 'Backspace'],
  ['Tab', 'Tab'],
  ['Home', 'Home'],
  ['End', 'End'],
  ['PageUp', 'PageUp'],
  ['PageDown', 'PageDown'],
  ['Insert', 'Insert'],
  ['Delete', 'Delete'],
]);

/** Undefined for keys that a machine has no use for alone (Shift, dead keys). */
export function machineKey(event: {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}): string | undefined {
  if (event.metaKey) return undefined;
  const named = NAMES.get(event.key) ?? (/^F\d{1,2}$/.test(event.key) ? event.key : undefined);
  if (named !== undefined) return named;
  if (event.key.length !== 1) return undefined;
  return event.ctrlKey ? `Ctrl-${event.key.toUpperCase()}` : event.key;
}

/** Opens the menu of packets by the right button, the menu key, or Shift+F10. */
import type { KeyboardEvent, MouseEvent } from 'react';
import { useCommands } from '../../../hooks.ts';

export function useOpenMenu(): {
  readonly at: (event: MouseEvent, column?: string) => void;
  /** Whether the key was one that opens it. */
  readonly byKey: (event: KeyboardEvent) => boolean;
} {
  const commands = useCommands();
  const open = (x: number, y: number, column: string | undefined): void =>
    void commands.run('packets.menu', { x, y, ...(column === undefined ? {} : { column }) });
  return {
    at: (event, column) => {
      event.preventDefault();
      open(event.clientX, event.clientY, column);
    },
    byKey: (event) => {
      if (event.key !== 'ContextMenu' && !(event.key === 'F10' && event.shiftKey)) return false;
      event.preventDefault();
      event.stopPropagation();
      const marked = event.currentTarget.querySelector('[aria-selected="true"], [data-on="true"]');
      const place = (marked ?? event.currentTarget).getBoundingClientRect();
      open(place.left + 24, Math.min(place.bottom, innerHeight - 40), undefined);
      return true;
    },
  };
}

/** What a line of dnsmasq.conf may go on with: directives at its beginning, option names behind `option:`. */
import { itemAt } from '../../../base/lists/list.ts';
import { namedOptions } from './dhcp-options.ts';
import { directiveNames } from './registry.ts';

export interface ConfigCompletion {
  /** What stands in place of the word at the cursor. */
  readonly text: string;
  readonly detail: string;
}

/** `lineStart` is the line up to the cursor. */
export function completeConfigLine(lineStart: string): readonly ConfigCompletion[] {
  const option = /\boption:([a-z0-9-]*)$/i.exec(lineStart);
  if (option !== null) {
    const typed = itemAt(option, 1).toLowerCase();
    return namedOptions()
      .filter(({ name }) => name.startsWith(typed))
      .map(({ code, name }) => ({ text: `option:${name}`, detail: String(code) }));
  }
  if (lineStart.includes('=')) return [];
  const typed = lineStart.trim();
  return directiveNames()
    .filter((name) => name.startsWith(typed))
    .map((text) => ({ text, detail: '' }));
}

/** Bodies that are text, line by line: iPXE scripts, menus, pages. */
import { fromUtf8 } from '../../base/bytes.ts';
import { defineProtocol, type Protocol } from '../core/registry.ts';

const LF = 0x0a;

export const textLinesProtocol: Protocol = defineProtocol({
  id: 'data-text-lines',
  name: 'Line-based text data',
  shortName: 'Line-based text data',
  fields: {},
  dissect(d, start, end) {
    d.begin(textLinesProtocol.field, start, end - start);
    if (d.building) {
      let lines = 0;
      for (let at = start; at < end; lines++) {
        const lf = d.bytes.indexOf(LF, at);
        const next = lf < 0 || lf >= end ? end : lf + 1;
        d.text(at, next - at, escapeLine(fromUtf8(d.bytes.subarray(at, next))));
        at = next;
      }
      d.labelOpen(`Line-based text data (${lines} line${lines === 1 ? '' : 's'})`);
    }
    d.end();
    return end;
  },
});

/** Line ends and tabs as `\r`, `\n`, `\t`. */
export function escapeLine(text: string): string {
  return text.replaceAll('\r', '\\r').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}

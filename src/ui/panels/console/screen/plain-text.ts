/** Console text as a person reads it: without colours and cursor moves, with erased characters removed. */

// oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character (ECMA-48 §5.4)
const CSI = /\u001B\[[0-?]*[ -/]*[@-~]/g;

/** Control characters that are left are shown as `\x1B`. */
export function plainText(text: string): string {
  let out = '';
  for (const character of text.replace(CSI, '')) {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\b') out = out.slice(0, -1);
    else if (character === '\n' || character === '\t' || (code >= 32 && code !== 127)) out += character;
    else if (character !== '\r') out += `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

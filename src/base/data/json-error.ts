/**
 * Finds where a text stops being JSON (RFC 8259). JavaScript engines say so in words of their own, some of them without
 * the place.
 */

const BLANKS = /[ \t\n\r]*/y;
const SCALAR =
  /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;
const KEY = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"[ \t\n\r]*:/uy;

/** Offset of the first part of the text that no JSON text can have there; its length when more must follow. */
export function jsonErrorAt(text: string): number | undefined {
  const open: ('[' | '{')[] = [];
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  /** `first` is true behind an opening bracket, where the closing one may follow. */
  let [needsItem, first] = [true, false];
  for (;;) {
    take(BLANKS);
    const inner = open.at(-1);
    const char = text[at];
    const closes = (inner === '[' && char === ']') || (inner === '{' && char === '}');
    if (closes && (first || !needsItem)) {
      open.pop();
      at++;
      [needsItem, first] = [false, false];
    } else if (needsItem) {
      if (inner === '{' && !take(KEY)) return at;
      take(BLANKS);
      const opening = text[at];
      if (opening === '[' || opening === '{') {
        open.push(opening);
        at++;
        first = true;
      } else if (take(SCALAR)) [needsItem, first] = [false, false];
      else return at;
    } else if (inner === undefined) return at < text.length ? at : undefined;
    else if (char === ',') {
      at++;
      needsItem = true;
    } else return at;
  }
}

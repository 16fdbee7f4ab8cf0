/** The parameters of challenges and credentials: the values of `WWW-Authenticate` and `Authorization`. */

/** A word, and the value when it is a parameter. Each word is consumed whole, so the time grows with the length only. */
const WORD = /([\w-]+)(?:\s*(=)\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"][^\s,]*)|(?=[\s,]|$)))?/gs;

/**
 * `name=token` or `name="quoted"`, separated by commas (RFC 9110 §11.2); names in lower case, quoted values as they
 * stand between the quotes. The last of two with one name counts. Words that are no parameters are ignored.
 */
export function authParameters(text: string): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  for (const [, name = '', equals, quoted, token = ''] of text.matchAll(WORD)) {
    if (equals !== undefined) out.set(name.toLowerCase(), quoted ?? token);
  }
  return out;
}

/** A quoted value without its backslashes (RFC 9110 §5.6.4). */
export function unquote(value: string): string {
  return value.replace(/\\(.)/gs, '$1');
}

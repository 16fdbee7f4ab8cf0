/** JSON as Kea takes it: with comments of three kinds and commas after the last item. */
import { err, ok, type Result } from '../../../base/result.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export interface JsonProblem {
  readonly line: number;
  readonly message: string;
}

/**
 * Blanks take the place of comments and of commas before a bracket, so that offsets stay. What is not closed goes to the end
 * of its line or of the text: nothing is looked through twice.
 */
function plainJson(text: string): string {
  const blank = (part: string): string => part.replace(/[^\n]/g, ' ');
  const bare = text.replace(/"(?:[^"\\\n]|\\.)*"?|\/\*[\s\S]*?(?:\*\/|$)|(?:\/\/|#)[^\n]*/g, (part) =>
    part.startsWith('"') || (part.startsWith('/*') && !part.endsWith('*/')) ? part : blank(part),
  );
  return bare.replace(/"(?:[^"\\\n]|\\.)*"?|,(?=\s*[\]}])/g, (part) => (part === ',' ? ' ' : part));
}

export function parseJson(text: string): Result<Json, JsonProblem> {
  const plain = plainJson(text);
  try {
    const value: Json = JSON.parse(plain) as Json;
    return ok(value);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? 0);
    return err({ line: plain.slice(0, position).split('\n').length, message });
  }
}

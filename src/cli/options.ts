/** Options of the commands of `lab`. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { err, ok, type Result } from '../base/result.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ readonly args: string[]; readonly allowPositionals: true; readonly options: O }>
>;

/** Options and other arguments of a command; the error is Node's, in English. */
export function readOptions<const O extends Options>(args: readonly string[], options: O): Result<Parsed<O>, string> {
  try {
    return ok(parseArgs({ args: [...args], allowPositionals: true, options }));
  } catch (error) {
    return err((error as Error).message);
  }
}

/** The seconds of an option such as `--wall-s`; `otherwise` when it is not given. */
export function readSeconds(name: string, text: string | undefined, otherwise: number): Result<number, string> {
  const seconds = Number(text ?? otherwise);
  return seconds > 0 ? ok(seconds) : err(`--${name}: expected seconds, not ${text}`);
}

/**
 * Scripts: text that begins with `#!ipxe` and a white-space byte. Lines run one by one until one fails; labels
 * are looked for from the top of the script that is running.
 */
import { fromLatin1 } from '../../../base/bytes.ts';
import { itemAt } from '../../../base/lists/list.ts';
import type { Task } from '../../../base/time/task.ts';
import { Err, OK, type Status } from '../errors.ts';
import type { Image } from '../images/image.ts';
import type { Ipxe } from '../ipxe.ts';
import { runLine } from './exec.ts';
import type { ScriptPlace } from './stepper.ts';
import { ipxeMessage } from '../messages.ts';

const MAGIC = /^#!(ipxe|gpxe)[ \t\n\v\f\r]/;

/** At least seven bytes, nothing before the magic. `only`: the one magic that a firmware from before iPXE takes. */
export function isScript(data: Uint8Array, only?: string): boolean {
  const magic = MAGIC.exec(fromLatin1(data, 0, Math.min(data.length, 7)));
  return magic !== null && (only === undefined || magic[1] === only);
}

interface ScriptLine {
  /** Of its first physical line, from 1. */
  readonly number: number;
  readonly label: string | undefined;
  /** Without the label. */
  readonly command: string;
  readonly text: string;
}

/** Lines with continuations joined: a backslash at the very end goes, and the next line follows as it is. */
export function splitScript(text: string): ScriptLine[] {
  const lines: ScriptLine[] = [];
  const physical = text.split('\n');
  if (physical.at(-1) === '') physical.pop();
  for (let at = 0; at < physical.length; at++) {
    const number = at + 1;
    let joined = itemAt(physical, at).replace(/\r$/, '');
    while (joined.endsWith('\\')) {
      joined = joined.slice(0, -1);
      if (at + 1 >= physical.length) break;
      joined += itemAt(physical, ++at).replace(/\r$/, '');
    }
    const trimmed = joined.replace(/^[ \t\v\f\r]+/, '');
    const label = /^:(\S*)/.exec(trimmed);
    lines.push({
      number,
      label: label?.[1],
      command: label === null ? trimmed : trimmed.slice(label[0].length),
      text: joined,
    });
  }
  return lines;
}

/** A script while it runs. */
export class ScriptRun {
  readonly image: Image;
  readonly depth: number;
  private readonly lines: readonly ScriptLine[];
  private at = 0;
  private next = 0;

  constructor(image: Image, depth: number) {
    this.image = image;
    this.depth = depth;
    this.lines = splitScript(fromLatin1(image.data));
  }

  /** The lines as written, continuations joined; numbers count from 1. */
  get source(): readonly { readonly number: number; readonly text: string }[] {
    return this.lines.map(({ number, text }) => ({ number, text }));
  }

  get place(): ScriptPlace {
    const line = itemAt(this.lines, this.at);
    return { script: this.image.name, line: line.number, text: line.text };
  }

  get nextLine(): number | undefined {
    return this.lines[this.next]?.number;
  }

  *run(ipxe: Ipxe): Task<Status> {
    let status: Status = OK;
    while (this.next < this.lines.length && !ipxe.isEnding) {
      this.at = this.next++;
      status = yield* runLine(ipxe, itemAt(this.lines, this.at).command);
      if (ipxe.stop === 'sequence' || status !== OK) break;
    }
    return status;
  }

  /** Goes on at a label; the first one from the top wins. */
  goTo(label: string): Status {
    const target = this.lines.findIndex((line) => line.label === label);
    if (target < 0) return Err.noLabel;
    this.next = target;
    return OK;
  }
}

/**
 * Runs a script image. While it runs it is not among the registered images; afterwards it is again, at the end
 * of the list, unless it was to be freed or replaced.
 */
export function* runScript(ipxe: Ipxe, image: Image): Task<Status> {
  const outer = ipxe.script;
  const wasRegistered = ipxe.images.unregister(image);
  const run = new ScriptRun(image, (outer?.depth ?? 0) + 1);
  ipxe.script = run;
  ipxe.log.emit({
    kind: 'stage',
    stage: 'script',
    ...ipxeMessage('ipxe.script', { name: image.name || (image.uri ?? '') }),
  });
  try {
    return yield* run.run(ipxe);
  } finally {
    ipxe.script = outer;
    // The reason that ended this script must not end its caller.
    ipxe.stop = 'none';
    if (wasRegistered && !image.autofree && image.replacement === undefined) ipxe.images.register(image);
  }
}

/**
 * Plays hostile inputs one after the other: `play.ts SEED COUNT [FAMILY]...`, so many of each family. Each gives a line
 * when it begins and one when it has ended, so that the caller knows which one hangs. A lab that goes on without end is
 * given up between two steps; that each of its steps ends is what is tested.
 */
import { decodeLink, encodeLink } from '../../src/page/document/link.ts';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { atLeast } from '../../src/base/lists/list.ts';
import { SeededRng } from '../../src/base/rng.ts';
import { Lab } from '../../src/lab/lab.ts';
import { EMPTY_MANIFEST } from '../../src/lab/content/image-manifest.ts';
import { ImageBank } from '../../src/lab/content/images.ts';
import { RunControl } from '../../src/lab/run-control.ts';
import { parseScenarioText } from '../../src/scenario/parse.ts';
import { readDhcpdConfig } from '../../src/services/dhcpd/language/config.ts';
import { importKea } from '../../src/services/dnsmasq/import/kea.ts';
import { FAMILIES, type HostileInput } from './families.ts';

/** What one case came to. */
export interface HostileOutcome {
  readonly name: string;
  /** Refused, or how the run stopped. */
  readonly end: 'refused' | 'imported' | 'idle' | 'limit' | 'breakpoint' | 'goes-on';
  /** Whatever the user can read: problems, warnings, screens. */
  readonly said: string;
  /** Most entries that one step put into the log. */
  readonly mostEventsInAStep: number;
  /** A pattern of what must be among what is said. */
  readonly expected: string | undefined;
  readonly isSaid: boolean;
}

export type HostileLine = { readonly begins: string } | HostileOutcome;

/** Milliseconds of this processor that a lab which goes on is played for: as a link that nobody has clicked on. */
const MAX_CPU_MS = 500;
const LIMIT_NS = 60 * NS_PER_S;

type Ran = Pick<HostileOutcome, 'end' | 'said' | 'mostEventsInAStep'>;

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function refused(problems: readonly { readonly path: string; readonly message: string }[]): Ran {
  return {
    end: 'refused',
    said: problems.map(({ path, message }) => `${path}: ${message}`).join('\n'),
    mostEventsInAStep: 0,
  };
}

function playLab(document: object): Ran {
  const parsed = parseScenarioText(JSON.stringify(document));
  if (!parsed.ok) return refused(parsed.error);
  const linked = decodeLink(encodeLink(parsed.value));
  if (linked?.ok === false) return refused(linked.error);
  const opened = Lab.open(parsed.value, { images: new ImageBank(EMPTY_MANIFEST, new Map()) });
  if (!opened.ok) return refused(opened.error);
  const lab = opened.value;
  const control = new RunControl(lab);
  const problems = control.setBreakpoints(parsed.value.breakpoints).filter((problem) => problem !== undefined);
  if (problems.length > 0)
    return refused(problems.map(({ condition, message }) => ({ path: condition, message: message.text })));
  const startMs = cpuMs();
  let mostEventsInAStep = 0;
  let end: Ran['end'] = 'goes-on';
  while (cpuMs() - startMs < MAX_CPU_MS) {
    const before = lab.log.events.length;
    const stop = control.run(LIMIT_NS, () => true);
    mostEventsInAStep = Math.max(mostEventsInAStep, lab.log.events.length - before);
    if (stop.kind === 'breakpoint' || stop.kind === 'idle' || stop.kind === 'limit') {
      end = stop.kind;
      break;
    }
  }
  const files = [...lab.servers.values()].map((server) => `${server.fileList().length} files`);
  const texts = lab.log.events.flatMap((event) =>
    event.kind === 'fault' || ('severity' in event && event.severity !== 'info') ? [event.text] : [],
  );
  const screens = [...lab.machines.values()].map((machine) => machine.screenText());
  return {
    end,
    said: [...lab.warnings.map(({ message }) => message), ...texts, ...files, ...screens].join('\n'),
    mostEventsInAStep,
  };
}

function run(input: HostileInput): Ran {
  switch (input.kind) {
    case 'lab':
      return playLab(input.scenario);
    case 'config': {
      if (input.language === 'dhcpd') {
        const { problems, ignored } = readDhcpdConfig(input.text, 'dhcpd.conf', () => input.text);
        const said = [
          ...problems.map(({ line, message }) => `line ${line}: ${message}`),
          ...ignored.map(({ line, message }) => `line ${line}: ${message.text}`),
        ];
        return { end: 'imported', said: said.slice(0, 100).join('\n'), mostEventsInAStep: 0 };
      }
      const { config, report } = importKea(input.text);
      const notes = report.map(({ place, message }) => `${place.text}: ${message.text}`);
      return { end: 'imported', said: [...notes, config].join('\n'), mostEventsInAStep: 0 };
    }
  }
}

function playCase(family: string, seed: string, i: number): void {
  const print = (line: HostileLine): void => {
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  const name = `${family} ${seed} ${i}`;
  print({ begins: name });
  const make = FAMILIES[family];
  if (make === undefined) throw new Error(`There is no family ${family}.`);
  const { input, says } = make(new SeededRng(name));
  const ran = run(input);
  print({ name, ...ran, said: ran.said.slice(-2000), expected: says?.source, isSaid: says?.test(ran.said) ?? true });
}

const [seed, count, ...chosen] = atLeast(process.argv.slice(2), 2);
for (const family of chosen.length > 0 ? chosen : Object.keys(FAMILIES))
  for (let i = 0; i < Number(count); i++) playCase(family, seed, i);

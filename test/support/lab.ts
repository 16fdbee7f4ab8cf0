/** Labs in tests: opened from a scenario of the site (changed, if wanted) and run in this thread. */
import { readFileSync } from 'node:fs';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { labFindings } from '../../src/cli/findings.ts';
import { capturePcapng } from '../../src/cli/run.ts';
import { readImages, readWasm } from '../../src/cli/images.ts';
import { Lab } from '../../src/lab/lab.ts';
import { RunControl, type RunStop } from '../../src/lab/run-control.ts';
import { parseScenarioText } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/schema.ts';

/** A scenario of `public/scenarios/`. */
export function siteScenario(name: string): Scenario {
  return readScenario(`../../public/scenarios/${name}.json`);
}

/** A scenario of `test/boots/cases/`; `change` gets its text. */
export function caseScenario(name: string, change?: (text: string) => string): Scenario {
  return readScenario(`../boots/cases/${name}.json`, change);
}

function readScenario(path: string, change = (text: string): string => text): Scenario {
  const parsed = parseScenarioText(change(readFileSync(new URL(path, import.meta.url), 'utf8')));
  if (!parsed.ok) throw new Error(parsed.error.map((one) => `${one.path}: ${one.message}`).join('\n'));
  return parsed.value;
}

export function openLab(scenario: Scenario): Lab {
  const images = readImages(scenario);
  if (!images.ok) throw new Error(images.error.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  const needsCpu = scenario.nodes.some(({ kind }) => kind === 'pc');
  const lab = Lab.open(scenario, { images: images.value, ...(needsCpu ? { wasm: readWasm() } : {}) });
  if (!lab.ok) throw new Error(lab.error.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return lab.value;
}

export interface Played {
  readonly lab: Lab;
  readonly stop: RunStop;
}

/** Runs until the scenario's own condition (or the one given) is met, or time is over. */
export function play(
  scenario: Scenario,
  options: { readonly until?: string; readonly timeoutS?: number } = {},
): Played {
  const lab = openLab(scenario);
  const control = new RunControl(lab);
  const until = options.until ?? scenario.until;
  if (until !== undefined) {
    const [problem] = control.setBreakpoints([{ condition: until, count: 1, once: true }]);
    if (problem !== undefined) throw new Error(problem.message.text);
  }
  return { lab, stop: control.run((options.timeoutS ?? 300) * NS_PER_S, () => false) };
}

export { capturePcapng, labFindings };

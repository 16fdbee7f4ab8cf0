/**
 * Documents of earlier versions. A change that old documents would not survive raises `SCENARIO_VERSION` and adds the
 * step that leaves the version before; a document goes through all steps from its own version on.
 */
import { err, ok, type Result } from '../base/result.ts';
import { formatPath } from './explain.ts';
import { problemAt, scenarioMessage, type ScenarioProblem } from './problems.ts';
import { SCENARIO_VERSION } from './schema.ts';
import type { Message } from '../base/sentence.ts';

type Document = Readonly<Record<string, unknown>>;

/** By the version that it leaves. It gets what JSON has given, unchecked; the schema looks at what comes out. */
export type MigrationSteps = ReadonlyMap<number, (document: Document) => Document>;

const STEPS: MigrationSteps = new Map();

/** The document in the words of this version, still unchecked. */
export function migrate(
  value: unknown,
  steps: MigrationSteps = STEPS,
  newest: number = SCENARIO_VERSION,
): Result<unknown, readonly ScenarioProblem[]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return ok(value);
  let document = value as Document;
  const { version } = document;
  const refuse = (says: Message): Result<unknown, readonly ScenarioProblem[]> =>
    err([problemAt(formatPath(['version']), says)]);
  // What is no version at all is for the schema to refuse.
  if (typeof version !== 'number' || !Number.isInteger(version)) return ok(value);
  if (version > newest) return refuse(scenarioMessage('scenario.newer-version', { version, newest }));
  for (let at = version; at < newest; at++) {
    const step = steps.get(at);
    if (step === undefined) return refuse(scenarioMessage('scenario.no-version', { version, newest }));
    document = { ...step(document), version: at + 1 };
  }
  return ok(document);
}

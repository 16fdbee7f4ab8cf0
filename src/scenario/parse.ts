/**
 * From untrusted JSON to a lab, or to a list of faults that name their place (`$.nodes[1].nics[0].mac`) and what
 * is expected there.
 */
import { err, ok, type Result } from '../base/result.ts';
import { explainIssues, firstReports, type ScenarioFaultReport } from './explain.ts';
import { migrate } from './migrate.ts';
import { checkReferences } from './references.ts';
import { scenarioSchema, type Scenario } from './schema.ts';

export type { ScenarioFaultReport };

/** Checks a parsed JSON value, of this version or of an earlier one. */
export function parseScenario(value: unknown): Result<Scenario, readonly ScenarioFaultReport[]> {
  const document = migrate(value);
  if (!document.ok) return document;
  const parsed = scenarioSchema.safeParse(document.value);
  if (!parsed.success) return err(explainIssues(parsed.error.issues, document.value));
  const faults = checkReferences(parsed.data);
  return faults.length > 0 ? err(firstReports(faults)) : ok(parsed.data);
}

/** As `parseScenario`, from text; a JSON syntax error is a fault at `$`. */
export function parseScenarioText(text: string): Result<Scenario, readonly ScenarioFaultReport[]> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return err([{ path: '$', message: `not JSON: ${(error as Error).message}` }]);
  }
  return parseScenario(value);
}

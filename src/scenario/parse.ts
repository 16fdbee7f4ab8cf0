/**
 * From untrusted JSON to a lab, or to a list of problems that name their place (`$.nodes[1].nics[0].mac`) and what
 * is expected there.
 */
import { jsonErrorAt } from '../base/data/json-error.ts';
import { err, ok, type Result } from '../base/result.ts';
import { explainIssues, firstReports } from './explain.ts';
import type { Message } from '../base/sentence.ts';
import { problemAt, scenarioMessage, type ScenarioProblem } from './problems.ts';
import { migrate } from './migrate.ts';
import { checkReferences } from './references.ts';
import { scenarioSchema, type Scenario } from './schema.ts';

/** Checks a parsed JSON value, of this version or of an earlier one. */
export function parseScenario(value: unknown): Result<Scenario, readonly ScenarioProblem[]> {
  const document = migrate(value);
  if (!document.ok) return document;
  const parsed = scenarioSchema.safeParse(document.value);
  if (!parsed.success) return err(explainIssues(parsed.error.issues, document.value));
  const problems = checkReferences(parsed.data);
  return problems.length > 0 ? err(firstReports(problems)) : ok(parsed.data);
}

/** A real scenario has a tenth of that; a JSON parser has no limit of its own. */
const MAX_DEPTH = 64;

/** How deep the lists and objects of a JSON text go, as far as it can be told before it is parsed. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === 0x22) inString = !inString;
    else if (inString) {
      if (char === 0x5c) i++;
    } else if (char === 0x5b || char === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (char === 0x5d || char === 0x7d) depth--;
  }
  return deepest;
}

/** The value of a JSON text; a syntax error is a problem at `$`. */
export function parseJson(text: string): Result<unknown, readonly ScenarioProblem[]> {
  const depth = depthOf(text);
  if (depth > MAX_DEPTH)
    return err([problemAt('$', scenarioMessage('scenario.too-deep', { depth, limit: MAX_DEPTH }))]);
  try {
    return ok(JSON.parse(text));
  } catch {
    return err([problemAt('$', notJson(text))]);
  }
}

/** Says where a text stops being JSON. */
export function notJson(text: string): Message {
  const before = text.slice(0, jsonErrorAt(text));
  const lineStart = before.lastIndexOf('\n') + 1;
  const place = { line: before.split('\n').length, column: before.length - lineStart + 1 };
  return scenarioMessage('scenario.not-json', place);
}

/** As `parseScenario`, from text. */
export function parseScenarioText(text: string): Result<Scenario, readonly ScenarioProblem[]> {
  const value = parseJson(text);
  return value.ok ? parseScenario(value.value) : value;
}

/**
 * From untrusted JSON to a lab, or to a list of faults that name their place (`$.nodes[1].nics[0].mac`) and what
 * is expected there. Shapes are checked by the schema, then what no schema can say: names that are used twice,
 * cables to ports that are not there, more machines than a page may be asked for.
 */
import { err, ok, type Result } from '../base/result.ts';
import { isNameOf } from './machine-names.ts';
import { SCENARIO_LIMITS, SCENARIO_VERSION, scenarioSchema, type Scenario } from './schema.ts';

export interface ScenarioFaultReport {
  /** JSON path from the root `$`. */
  readonly path: string;
  readonly message: string;
}

/** `$.nodes[1].nics[0].mac`. */
export function formatPath(path: readonly PropertyKey[]): string {
  let out = '$';
  for (const key of path) out += typeof key === 'number' ? `[${key}]` : `.${String(key)}`;
  return out;
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly code: string;
  readonly errors?: readonly (readonly Issue[])[];
  readonly keys?: readonly string[];
}

/** A union's own message says little; its most specific branch says where the fault is. */
function flatten(issue: Issue, base: readonly PropertyKey[]): ScenarioFaultReport[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys' && issue.keys !== undefined) {
    return issue.keys.map((key) => ({ path: formatPath([...path, key]), message: 'no such field here' }));
  }
  if (issue.code === 'invalid_union' && issue.errors !== undefined && issue.errors.length > 0) {
    const depth = (branch: readonly Issue[]): number => Math.max(0, ...branch.map((inner) => inner.path.length));
    const best = issue.errors.reduce((a, b) => (depth(b) > depth(a) ? b : a));
    if (depth(best) > 0 && best.length > 0) return best.flatMap((inner) => flatten(inner, path));
  }
  return [{ path: formatPath(path), message: issue.message }];
}

/** Checks a parsed JSON value. */
export function parseScenario(value: unknown): Result<Scenario, readonly ScenarioFaultReport[]> {
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > SCENARIO_VERSION) {
    return err([
      {
        path: '$.version',
        message: `version ${version} is newer than this lab knows (${SCENARIO_VERSION}): open it with a newer lab`,
      },
    ]);
  }
  const parsed = scenarioSchema.safeParse(value);
  if (!parsed.success) return err(parsed.error.issues.flatMap((issue) => flatten(issue as Issue, [])));
  const faults = checkReferences(parsed.data);
  return faults.length > 0 ? err(faults) : ok(parsed.data);
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

function checkReferences(scenario: Scenario): ScenarioFaultReport[] {
  const faults: ScenarioFaultReport[] = [];
  const nodes = new Map(scenario.nodes.map((node) => [node.name, node]));
  const seenNames = new Set<string>();
  const seenMacs = new Map<string, string>();
  let pcs = 0;
  let memMiB = 0;
  let bareMachines = 0;
  scenario.nodes.forEach((node, i) => {
    if (seenNames.has(node.name))
      faults.push({ path: `$.nodes[${i}].name`, message: `the name ${node.name} is used twice` });
    seenNames.add(node.name);
    if (node.kind === 'pc') {
      pcs++;
      memMiB += node.memMiB;
    }
    if (node.kind === 'bare') bareMachines += node.count;
    if (node.kind === 'switch') return;
    node.nics.forEach((nic, j) => {
      const key = nic.mac.toLowerCase();
      const owner = seenMacs.get(key);
      if (owner !== undefined)
        faults.push({ path: `$.nodes[${i}].nics[${j}].mac`, message: `${owner} has this MAC address already` });
      seenMacs.set(key, node.name);
    });
  });
  if (pcs > SCENARIO_LIMITS.maxPcs)
    faults.push({ path: '$.nodes', message: `${pcs} emulated PCs; at most ${SCENARIO_LIMITS.maxPcs}` });
  if (memMiB > SCENARIO_LIMITS.maxTotalMemMiB)
    faults.push({
      path: '$.nodes',
      message: `${memMiB} MiB of guest memory in all; at most ${SCENARIO_LIMITS.maxTotalMemMiB}`,
    });
  if (bareMachines > SCENARIO_LIMITS.maxNodes)
    faults.push({ path: '$.nodes', message: `${bareMachines} bare machines; at most ${SCENARIO_LIMITS.maxNodes}` });

  const plugged = new Map<string, string>();
  scenario.links.forEach((link, i) => {
    for (const end of ['a', 'b'] as const) {
      const path = `$.links[${i}].${end}`;
      const [nodeName, port, ...rest] = link[end].split('.');
      const node = nodes.get(nodeName ?? '');
      if (node === undefined || port === undefined || rest.length > 0) {
        faults.push({
          path,
          message: `no node for ${JSON.stringify(link[end])}: expected NODE.PORT, such as pc1.net0`,
        });
        continue;
      }
      if (node.kind !== 'switch' && !node.nics.some((nic) => nic.name === port)) {
        const names = node.nics.map((nic) => nic.name).join(', ');
        faults.push({ path, message: `${node.name} has no port ${port}; it has ${names}` });
      }
      const other = plugged.get(link[end]);
      if (other !== undefined) faults.push({ path, message: `${link[end]} is already plugged in by ${other}` });
      plugged.set(link[end], `$.links[${i}]`);
    }
  });
  scenario.inputs.forEach((input, i) => {
    // A row of machines is meant by its own name, one of it by its number.
    const owner = scenario.nodes.find((node) => node.name === input.machine || isNameOf(node, input.machine));
    if (owner?.kind !== 'pc' && owner?.kind !== 'bare')
      faults.push({ path: `$.inputs[${i}].machine`, message: `no machine is named ${input.machine}` });
  });
  return faults;
}

/**
 * The lab in a link: the scenario as JSON, deflated, in base64url, in the URL's hash; or the name of a lab of the site,
 * which is then fetched. What comes out of a link is
 * untrusted: its size is bounded before and after inflation, and it goes through the scenario's schema.
 */
import { err, ok, type Result } from '../../base/result.ts';
import { compactScenario } from '../../scenario/compact.ts';
import { problemAt, scenarioMessage, type ScenarioProblem } from '../../scenario/problems.ts';
import { MAX_HASH_CHARS, packText, unpackText } from '../../scenario/packed.ts';
import { parseScenarioText } from '../../scenario/parse.ts';
import type { Scenario } from '../../scenario/schema.ts';

const MAX_FILTER_CHARS = 1000;
const MAX_PANELS = 16;

export interface LinkView {
  /** Virtual time to pause at. */
  readonly atNs?: number;
  /** Event to select, and to pause at when there is no time. */
  readonly event?: number;
  /** Number of a frame to select, and to pause at when neither is given. */
  readonly frame?: number;
  /** Panels that are in front. */
  readonly tabs?: readonly string[];
  /** How the panels are arranged: the name of a layout, or a packed one. */
  readonly layout?: string;
  /** Panels shown when embedded. */
  readonly panels?: readonly string[];
  readonly embed?: boolean;
  readonly filter?: string;
}

export interface OpenedLink {
  readonly scenario: Scenario;
  readonly view: LinkView;
}

/** The hash, with its `#`. Default values of the schema are left out. */
export function encodeLink(scenario: Scenario, view: LinkView = {}): string {
  const text = JSON.stringify(compactScenario(scenario));
  const parts = [`lab=${packText(text)}`];
  if (view.atNs !== undefined) parts.push(`t=${Math.round(view.atNs)}`);
  if (view.event !== undefined) parts.push(`e=${view.event}`);
  if (view.frame !== undefined) parts.push(`n=${view.frame}`);
  if (view.tabs !== undefined) parts.push(`tabs=${view.tabs.join('.')}`);
  if (view.layout !== undefined) parts.push(`layout=${view.layout}`);
  if (view.filter !== undefined && view.filter !== '') parts.push(`f=${encodeURIComponent(view.filter)}`);
  if (view.panels !== undefined) parts.push(`panels=${view.panels.join('.')}`);
  if (view.embed === true) parts.push('embed=1');
  return `#${parts.join('&')}`;
}

/** Undefined when the hash holds no lab. */
export function decodeLink(hash: string): Result<OpenedLink, readonly ScenarioProblem[]> | undefined {
  if (hash.length > MAX_HASH_CHARS)
    return err([
      problemAt('#', scenarioMessage('scenario.link-too-long', { count: hash.length, limit: MAX_HASH_CHARS })),
    ]);
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  const packed = parameters.get('lab');
  if (packed === null) return undefined;
  const text = unpackText(packed);
  if (!text.ok) return err([problemAt('#lab', text.error)]);
  const scenario = parseScenarioText(text.value);
  return scenario.ok ? ok({ scenario: scenario.value, view: parseView(parameters) }) : scenario;
}

/** The address of a lab of the site below the page, by its name in the hash: `#scenario=bare-pxe`. */
export function namedLink(hash: string): { readonly path: string; readonly view: LinkView } | undefined {
  if (hash.length > MAX_HASH_CHARS) return undefined;
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  const name = parameters.get('scenario');
  if (name === null || parameters.has('lab') || !/^[\w-]{1,64}$/.test(name)) return undefined;
  return { path: `scenarios/${name}.json`, view: parseView(parameters) };
}

/** The other way round. */
export function hashOfSiteLab(path: string): string {
  return `#scenario=${path.replace(/^scenarios\/|\.json$/g, '')}`;
}

function parseView(parameters: URLSearchParams): LinkView {
  const whole = (name: string): number | undefined => {
    const text = parameters.get(name);
    return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  };
  const atNs = whole('t');
  const event = whole('e');
  const filter = parameters.get('f');
  const frame = whole('n');
  const ids = (name: string): readonly string[] | undefined =>
    parameters
      .get(name)
      ?.split('.')
      .filter((id) => /^[a-z-]{1,24}$/.test(id))
      .slice(0, MAX_PANELS);
  const panels = ids('panels');
  const tabs = ids('tabs');
  const layout = parameters.get('layout');
  return {
    ...(atNs === undefined ? {} : { atNs }),
    ...(event === undefined ? {} : { event }),
    ...(filter === null || filter.length > MAX_FILTER_CHARS ? {} : { filter }),
    ...(frame === undefined ? {} : { frame }),
    ...(tabs === undefined ? {} : { tabs }),
    ...(panels === undefined ? {} : { panels }),
    ...(layout === null || !/^[\w-]{1,4000}$/.test(layout) ? {} : { layout }),
    ...(parameters.get('embed') === '1' ? { embed: true } : {}),
  };
}

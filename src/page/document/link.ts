/**
 * The lab in a link: the scenario as JSON, deflated, in base64url, in the URL's hash. What comes out of a link is
 * untrusted: its size is bounded before and after inflation, and it goes through the scenario's schema.
 */
import { deflateSync, Inflate } from 'fflate';
import { fromUtf8, utf8 } from '../../base/bytes.ts';
import { inflate } from '../../base/inflate.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { compactScenario } from '../../scenario/compact.ts';
import { faultReport, scenarioMessage, type ScenarioFaultReport } from '../../scenario/fault-texts.ts';
import { parseScenarioText } from '../../scenario/parse.ts';
import type { Scenario } from '../../scenario/schema.ts';

/** A longer hash is rejected unread. */
export const MAX_HASH_CHARS = 512 * 1024;
/** Inflation stops at this size. */
const MAX_INFLATED_BYTES = 8 * 1024 * 1024;

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
  /** Panels shown when embedded. */
  readonly panels?: readonly string[];
  readonly embed?: boolean;
  readonly filter?: string;
}

export interface OpenedLink {
  readonly scenario: Scenario;
  readonly view: LinkView;
}

function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x2000) text += String.fromCharCode(...bytes.subarray(i, i + 0x2000));
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function fromBase64Url(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
  try {
    const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    return Uint8Array.from(binary, (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** The hash, with its `#`. Default values of the schema are left out. */
export function encodeLink(scenario: Scenario, view: LinkView = {}): string {
  const text = JSON.stringify(compactScenario(scenario));
  const parts = [`lab=${toBase64Url(deflateSync(utf8(text), { level: 9 }))}`];
  if (view.atNs !== undefined) parts.push(`t=${Math.round(view.atNs)}`);
  if (view.event !== undefined) parts.push(`e=${view.event}`);
  if (view.frame !== undefined) parts.push(`n=${view.frame}`);
  if (view.tabs !== undefined) parts.push(`tabs=${view.tabs.join('.')}`);
  if (view.filter !== undefined && view.filter !== '') parts.push(`f=${encodeURIComponent(view.filter)}`);
  if (view.panels !== undefined) parts.push(`panels=${view.panels.join('.')}`);
  if (view.embed === true) parts.push('embed=1');
  return `#${parts.join('&')}`;
}

/** Undefined when the hash holds no lab. */
export function decodeLink(hash: string): Result<OpenedLink, readonly ScenarioFaultReport[]> | undefined {
  if (hash.length > MAX_HASH_CHARS)
    return err([
      faultReport('#', scenarioMessage('scenario.link-too-long', { count: hash.length, limit: MAX_HASH_CHARS })),
    ]);
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  const packed = parameters.get('lab');
  if (packed === null) return undefined;
  const bytes = fromBase64Url(packed);
  if (bytes === undefined) return err([faultReport('#lab', scenarioMessage('scenario.link-not-base64url'))]);
  const inflated = inflate(Inflate, bytes, MAX_INFLATED_BYTES);
  if (!inflated.ok) return err([faultReport('#lab', scenarioMessage('scenario.link-not-unpacked'))]);
  const scenario = parseScenarioText(fromUtf8(inflated.value));
  return scenario.ok ? ok({ scenario: scenario.value, view: parseView(parameters) }) : scenario;
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
  return {
    ...(atNs === undefined ? {} : { atNs }),
    ...(event === undefined ? {} : { event }),
    ...(filter === null || filter.length > MAX_FILTER_CHARS ? {} : { filter }),
    ...(frame === undefined ? {} : { frame }),
    ...(tabs === undefined ? {} : { tabs }),
    ...(panels === undefined ? {} : { panels }),
    ...(parameters.get('embed') === '1' ? { embed: true } : {}),
  };
}

/** A bare machine, a switch and some servers: labs in which one thing is right or wrong. */
import { parseScenarioText } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/schema.ts';

export interface SmallServer {
  /** dnsmasq.conf. */
  readonly config: string;
  /** Below `/srv/`: a text, so many bytes of a pattern, or the fields of an entry. */
  readonly files?: Readonly<Record<string, string | number | Readonly<Record<string, unknown>>>>;
  /** Further fields of the node. */
  readonly node?: Readonly<Record<string, unknown>>;
  /** Settings of further services, and of dnsmasq beside its configuration. */
  readonly services?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Settings of the web server, which runs when they are there, or files below `http/`. */
  readonly http?: Readonly<Record<string, unknown>>;
}

export interface SmallLab {
  readonly firmware?: Readonly<Record<string, unknown>>;
  /** By address. */
  readonly servers: Readonly<Record<string, SmallServer>>;
  /** The machine has no cable. */
  readonly isUnplugged?: boolean;
  /** On the cable of the first server. */
  readonly faults?: readonly Readonly<Record<string, unknown>>[];
}

function serverNode(
  name: string,
  index: number,
  address: string,
  { config, files = {}, http, node = {}, services = {} }: SmallServer,
): unknown {
  const hasWeb = http !== undefined || Object.keys(files).some((path) => path.startsWith('http/'));
  return {
    kind: 'server',
    name,
    nics: [{ mac: `02:00:00:00:00:0${index + 1}`, address: `${address}/24` }],
    services: {
      ...services,
      dnsmasq: { config, ...services['dnsmasq'] },
      ...(hasWeb ? { http: http ?? {} } : {}),
    },
    files: Object.entries(files).map(([path, content]) => ({
      path: `/srv/${path}`,
      ...(typeof content === 'object'
        ? content
        : { content: typeof content === 'number' ? { patternBytes: content } : { text: content } }),
    })),
    ...node,
  };
}

export function smallLab({ firmware, servers, faults = [], isUnplugged = false }: SmallLab): Scenario {
  const named = Object.entries(servers).map(([address, server], i) => ({ name: `srv${i + 1}`, address, server }));
  const scenario = {
    version: 1,
    name: 'small',
    nodes: [
      {
        kind: 'bare',
        name: 'pc1',
        nics: [{ mac: '52:54:00:ba:00:01' }],
        ...(firmware === undefined ? {} : { firmware }),
      },
      { kind: 'switch', name: 'sw1' },
      ...named.map(({ name, address, server }, i) => serverNode(name, i, address, server)),
    ],
    links: [
      ...(isUnplugged ? [] : [{ a: 'pc1.net0', b: 'sw1.1' }]),
      ...named.map(({ name }, i) => ({
        a: `${name}.eth0`,
        b: `sw1.${i + 2}`,
        ...(i === 0 ? { faults } : {}),
      })),
    ],
  };
  const parsed = parseScenarioText(JSON.stringify(scenario));
  if (!parsed.ok) throw new Error(parsed.error.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return parsed.value;
}

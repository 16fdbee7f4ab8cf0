/** Takes the Dhcp4 part of a Kea configuration over into dnsmasq's language, as far as that has words for it. */
import { parseIpv4, parseMac, sameSubnet, type Ipv4Address } from '../../../base/address.ts';
import type { Result } from '../../../base/result.ts';
import { readKeaTest } from './kea-test.ts';
import { parseJson, type Json, type JsonObject, type JsonProblem, type ReadFile } from './json.ts';
import { isContainer, isForced, KeaOptions, optionData } from './kea-options.ts';
import { ALWAYS, both, type Test } from './client-condition.ts';
import { importMessage } from './messages.ts';
import { leaseText, parsePrefix } from './notation.ts';
import { DnsmasqWriter, type Boot, type ImportResult } from './writer.ts';

/** Kea's own default. */
const DEFAULT_LEASE_S = 7200;

/** How the server works inside, and nothing that a booting client sees. */
const WITHOUT_EFFECT = new Set([
  'interfaces-config',
  'lease-database',
  'hosts-database',
  'control-socket',
  'control-sockets',
  'loggers',
  'expired-leases-processing',
  'renew-timer',
  'rebind-timer',
  'max-valid-lifetime',
  'min-valid-lifetime',
  'calculate-tee-times',
  'user-context',
  'comment',
  'id',
  'interface',
  'store-extended-info',
  'reservation-mode',
  'reservations-global',
  'reservations-in-subnet',
  'reservations-out-of-pool',
  'host-reservation-identifiers',
  'decline-probation-period',
  'dhcp-ddns',
  'ddns-send-updates',
  'multi-threading',
  'sanity-checks',
  'match-client-id',
  'echo-client-id',
  'server-tag',
  'option-def',
  'statistic-default-sample-count',
  'cache-threshold',
  'cache-max-age',
  'allocator',
  'early-global-reservations-lookup',
  'ip-reservations-unique',
  'name',
]);

/** Beside Dhcp4 in one file. */
const OTHER_SERVERS = new Set(['Dhcp6', 'DhcpDdns', 'Control-agent', 'Netconf']);

interface Scope {
  readonly test: Test;
  readonly boot: Boot;
  readonly leaseS: number;
}

function textOf(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

class Importer {
  private readonly writer = new DnsmasqWriter('a Kea configuration');
  private readonly options = new KeaOptions();
  private readonly classes = new Map<string, Test>();
  private readonly subnets: { readonly address: Ipv4Address; readonly mask: Ipv4Address }[] = [];

  run(text: string, readFile: ReadFile): ImportResult {
    const json = parseJson(text, readFile);
    for (const { line, path } of json.missing)
      this.writer.note(line, importMessage('import.include-missing', { path }));
    return this.root(json.result);
  }

  private root(json: Result<Json, JsonProblem>): ImportResult {
    if (!json.ok) {
      this.writer.note(json.error.line, importMessage('import.not-json'));
      return this.writer.result();
    }
    const root = json.value;
    const dhcp4 = isObject(root) ? root['Dhcp4'] : undefined;
    if (!isObject(root) || !isObject(dhcp4)) {
      this.writer.note('$.Dhcp4', importMessage('import.no-dhcp4'));
      return this.writer.result();
    }
    for (const key of Object.keys(root))
      if (OTHER_SERVERS.has(key)) this.writer.note(`$.${key}`, importMessage('import.only-dhcp4'));
    this.dhcp4(dhcp4);
    return this.writer.result();
  }

  private dhcp4(dhcp4: JsonObject): void {
    const path = '$.Dhcp4';
    this.define(dhcp4, path);
    objects(dhcp4['client-classes']).forEach((one, i) => this.define(one, `${path}.client-classes[${i}]`));
    if (dhcp4['authoritative'] === true) this.writer.add('dhcp-authoritative');
    const root: Scope = { test: ALWAYS, boot: {}, leaseS: DEFAULT_LEASE_S };
    const global = this.scope(dhcp4, root, path);
    this.known(dhcp4, path, ['subnet4', 'shared-networks', 'client-classes', 'reservations', 'authoritative']);
    // Classes are named by pools: their tests first, what they give last, since the last line counts.
    const classes = objects(dhcp4['client-classes']);
    classes.forEach((one, i) => this.findClass(one, `${path}.client-classes[${i}]`));
    this.networks(dhcp4, global, path);
    classes.forEach((one, i) => {
      const test = this.classes.get(textOf(one, 'name') ?? '');
      if (test !== undefined)
        this.scope(one, { ...global, test, boot: withoutFile(global.boot) }, `${path}.client-classes[${i}]`);
    });
    this.reservations(dhcp4, global, path, undefined);
    for (const { run } of this.later) run();
  }

  private define(object: JsonObject, path: string): void {
    objects(object['option-def']).forEach((definition, i) => {
      if (!this.options.define(definition))
        this.writer.note(`${path}.option-def[${i}].type`, importMessage('import.option-type'));
    });
  }

  /** Reservations come after classes: what they say is stronger. */
  private readonly later: { readonly run: () => void }[] = [];

  private networks(around: JsonObject, scope: Scope, path: string): void {
    objects(around['shared-networks']).forEach((network, i) => {
      const place = `${path}.shared-networks[${i}]`;
      if (objects(network['subnet4']).length > 1) {
        this.writer.note(place, importMessage('import.shared-network'));
      }
      this.known(network, place, ['subnet4', 'reservations']);
      this.networks(network, this.scope(network, scope, place), place);
    });
    objects(around['subnet4']).forEach((subnet, i) => this.subnet(subnet, scope, `${path}.subnet4[${i}]`));
  }

  private subnet(subnet: JsonObject, around: Scope, path: string): void {
    const text = textOf(subnet, 'subnet') ?? '';
    const prefix = parsePrefix(text, parseIpv4);
    if (prefix === undefined) {
      this.writer.note(`${path}.subnet`, importMessage('import.no-subnet'));
      return;
    }
    const [address, mask] = prefix;
    this.subnets.push({ address, mask });
    const tag = this.writer.uniqueTag(`net-${text.split('/')[0]}`);
    this.known(subnet, path, ['subnet', 'pools', 'reservations', 'client-class', 'client-classes', 'relay']);
    if (subnet['relay'] !== undefined) {
      this.writer.note(`${path}.relay`, importMessage('import.relay'));
    }
    const only = this.classTags(subnet, path);
    const scope = this.scope(subnet, { ...around, test: both(around.test, { kind: 'tag', name: tag }) }, path);
    const reservations = objects(subnet['reservations']);
    const pools = objects(subnet['pools']);
    let ranges = 0;
    pools.forEach((pool, i) => {
      const place = `${path}.pools[${i}]`;
      const ends = poolEnds(textOf(pool, 'pool') ?? '');
      if (ends === undefined || !sameSubnet(ends[0], address, mask) || !sameSubnet(ends[1], address, mask)) {
        this.writer.note(`${place}.pool`, importMessage('import.no-range'));
        return;
      }
      this.known(pool, place, ['pool', 'option-data', 'client-class', 'client-classes']);
      let set = tag;
      const options = objects(pool['option-data']);
      if (options.length > 0) {
        set = this.writer.uniqueTag(`${tag}-pool`);
        this.writer.implies(set, tag);
        const test: Test = { kind: 'tag', name: set };
        options.forEach((option, k) => this.option(option, test, `${place}.option-data[${k}]`));
      }
      ranges++;
      const tags = [...only, ...this.classTags(pool, place)];
      this.writer.range({ start: ends[0], end: ends[1], mask, lease: leaseText(scope.leaseS), set, tags });
    });
    if (ranges === 0) {
      if (reservations.length === 0) this.writer.note(path, importMessage('import.empty-subnet'));
      else
        this.writer.range({
          start: address,
          end: 'static',
          mask,
          lease: leaseText(scope.leaseS),
          set: tag,
          tags: only,
        });
    }
    this.reservations(subnet, scope, path, { address, mask });
  }

  /** `client-class`, or the only one of `client-classes`, of a subnet or pool: who may have an address of it. */
  private classTags(object: JsonObject, path: string): readonly string[] {
    const list = object['client-classes'];
    const [only, ...others] = Array.isArray(list) ? list : [];
    const name = textOf(object, 'client-class') ?? (typeof only === 'string' ? only : undefined);
    if (others.length > 0) this.writer.note(`${path}.client-classes`, importMessage('import.first-class'));
    if (name === undefined) return [];
    if (name === 'KNOWN') return ['known'];
    if (name === 'UNKNOWN') return ['!known'];
    const test = this.classes.get(name);
    const tags = test === undefined ? undefined : this.writer.tagsFor(test, `${path}.client-class`);
    if (tags === undefined) this.writer.note(`${path}.client-class`, importMessage('import.class-lost', { name }));
    return tags ?? [];
  }

  private findClass(one: JsonObject, path: string): void {
    const name = textOf(one, 'name') ?? '';
    const source = textOf(one, 'test');
    this.known(one, path, ['name', 'test', 'valid-lifetime']);
    if (source === undefined) {
      this.writer.note(path, importMessage('import.class-without-test', { name }));
      this.classes.set(name, { kind: 'tag', name: this.writer.uniqueTag(name) });
      return;
    }
    const test = readKeaTest(source, { classes: this.classes, codeOf: (option) => this.options.codeOf(option) });
    if (test === undefined) this.writer.note(`${path}.test`, importMessage('import.no-condition'));
    else this.classes.set(name, test);
  }

  private reservations(
    around: JsonObject,
    scope: Scope,
    path: string,
    subnet: { readonly address: Ipv4Address; readonly mask: Ipv4Address } | undefined,
  ): void {
    objects(around['reservations']).forEach((one, i) => {
      this.later.push({ run: () => this.reservation(one, scope, `${path}.reservations[${i}]`, subnet) });
    });
  }

  private reservation(
    one: JsonObject,
    scope: Scope,
    path: string,
    subnet: { readonly address: Ipv4Address; readonly mask: Ipv4Address } | undefined,
  ): void {
    const mac = textOf(one, 'hw-address');
    const id = textOf(one, 'client-id');
    this.known(one, path, ['hw-address', 'client-id', 'ip-address', 'hostname', 'client-classes']);
    const isMac = mac !== undefined && parseMac(mac) !== undefined;
    const isId = id !== undefined && /^([0-9a-f]{2}:?)+$/i.test(id);
    if (!isMac && !isId) {
      this.writer.note(path, importMessage('import.reservation'));
      return;
    }
    const address = textOf(one, 'ip-address');
    const parsed = address === undefined ? undefined : parseIpv4(address);
    if (address !== undefined && parsed === undefined)
      this.writer.note(`${path}.ip-address`, importMessage('import.no-ipv4'));
    else if (parsed !== undefined && subnet !== undefined && !sameSubnet(parsed, subnet.address, subnet.mask)) {
      this.writer.note(`${path}.ip-address`, importMessage('import.outside-subnet'));
    }
    const hostname = textOf(one, 'hostname');
    const ofClass = Array.isArray(one['client-classes']) ? one['client-classes'] : [];
    const classTests = ofClass.map((name) => (typeof name === 'string' ? this.classes.get(name) : undefined));
    const classTag = classTests.find((test) => test?.kind === 'tag');
    const hasOwn = ['option-data', 'next-server', 'boot-file-name', 'server-hostname'].some(
      (key) => one[key] !== undefined,
    );
    if (ofClass.length > (classTag === undefined ? 0 : 1) || (hasOwn && classTag !== undefined)) {
      this.writer.note(`${path}.client-classes`, importMessage('import.one-class'));
    }
    const tag = hasOwn
      ? this.writer.uniqueTag(`host-${hostname ?? address ?? mac ?? 'x'}`)
      : classTag?.kind === 'tag'
        ? classTag.name
        : undefined;
    const plainId = (id ?? '').replaceAll(':', '').replace(/..(?=.)/g, '$&:');
    this.writer.host({
      identity: isMac ? mac.toLowerCase() : `id:${plainId}`,
      ...(parsed === undefined || address === undefined ? {} : { address }),
      ...(hostname === undefined ? {} : { name: hostname }),
      tags: tag === undefined ? [] : [tag],
      place: path,
    });
    if (hasOwn && tag !== undefined) this.scope(one, { ...scope, test: { kind: 'tag', name: tag } }, path);
  }

  /** Boot fields and options of an object; the scope for what lies in it. */
  private scope(object: JsonObject, around: Scope, path: string): Scope {
    const file = textOf(object, 'boot-file-name');
    const serverName = textOf(object, 'server-hostname');
    const next = textOf(object, 'next-server');
    const nextServer = next === '0.0.0.0' ? undefined : next;
    const lifetime = object['valid-lifetime'];
    const boot: Boot = {
      ...around.boot,
      ...(file === undefined ? {} : { file }),
      ...(serverName === undefined ? {} : { serverName }),
      ...(nextServer === undefined ? {} : { nextServer }),
    };
    if (file !== undefined || serverName !== undefined || nextServer !== undefined)
      this.writer.boot(around.test, boot, path);
    objects(object['option-data']).forEach((option, i) =>
      this.option(option, around.test, `${path}.option-data[${i}]`),
    );
    return { test: around.test, boot, leaseS: typeof lifetime === 'number' ? lifetime : around.leaseS };
  }

  private option(option: JsonObject, test: Test, path: string): void {
    const info = this.options.find(option);
    if (info === undefined) {
      const { code } = option;
      const name = textOf(option, 'name') ?? (typeof code === 'number' ? String(code) : '');
      this.writer.note(path, importMessage('import.unknown-option', { name }));
      return;
    }
    if (option['never-send'] === true) {
      this.writer.note(`${path}.never-send`, importMessage('import.never-send'));
      return;
    }
    if (isContainer(info, option['data'])) return;
    const value = optionData(option, info);
    if (value === undefined) this.writer.note(`${path}.data`, importMessage('import.option-value'));
    else this.writer.option(test, info.head, value, path, isForced(option, info));
  }

  /** Reports keys that are neither taken over nor without effect. */
  private known(object: JsonObject, path: string, keys: readonly string[]): void {
    const boot = ['next-server', 'boot-file-name', 'server-hostname', 'option-data', 'valid-lifetime'];
    for (const key of Object.keys(object)) {
      if (keys.includes(key) || boot.includes(key) || WITHOUT_EFFECT.has(key)) continue;
      this.writer.note(`${path}.${key}`, importMessage('import.no-counterpart'));
    }
  }
}

function withoutFile({ nextServer, serverName }: Boot): Boot {
  return { ...(nextServer === undefined ? {} : { nextServer }), ...(serverName === undefined ? {} : { serverName }) };
}

/** `A - B` or `A/LEN`. */
function poolEnds(text: string): readonly [Ipv4Address, Ipv4Address] | undefined {
  const [from = '', to] = text.split('-');
  if (to !== undefined) {
    const start = parseIpv4(from.trim());
    const end = parseIpv4(to.trim());
    return start === undefined || end === undefined ? undefined : [start, end];
  }
  const prefix = parsePrefix(text, parseIpv4);
  if (prefix === undefined) return undefined;
  const [address, mask] = prefix;
  return [(address & mask) >>> 0, (address | ~mask) >>> 0];
}

/**
 * Reads the JSON (comments and includes allowed, as Kea does). What is not taken over is in the report, by JSON path.
 * `readFile` gives the texts of included files.
 */
export function importKea(text: string, readFile: ReadFile = () => undefined): ImportResult {
  return new Importer().run(text, readFile);
}

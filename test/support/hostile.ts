/** Links made to harm the reader that opens them: what the unit tests and the journeys throw at the lab. */
import { deflateSync } from 'fflate';
import { utf8 } from '../../src/base/bytes.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import { SeededRng, type Rng } from '../../src/base/rng.ts';

/** A hash that holds a text, whatever it is. */
export function packed(text: string | Uint8Array): string {
  const bytes = typeof text === 'string' ? utf8(text) : text;
  return `#lab=${Buffer.from(deflateSync(bytes, { level: 9 })).toString('base64url')}`;
}

const NIC = { mac: '52:54:00:00:00:01' };
const document = (more: object): object => ({
  version: 1,
  name: 'hostile',
  nodes: [{ kind: 'bare', name: 'pc1', nics: [NIC] }],
  ...more,
});

/** A list or object, `count` deep, of which JSON is shorter than what it costs. */
const nested = (open: string, close: string, count: number): string => open.repeat(count) + close.repeat(count);

export interface HostileLink {
  readonly name: string;
  readonly hash: string;
  /** What the reader is told. */
  readonly message: RegExp;
}

export const HOSTILE_LINKS: readonly HostileLink[] = [
  { name: 'not base64url', hash: '#lab=%F0%9F%92%A5', message: /not base64url/ },
  { name: 'noise', hash: '#lab=AAAAAAAAAAAAAAAAAAAAAAAA', message: /damaged/ },
  { name: 'nothing', hash: '#lab=', message: /damaged/ },
  { name: 'a bomb of zeros', hash: packed(new Uint8Array(64 << 20)), message: /within the limit/ },
  { name: 'a bomb of brackets', hash: packed('['.repeat(32 << 20)), message: /within the limit/ },
  { name: 'deep lists', hash: packed(nested('[', ']', 2e6)), message: /deep/ },
  { name: 'deep objects', hash: packed(nested('{"a":', '}', 1e6)), message: /deep/ },
  { name: 'a hash without end', hash: `#lab=${'A'.repeat(600_000)}`, message: /characters long/ },
  { name: 'no JSON', hash: packed('netboot'), message: /not JSON/ },
  { name: 'bytes that are no UTF-8', hash: packed(Uint8Array.of(0xff, 0xfe, 0x7b, 0x7d)), message: /not JSON/ },
  { name: 'null', hash: packed('null'), message: /expected an object/ },
  { name: 'a version of the future', hash: packed(JSON.stringify(document({ version: 2 ** 53 }))), message: /newer/ },
  { name: 'a version that never was', hash: packed(JSON.stringify(document({ version: -1 }))), message: /no version/ },
  {
    name: 'millions of nodes',
    hash: packed(`{"version":1,"name":"x","nodes":[${'0,'.repeat(3e6)}0]}`),
    message: /at most 600/,
  },
  {
    name: 'very many machines',
    hash: packed(JSON.stringify(document({ nodes: [{ kind: 'bare', name: 'pc', count: 1e9, nics: [NIC] }] }))),
    message: /at most 500/,
  },
  {
    name: 'very much memory',
    hash: packed(
      JSON.stringify(
        document({
          nodes: Array.from({ length: 8 }, (_, i) => ({
            kind: 'pc',
            name: `pc${i}`,
            memMiB: 1024,
            nics: [{ mac: `52:54:00:00:00:0${i}` }],
          })),
        }),
      ),
    ),
    message: /guest memory/,
  },
  {
    name: 'files without end',
    hash: packed(
      JSON.stringify(
        document({
          nodes: [
            {
              kind: 'server',
              name: 's',
              nics: [NIC],
              files: Array.from({ length: 200 }, (_, i) => ({ path: `/${i}`, content: { patternBytes: 1 << 28 } })),
            },
          ],
        }),
      ),
    ),
    message: /add up to more/,
  },
  {
    name: 'keys of prototypes',
    hash: packed(
      '{"version":1,"name":"x","nodes":[{"kind":"switch","name":"s","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}],"__proto__":{"polluted":1}}',
    ),
    message: /no such field/,
  },
  {
    name: 'a script for a name',
    hash: packed(JSON.stringify(document({ nodes: [{ kind: 'switch', name: '<img src=x onerror=alert(1)>' }] }))),
    message: /expected a name/,
  },
];

const EXTREMES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e300,
  -1e300,
  2 ** 53,
  '',
  'x'.repeat(10_000),
  '\u0000\ud800',
  '<script>alert(1)</script>',
  '../../etc/passwd',
  [],
  {},
  [[]],
  { kind: 'pc' },
  'pc1.net0',
];

/** The JSON value with some of its values replaced, doubled, moved or taken away. */
export function mutatedDocument(value: unknown, rng: Rng): unknown {
  const copy: unknown = structuredClone(value);
  const places: { readonly holder: Record<string, unknown>; readonly key: string }[] = [];
  const look = (holder: unknown): void => {
    if (typeof holder !== 'object' || holder === null) return;
    const fields = holder as Record<string, unknown>;
    for (const key of Object.keys(fields)) {
      places.push({ holder: fields, key });
      look(fields[key]);
    }
  };
  look(copy);
  const pick = <Item>(items: readonly Item[]): Item => itemAt(items, rng.below(items.length));
  for (let i = 1 + rng.below(3); i > 0; i--) {
    const { holder, key } = pick(places);
    const other = pick(places);
    switch (rng.below(5)) {
      case 0:
        holder[key] = pick(EXTREMES);
        break;
      case 1:
        delete holder[key];
        break;
      case 2:
        // A copy: the document must stay a tree.
        holder[key] = structuredClone(other.holder[other.key]);
        break;
      case 3: {
        const added = pick(['__proto__x', 'toString', 'length', 'kind', 'count', 'faults']);
        // The length of a list takes only some numbers, and JSON has no other fields of lists.
        if (!Array.isArray(holder)) holder[added] = pick(EXTREMES);
        break;
      }
      default:
        if (Array.isArray(holder[key])) holder[key] = [...(holder[key] as unknown[]), ...(holder[key] as unknown[])];
        else holder[key] = pick(EXTREMES);
    }
  }
  return copy;
}

/** Hashes made of a good one: cut off, with characters changed, doubled or moved; and of its document, changed. */
export function mutatedHashes(good: string, value: unknown, count: number, seed: string): readonly string[] {
  const rng = new SeededRng(seed);
  const alphabet = 'ABCxyz019-_%&=#!. ';
  return Array.from({ length: count }, () => {
    const at = 5 + rng.below(good.length - 5);
    const char = alphabet[rng.below(alphabet.length)] ?? 'A';
    switch (rng.below(6)) {
      case 0:
        return good.slice(0, at);
      case 1:
        return good.slice(0, at) + char + good.slice(at + 1);
      case 2:
        return good.slice(0, at) + good.slice(5 + rng.below(good.length - 5));
      case 3:
        return `#lab=${Buffer.from(rng.bytes(1 + rng.below(300))).toString('base64url')}`;
      case 4:
        return `${good}&t=${'9'.repeat(rng.below(30))}&e=${rng.u32()}&f=${char.repeat(rng.below(2000))}&panels=${char}..x&embed=${char}`;
      default:
        return packed(JSON.stringify(mutatedDocument(value, rng)));
    }
  });
}

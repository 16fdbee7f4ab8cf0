/** Reads the part of `tshark -T pdml` that the comparison needs: machine-made XML, without text between the tags. */

/** What PDML puts round a field that stands at the top of the tree without a protocol. */
export const FIELD_WRAPPER = 'fake-field-wrapper';

export interface PdmlField {
  readonly name: string;
  readonly show: string;
  readonly showname: string;
  /** The bytes as Wireshark has them; absent for generated fields. */
  readonly value: string | undefined;
  readonly start: number;
  readonly length: number;
  readonly hidden: boolean;
  /** The protocol at the top of the tree that it is below. */
  readonly layer: string;
}

export interface PdmlFrame {
  /** Protocols at the top of the tree, in order. */
  readonly layers: readonly string[];
  /** All fields that have a name, protocols included, in the order of the tree. */
  readonly fields: readonly PdmlField[];
}

/** Attributes may hold line ends. */
const TAG = /<(\/?)(packet|proto|field)\b((?:\s+\w+="[^"]*")*)\s*(\/?)>/g;

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

function unescape(text: string): string {
  return text.replaceAll(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, code: string) => {
    if (code.startsWith('#x')) return String.fromCodePoint(Number.parseInt(code.slice(2), 16));
    if (code.startsWith('#')) return String.fromCodePoint(Number(code.slice(1)));
    return ENTITIES[code] ?? whole;
  });
}

export function parsePdml(text: string): PdmlFrame[] {
  const frames: PdmlFrame[] = [];
  let layers: string[] = [];
  let fields: PdmlField[] = [];
  let layer = '';
  let depth = 0;
  for (const [, closing = '', kind = '', rest = '', single = ''] of text.matchAll(TAG)) {
    if (kind === 'packet') {
      if (closing === '') {
        layers = [];
        fields = [];
        depth = 0;
      } else frames.push({ layers, fields });
      continue;
    }
    if (closing !== '') {
      depth--;
      continue;
    }
    const attributes = new Map<string, string>();
    for (const [, key = '', value = ''] of rest.matchAll(/(\w+)="([^"]*)"/g)) attributes.set(key, unescape(value));
    const name = attributes.get('name') ?? '';
    if (kind === 'proto' && depth === 0) layer = name;
    if (kind === 'proto' && depth === 0 && name !== 'geninfo' && name !== FIELD_WRAPPER) layers.push(name);
    // PDML forgets that `data` is a protocol.
    if (kind === 'field' && depth === 1 && layer === FIELD_WRAPPER && name === 'data') layers.push(name);
    if (name !== '' && name !== FIELD_WRAPPER) {
      fields.push({
        name,
        show: attributes.get('show') ?? '',
        showname: attributes.get('showname') ?? '',
        value: attributes.get('value'),
        start: Number(attributes.get('pos') ?? 0),
        length: Number(attributes.get('size') ?? 0),
        hidden: attributes.get('hide') === 'yes',
        layer,
      });
    }
    if (single === '') depth++;
  }
  return frames;
}

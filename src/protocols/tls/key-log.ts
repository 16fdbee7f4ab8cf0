/** The key log that programs write to `SSLKEYLOGFILE`: lines of a label, the client's random bytes and a secret. */
import { fromHex, toHex } from '../../base/bytes.ts';

export type SecretLabel =
  | 'CLIENT_RANDOM'
  | 'CLIENT_HANDSHAKE_TRAFFIC_SECRET'
  | 'SERVER_HANDSHAKE_TRAFFIC_SECRET'
  | 'CLIENT_TRAFFIC_SECRET_0'
  | 'SERVER_TRAFFIC_SECRET_0'
  | 'EXPORTER_SECRET';

export interface TlsSecret {
  readonly label: SecretLabel;
  readonly clientRandom: Uint8Array;
  readonly secret: Uint8Array;
}

function formatSecret({ label, clientRandom, secret }: TlsSecret): string {
  return `${label} ${toHex(clientRandom)} ${toHex(secret)}\n`;
}

const LABELS: ReadonlySet<string> = new Set([
  'CLIENT_RANDOM',
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'CLIENT_TRAFFIC_SECRET_0',
  'SERVER_TRAFFIC_SECRET_0',
  'EXPORTER_SECRET',
]);
const MAX_SECRET_BYTES = 64;

function isLabel(text: string): text is SecretLabel {
  return LABELS.has(text);
}

/** Reads the lines of a key log; what is no secret of a known kind is passed over. */
export function parseKeyLog(text: string): TlsSecret[] {
  const secrets: TlsSecret[] = [];
  for (const line of text.split('\n')) {
    const [label = '', random = '', value = ''] = line.trim().split(' ');
    const clientRandom = fromHex(random);
    const secret = fromHex(value);
    if (!isLabel(label) || clientRandom?.length !== 32 || secret === undefined) continue;
    if (secret.length > 0 && secret.length <= MAX_SECRET_BYTES) secrets.push({ label, clientRandom, secret });
  }
  return secrets;
}

/** The secrets that are known, by connection. */
export class SecretStore {
  private readonly secrets = new Map<string, TlsSecret>();

  add(secret: TlsSecret): void {
    this.secrets.set(keyOf(secret.label, secret.clientRandom), secret);
  }

  find(label: SecretLabel, clientRandom: Uint8Array): Uint8Array | undefined {
    return this.secrets.get(keyOf(label, clientRandom))?.secret;
  }

  get size(): number {
    return this.secrets.size;
  }

  /** A key log of all, in the order in which they came. */
  get text(): string {
    return this.textFrom(0);
  }

  /** A key log without the first `skipped` secrets. */
  textFrom(skipped: number): string {
    return [...this.secrets.values()].slice(skipped).map(formatSecret).join('');
  }

  addText(keyLog: string): void {
    for (const secret of parseKeyLog(keyLog)) this.add(secret);
  }
}

function keyOf(label: SecretLabel, clientRandom: Uint8Array): string {
  return `${label} ${toHex(clientRandom)}`;
}

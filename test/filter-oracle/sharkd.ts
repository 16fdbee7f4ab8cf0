/**
 * Asks Wireshark which frames a filter chooses: its `sharkd` reads a capture once and answers for any number of
 * filters, where tshark needs a process for each.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** As the lab dissects: names not resolved, checksums checked. */
const PREFERENCES: Readonly<Record<string, string>> = {
  'ip.check_checksum': 'TRUE',
  'udp.check_checksum': 'TRUE',
  'tcp.check_checksum': 'TRUE',
  'nameres.mac_name': 'FALSE',
  'nameres.transport_name': 'FALSE',
  'nameres.network_name': 'FALSE',
};

/** Frame numbers, or `refused` with Wireshark's message. */
export type OracleAnswer = { readonly frames: string } | { readonly refused: string };

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** The frames of a capture file that each filter chooses. Throws when sharkd is not there, or does not read the file. */
export async function askSharkd(file: string, filters: readonly string[]): Promise<ReadonlyMap<string, OracleAnswer>> {
  const requests = [
    ...Object.entries(PREFERENCES).map(([name, value]) => ({ method: 'setconf', params: { name, value } })),
    { method: 'load', params: { file } },
    ...filters.map((filter) => ({ method: 'frames', params: { filter } })),
  ];
  const sharkd = spawn('sharkd', ['-'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, TZ: 'UTC', LC_ALL: 'C.UTF-8' },
  });
  // By place of the request; sharkd refuses an id of 0.
  const replies = new Map<number, Reply>();
  createInterface(sharkd.stdout).on('line', (line) => {
    const reply = JSON.parse(line) as Reply;
    replies.set(reply.id - 1, reply);
  });
  const ended = new Promise<void>((resolve, reject) => {
    sharkd.on('close', () => resolve());
    sharkd.on('error', () =>
      reject(new Error('sharkd is not installed. The oracle needs Wireshark 4.0 (Debian: apt-get install tshark).')),
    );
  });
  sharkd.stdin.end(
    requests.map((request, index) => `${JSON.stringify({ jsonrpc: '2.0', id: index + 1, ...request })}\n`).join(''),
  );
  await ended;
  const first = requests.length - filters.length;
  for (const [index, request] of requests.slice(0, first).entries()) {
    const reply = replies.get(index);
    const error = reply === undefined ? 'no answer' : reply.error?.message;
    if (error !== undefined) throw new Error(`sharkd: ${JSON.stringify(request)}: ${error}`);
  }
  return new Map(filters.map((filter, index) => [filter, answerOf(replies.get(first + index))]));
}

function answerOf(reply: Reply | undefined): OracleAnswer {
  if (reply?.error !== undefined) return { refused: reply.error.message };
  if (!Array.isArray(reply?.result)) throw new Error(`sharkd: ${JSON.stringify(reply)} is no list of frames`);
  return { frames: (reply.result as readonly { readonly num: number }[]).map(({ num }) => num).join(' ') };
}

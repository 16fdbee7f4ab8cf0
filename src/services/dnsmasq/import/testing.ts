/** For the tests of the importers: what the server of an imported configuration offers. */
import { expect } from 'vitest';
import { ask, type AskAnswer } from '../ask/ask.ts';
import type { AskKind } from '../ask/client.ts';
import { configVerdict, parseConfig } from '../config/parse/parse.ts';
import { dhcpArrival, dhcpMessage, testServer } from '../testing.ts';
import type { ImportResult } from './writer.ts';

function checked({ config }: ImportResult): string {
  expect(configVerdict(parseConfig(config, 'dnsmasq.conf'))).toBeUndefined();
  return config;
}

/** The answer to the DISCOVER of a kind of firmware; the configuration must be one that dnsmasq takes. */
export function offer(imported: ImportResult, kind: AskKind, mac = '52:54:00:ba:00:01'): AskAnswer {
  return ask(testServer(checked(imported)).server, { from: 'made', client: { kind, mac, message: 'discover' } });
}

/** An option of the answer, as the page shows it. */
export function optionOf(answer: AskAnswer, code: number): string | undefined {
  return answer.reply?.lines.find((line) => line.code === code)?.value;
}

/** The boot file for a client that sends the options. */
export function fileFor(
  imported: ImportResult,
  options: readonly (readonly [code: number, data: Uint8Array])[],
): string | undefined {
  const { reply } = testServer(checked(imported)).server.explain(dhcpArrival(dhcpMessage(1, 1, options)));
  if (reply === undefined) return undefined;
  const file = reply.data.subarray(108, 236);
  return String.fromCharCode(...file.subarray(0, file.indexOf(0)));
}

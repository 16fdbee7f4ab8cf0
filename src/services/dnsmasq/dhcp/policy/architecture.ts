/** UEFI machines whose architecture (option 93) a configuration tells apart from others, and has no line for. */
import type { ConfigLine } from '../../../../base/event-log.ts';
import { fromCString } from '../../../../base/bytes.ts';
import { clientArchs } from '../../../../protocols/dhcp/values.ts';
import { collectOption, decodeDhcp } from '../../../../protocols/dhcp/codec.ts';
import { CLIENT_ARCH_NAMES, DHCP_OPTION } from '../../../../protocols/dhcp/options.ts';
import type { DnsmasqConfig } from '../../config/model.ts';
import { FIRST_UEFI_ARCH } from '../answer/pxe.ts';
import { matchOptionData } from './client-tags.ts';

export interface UnmatchedArchitecture {
  readonly architecture: string;
  /** The lines that are for others. */
  readonly lines: readonly ConfigLine[];
}

/** Undefined when a line is for it, when no line asks for architectures, and when the answer has an EFI program all the same. */
export function unmatchedArchitecture(
  { matches }: DnsmasqConfig,
  request: Uint8Array,
  reply: Uint8Array,
): UnmatchedArchitecture | undefined {
  const lines = matches.filter(
    ({ option }) => option.code === DHCP_OPTION.clientArch && option.enterprise === undefined,
  );
  const [asked, answered] = [decodeDhcp(request), decodeDhcp(reply)];
  if (lines.length === 0 || !asked.ok || !answered.ok) return undefined;
  const data = collectOption(asked.value, DHCP_OPTION.clientArch);
  const [code] = clientArchs(asked.value);
  if (data === undefined || code === undefined || code < FIRST_UEFI_ARCH) return undefined;
  if (lines.some(({ option }) => matchOptionData(option, data))) return undefined;
  const option = collectOption(answered.value, DHCP_OPTION.bootFileName);
  const file = fromCString(option ?? answered.value.file);
  if (/\.efi$/i.test(file)) return undefined;
  const name = CLIENT_ARCH_NAMES.get(code);
  return {
    architecture: name === undefined ? String(code) : `${code} (${name})`,
    lines: lines.map(({ origin }) => origin),
  };
}

/** English sentences of how two captures differ. */
import { defineMessages } from '../../base/sentence.ts';

export const COMPARE_TEXTS = {
  'compare.client-only': '{client} boots in {file} only.',
  'compare.client-other': 'Compared as the same client: {a} and {b}.',
  'compare.step-only': '{step}: in {file} only.',
  'compare.order': '{step} comes at another place: as number {a} of the steps, and as number {b}.',
  'compare.field': '{step}: {field} is {a}, and {b}.',
  'compare.field-only': '{step}: {field} ({value}) in {file} only.',
  'compare.time': '{step} comes {a} after the step before, and {b}.',
  'compare.bytes': 'bytes',
  'compare.repeats': 'blocks sent again',
  'compare.step.dhcp': 'DHCP {type}',
  'compare.step.dhcp-port': 'DHCP {type}, port 4011',
  'compare.step.file': '{protocol} request for {file}',
  'compare.step.tftp-error': 'TFTP error {code} for {file}',
  'compare.step.options': 'TFTP options for {file}',
  'compare.step.end': 'end of {file}',
  'compare.step.http': 'HTTP answer to {file}',
  'compare.step.dns': 'DNS query for {name}',
  'compare.step.dns-answer': 'DNS answer for {name}',
} as const;

export const compareMessage = defineMessages(COMPARE_TEXTS);

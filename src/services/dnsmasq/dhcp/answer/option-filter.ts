/** Which of the configured options apply to a client: tagged lines before untagged ones, later before earlier. */
import { PXE_VENDORS } from '../../config/model.ts';
import type { DhcpOptionLine, DnsmasqConfig } from '../../config/model.ts';
import { fromLatin1 } from '../../../../base/bytes.ts';
import { matchTags } from '../policy/tags.ts';
import type { Tags } from '../policy/tags.ts';

export interface FilteredOptions {
  /** Plain options, newest line first, at most one of a code. */
  readonly options: readonly DhcpOptionLine[];
  /** Codes whose repeated untagged lines were dropped, for the log. */
  readonly duplicates: readonly number[];
}

export function isPlainOption(option: DhcpOptionLine): boolean {
  return option.encapsulate === undefined && option.vendorClass === undefined && option.enterprise === undefined;
}

/** Whose option 60 begins with one of these is a PXE client. */
export function pxeVendors({ pxeVendors: named }: DnsmasqConfig): readonly string[] {
  return named.length === 0 ? ['PXEClient'] : named;
}

/** Sub-options of option 43 for the vendor that option 60 names somewhere, the last line of the file first. */
export function vendorOptions(config: DnsmasqConfig, vendorClass: Uint8Array | undefined, tags: Tags) {
  if (vendorClass === undefined) return [];
  const text = fromLatin1(vendorClass);
  const isNamed = ({ vendorClass: wanted }: DhcpOptionLine): boolean => {
    if (wanted === undefined) return false;
    return (wanted === PXE_VENDORS ? pxeVendors(config) : [wanted]).some((vendor) => text.includes(vendor));
  };
  return config.options.filter((option) => isNamed(option) && matchTags(option.tags, tags, true)).reverse();
}

/**
 * @param newestFirst all option lines, the last of the file first
 * @param tags those of the client, without those of the range
 * @param rangeTags all of them
 */
export function filterOptions(newestFirst: readonly DhcpOptionLine[], tags: Tags, rangeTags: Tags): FilteredOptions {
  const plain = newestFirst.filter(isPlainOption);
  const chosen = new Set<DhcpOptionLine>();
  const has = (code: number): boolean => [...chosen].some((option) => option.code === code);
  const duplicates: number[] = [];
  for (const option of plain) {
    // What `!x` lets pass must still hold with the tag of the range.
    const holds = matchTags(option.tags, tags, false) && matchTags(option.tags, rangeTags, false);
    if (holds && !has(option.code)) chosen.add(option);
  }
  for (const option of plain) {
    if (!chosen.has(option) && matchTags(option.tags, rangeTags, false) && !has(option.code)) chosen.add(option);
  }
  for (const option of plain) {
    if (option.tags.length > 0) continue;
    const other = [...chosen].find((candidate) => candidate.code === option.code);
    if (other === undefined) chosen.add(option);
    else if (other.tags.length === 0) duplicates.push(option.code);
  }
  return { options: plain.filter((option) => chosen.has(option)), duplicates };
}

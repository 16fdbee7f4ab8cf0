/** The tags of a client, newest first, each with what set it. */
import type { ConfigLine } from '../../../../base/event-log.ts';
import type { TagFilter, TagIf } from '../../config/model.ts';
import { dnsmasqMessage } from '../../messages.ts';
import { verbatim, type Message } from '../../../../base/sentence.ts';

export interface Tag {
  readonly name: string;
  /** Such as `option 93 matches`. */
  readonly why: Message;
  readonly origin: ConfigLine | undefined;
}

export type Tags = readonly Tag[];

export function withTag(tags: Tags, name: string, why: Message, origin?: ConfigLine): Tags {
  return [{ name, why, origin }, ...tags];
}

export function hasTag(tags: Tags, name: string): boolean {
  return tags.some((tag) => tag.name === name);
}

/**
 * Whether all tags of a filter hold; `!x` holds when x is not set. `whenUntagged` is the answer for a filter
 * without tags: some things apply to all by default, others to none.
 */
export function matchTags(filter: TagFilter, tags: Tags, whenUntagged: boolean): boolean {
  if (filter.length === 0) return whenUntagged;
  return filter.every((name) => (name.startsWith('!') ? !hasTag(tags, name.slice(1)) : hasTag(tags, name)));
}

/** tag-if lines are evaluated in the order of the file, so that one may build on another. */
export function applyTagIfs(rules: readonly TagIf[], tags: Tags): Tags {
  let out = tags;
  for (const rule of rules) {
    if (!matchTags(rule.tags, out, true)) continue;
    const condition = rule.tags.reduce<Message>(
      (first, next, at) => (at === 0 ? verbatim(next) : dnsmasqMessage('dhcp.tag.and', { first, next })),
      verbatim(''),
    );
    for (const name of rule.set) {
      if (!hasTag(out, name))
        out = withTag(out, name, dnsmasqMessage('dhcp.tag.tag-if', { tags: condition }), rule.origin);
    }
  }
  return out;
}

/** For the log: newest first, each once. */
export function tagNames(tags: Tags): string {
  const names: string[] = [];
  tags.forEach((tag, i) => {
    if (!tags.slice(i + 1).some((other) => other.name === tag.name)) names.push(tag.name);
  });
  return names.join(', ');
}

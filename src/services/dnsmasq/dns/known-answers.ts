/**
 * What the server answers without asking upstream: from its own names and what it remembers of others, along aliases of
 * both kinds, and from the lines that deny.
 */
import { DNS_CLASS_IN, DNS_RCODE, DNS_TYPE } from '../../../protocols/dns/codec.ts';
import type { DnsQuestion, DnsRecord } from '../../../protocols/dns/codec.ts';
import type { DnsmasqConfig } from '../config/model.ts';
import type { AnswerCache, CachedAlias, CachedAnswer } from './cache.ts';
import { describeEmpty, describeRecord } from './describe.ts';
import type { Findings, LocalAnswer, Query } from './local-answer.ts';
import type { LocalZone } from './local-zone.ts';
import { isInterfaceName } from './names/local-names.ts';
import { EDE } from './reply.ts';
import { cappedTtls, filteredTypes } from './upstream/upstream-filter.ts';

export class KnownAnswers {
  private readonly config: DnsmasqConfig;
  private readonly zone: LocalZone;
  private readonly cache: AnswerCache;
  private readonly log: (text: string) => void;

  constructor(config: DnsmasqConfig, zone: LocalZone, cache: AnswerCache, log: (text: string) => void) {
    this.config = config;
    this.zone = zone;
    this.cache = cache;
    this.log = log;
  }

  /** Undefined: the question goes upstream. */
  answer(ask: Query, question: DnsQuestion): LocalAnswer | undefined {
    if (ask.class !== DNS_CLASS_IN) return this.zone.answerChaos(ask) ?? this.deny(ask);
    const found = this.zone.find(ask, {
      alias: (name) => this.aliasOf(name, ask.type),
      addresses: (name) => this.addressesOf(name),
    });
    const { answer, hasOwn, isWhole } = found;
    const cached = this.cache.find(found.end, ask.type);
    // Asked for all types, what is remembered turns, and is not listed.
    if (ask.type === DNS_TYPE.any) for (const type of [DNS_TYPE.a, DNS_TYPE.aaaa]) this.cache.find(found.end, type);
    if (isWhole) return cached?.isMissing === true ? { ...answer, authorities: this.authorities(cached) } : answer;
    // A name of an interface that has no such address is asked for upstream each time.
    if (isInterfaceName(this.config, found.end, ask.type)) {
      if (hasOwn) return answer;
      this.log(`config ${lastName(answer, question)} is ${describeEmpty(question, DNS_RCODE.noError)}`);
      return this.deny(ask);
    }
    // That nothing is there is told as ever.
    const isFiltered =
      ask.type !== DNS_TYPE.any && filteredTypes(this.config).has(ask.type) && cached?.records.length !== 0;
    const known = isFiltered ? this.filtered(found, question, cached) : this.remembered(found, question, cached);
    if (known !== undefined) return known;
    if (hasOwn) return answer;
    for (const line of answer.log) this.log(line);
    return this.deny(ask);
  }

  private deny(ask: Query): LocalAnswer | undefined {
    return this.zone.deny(ask, (name) => this.cache.knows(name));
  }

  private aliasOf(name: string, asked: number): CachedAlias | undefined {
    const alias = this.cache.alias(name, asked);
    if (alias === undefined) return undefined;
    const [record = alias.record] = cappedTtls(this.config, [alias.record]);
    return { ...alias, record };
  }

  private addressesOf(name: string): readonly DnsRecord[] {
    return cappedTtls(this.config, this.cache.addresses(name));
  }

  private authorities(cached: CachedAnswer): LocalAnswer['authorities'] & {} {
    return cappedTtls(this.config, cached.authorities);
  }

  /** filter-A and its like: a name that is known has nothing of the type, but keeps its aliases. */
  private filtered(
    { answer, end, hasOwn }: Findings,
    question: DnsQuestion,
    cached: CachedAnswer | undefined,
  ): LocalAnswer | undefined {
    if (!this.zone.hasAddress(end) && !this.cache.knows(end)) return undefined;
    if (!hasOwn) {
      // The look-up of whatever the name has turns it all.
      this.zone.lookUp(end, () => true);
      this.cache.lookUpAll(end);
    }
    const log = [
      ...answer.log,
      `config ${lastName(answer, question)} is ${describeEmpty(question, DNS_RCODE.noError)}`,
    ];
    const isAuthoritative = hasOwn && cached === undefined;
    const authorities = cached === undefined ? [] : this.authorities(cached);
    return { ...answer, isAuthoritative, authorities, log, ...(hasOwn ? {} : { extendedError: EDE.filtered }) };
  }

  private remembered(
    { answer, hasOwn }: Findings,
    question: DnsQuestion,
    cached: CachedAnswer | undefined,
  ): LocalAnswer | undefined {
    if (cached === undefined) return undefined;
    const { isMissing, records } = cached;
    const rcode = isMissing ? DNS_RCODE.nameError : DNS_RCODE.noError;
    const log = records.map((record) => `cached ${describeRecord(record, question.type)}`);
    if (isMissing || records.length === 0)
      log.unshift(`cached ${lastName(answer, question)} is ${describeEmpty(question, rcode)}`);
    return {
      ...answer,
      // A name with an alias here exists, and the answer about it has authority.
      rcode: hasOwn ? DNS_RCODE.noError : rcode,
      isAuthoritative: hasOwn && isMissing,
      answers: [...answer.answers, ...cappedTtls(this.config, records)],
      authorities: this.authorities(cached),
      log: [...answer.log, ...log],
    };
  }
}

/** The name where the aliases end, as it is written there. */
function lastName({ answers }: LocalAnswer, question: DnsQuestion): string {
  const last = answers.at(-1)?.data;
  return last?.kind === 'cname' ? last.target : question.name;
}

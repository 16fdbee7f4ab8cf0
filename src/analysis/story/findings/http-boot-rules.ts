/** What UEFI HTTP boot (UEFI §24.7.3) does not get from the servers that answer it. */
import { DHCP_MESSAGE_TYPE } from '../../../protocols/dhcp/options.ts';
import { addressText } from '../facts.ts';
import type { DhcpFact } from '../facts.ts';
import { byClient, finding, framesOf, type FrameFinding, type Rule } from './finding.ts';

const RULE = 'UEFI §24.7.3';

const saysHttp = ({ vendorClass }: DhcpFact): boolean => vendorClass?.startsWith('HTTPClient') === true;
const isUri = (name: string | undefined): boolean => name !== undefined && /^https?:\/\//i.test(name);

/** A URI from a server that does not say HTTPClient, or HTTPClient without a URI: neither is taken. */
export const httpBoot: Rule = (facts, nameOf) => {
  const found: FrameFinding[] = [];
  for (const [client, messages] of byClient(facts)) {
    const asks = messages.some((fact) => fact.isRequest && saysHttp(fact));
    const offers = messages.filter((fact) => fact.type === DHCP_MESSAGE_TYPE.offer && !fact.isRequest);
    if (!asks || offers.some((fact) => saysHttp(fact) && isUri(fact.bootFile))) continue;
    const machine = nameOf(client);
    const withUri = offers.find((fact) => isUri(fact.bootFile));
    const withClass = offers.find(saysHttp);
    const about = { machine, rule: RULE, frames: framesOf(offers) };
    if (withUri?.bootFile !== undefined) {
      const names = { client: machine, server: addressText(withUri.server), file: withUri.bootFile };
      found.push(finding('http-boot-class', 'error', names, { ...about, about: withUri.bootFile }));
    } else if (withClass !== undefined) {
      const names = { client: machine, server: addressText(withClass.server), file: withClass.bootFile ?? '' };
      const code = names.file === '' ? 'http-boot-uri' : 'http-boot-uri:path';
      found.push(finding(code, 'error', names, about));
    }
  }
  return found;
};

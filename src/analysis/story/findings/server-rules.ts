/** What goes wrong between the name of a boot file and the server that has it. */
import { parseIpv4 } from '../../../base/address.ts';
import type { MacAddress } from '../../../base/address.ts';
import { PXE_SERVER_PORT } from '../../../protocols/dhcp/codec.ts';
import { addressText } from '../facts.ts';
import type { BootFacts, DhcpFact, FileFact } from '../facts.ts';
import { baseName, byClient, finding, saysPxe, type FrameFinding, type Rule } from './finding.ts';

interface NamedReply extends DhcpFact {
  readonly bootFile: string;
}

const isNamed = (fact: DhcpFact): fact is NamedReply => !fact.isRequest && fact.bootFile !== undefined;

/** A reply of a server that gives no addresses and says what to boot. */
const isProxy = (fact: DhcpFact): boolean =>
  !fact.isRequest && saysPxe(fact) && (fact.offered === 0 || fact.port === PXE_SERVER_PORT);

const isLease = (fact: DhcpFact): boolean => !fact.isRequest && fact.offered !== 0 && fact.port !== PXE_SERVER_PORT;

/** A name that says its server itself, such as an address of HTTP. */
const isWhole = (name: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(name);

function filesOf(facts: BootFacts, client: MacAddress, name: string): readonly FileFact[] {
  return facts.files.filter((file) => file.clientMac === client && baseName(file.name) === baseName(name));
}

/** For each client the first reply that a rule picks. */
function perClient(
  facts: BootFacts,
  make: (client: MacAddress, messages: readonly DhcpFact[]) => FrameFinding | undefined,
): readonly FrameFinding[] {
  return [...byClient(facts)].flatMap(([client, messages]) => make(client, messages) ?? []);
}

/** dnsmasq in proxy mode leaves siaddr empty for a BIOS unless dhcp-boot names the address; PXE clients want both. */
export const proxyWithoutServer: Rule = (facts, nameOf) =>
  perClient(facts, (client, messages) => {
    const replies = messages.filter(isNamed).filter(isProxy);
    const reply = replies.findLast((fact) => fact.nextServer === 0);
    if (reply === undefined || isWhole(reply.bootFile)) return undefined;
    const hasServer = replies.some((fact) => fact.bootFile === reply.bootFile && fact.nextServer !== 0);
    if (hasServer || filesOf(facts, client, reply.bootFile).length > 0) return undefined;
    const machine = nameOf(client);
    return finding(
      'proxy-without-server',
      'error',
      { server: addressText(reply.server), client: machine, file: reply.bootFile },
      { frames: replies.map(({ frame }) => frame), machine, about: reply.bootFile, rule: 'PXE 2.1 §2.2.3' },
    );
  });

export const nextServerMissing: Rule = (facts, nameOf) =>
  perClient(facts, (client, messages) => {
    const replies = messages.filter(isNamed).filter(isLease);
    const reply = replies.findLast((fact) => fact.nextServer === 0 && !isWhole(fact.bootFile));
    if (reply === undefined || messages.some((fact) => isProxy(fact) && isNamed(fact))) return undefined;
    if (filesOf(facts, client, reply.bootFile).some(({ outcome }) => outcome.kind === 'done')) return undefined;
    const machine = nameOf(client);
    return finding(
      'next-server-missing',
      'error',
      { server: addressText(reply.server), client: machine, file: reply.bootFile },
      { frames: [reply.frame], machine, about: reply.bootFile, rule: 'RFC 2131 §2' },
    );
  });

export const option66Differs: Rule = (facts, nameOf) =>
  perClient(facts, (client, messages) => {
    const reply = messages.filter(isNamed).findLast((fact) => fact.nextServer !== 0 && fact.tftpServer !== undefined);
    const option = reply?.tftpServer;
    if (reply === undefined || option === undefined) return undefined;
    const address = parseIpv4(option);
    if (address === undefined || address === reply.nextServer) return undefined;
    if (filesOf(facts, client, reply.bootFile).some(({ outcome }) => outcome.kind === 'done')) return undefined;
    const machine = nameOf(client);
    return finding(
      'option-66-differs',
      'error',
      {
        server: addressText(reply.server),
        client: machine,
        file: reply.bootFile,
        option,
        siaddr: addressText(reply.nextServer),
      },
      { frames: [reply.frame], machine, about: option, rule: 'RFC 2132 §9.4' },
    );
  });

/** Scripts that take ${next-server} where a proxy says what to boot ask the router. */
export const nextServerOfLease: Rule = (facts, nameOf) =>
  perClient(facts, (client, messages) => {
    const lease = messages.findLast((fact) => isLease(fact) && fact.nextServer !== 0);
    const proxy = messages.findLast(
      (fact) => isProxy(fact) && fact.nextServer !== 0 && fact.nextServer !== lease?.nextServer,
    );
    if (lease === undefined || proxy === undefined || !messages.some((fact) => fact.userClasses.includes('iPXE')))
      return undefined;
    const file = facts.files.find(
      ({ clientMac, server, outcome, name }) =>
        clientMac === client &&
        server === lease.nextServer &&
        name !== lease.bootFile &&
        (outcome.kind === 'asked' || outcome.kind === 'error'),
    );
    if (file === undefined) return undefined;
    const machine = nameOf(client);
    return finding(
      'next-server-of-lease',
      'error',
      { client: machine, server: addressText(file.server), file: file.name, proxy: addressText(proxy.nextServer) },
      { frames: [lease.frame, proxy.frame, ...file.frames], machine, about: file.name, rule: 'PXE 2.1 §2.2.3' },
    );
  });

/** iPXE follows redirections only where its build speaks the scheme: there is no request to the new place. */
export const redirectUnsupported: Rule = (facts, nameOf) =>
  facts.files.flatMap((file) => {
    const { redirect } = file;
    const scheme = redirect === undefined ? undefined : /^([a-z][a-z0-9+.-]*):/i.exec(redirect)?.[1]?.toLowerCase();
    if (redirect === undefined || scheme === undefined || scheme === 'http') return [];
    if (facts.connections.has(`${file.client} 443`)) return [];
    const machine = nameOf(file.clientMac);
    return finding(
      'redirect-unsupported',
      'error',
      { server: addressText(file.server), client: machine, file: file.name, target: redirect, scheme },
      { frames: [...file.frames.slice(0, 1), file.outcomeFrame], machine, about: redirect, rule: 'RFC 9110 §15.4' },
    );
  });

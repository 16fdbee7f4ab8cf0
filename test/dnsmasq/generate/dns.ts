/** Random configurations and conversations of DNS, with what a server upstream says. */
import type { Rng } from '../../../src/base/rng.ts';
import { concatBytes, fromHex, latin1, toHex } from '../../../src/base/bytes.ts';
import { encodeName } from '../../../src/services/dnsmasq/config/names.ts';
import { DNS_CLASS_IN, decodeDns, encodeDns } from '../../../src/protocols/dns/codec.ts';
import type { SendStep, Step } from '../case.ts';
import { pick } from './choice.ts';
import { address, dhcpStep, queryStep, SERVER_IP, upstreamStep, UPSTREAM } from './packets.ts';
import type { DnsPlan, Record } from './packets.ts';

const TYPES = { a: 1, ns: 2, cname: 5, soa: 6, ptr: 12, mx: 15, txt: 16, aaaa: 28, srv: 33, any: 255 } as const;
const AXFR = 252;

const LINES = [
  'address=/ads.example/',
  'address=/ads.example/#',
  'address=/multi.example/10.0.0.1',
  'address=/multi.example/10.0.0.2',
  'address=/multi.example/fd00::1',
  'address=/*.wild.example/10.0.0.3',
  'address=/lab/10.0.0.4',
  'local=/lab/',
  'local=/example/',
  'server=/corp.example/192.168.50.53',
  'server=/www.corp.example/#',
  'server=/*.corp.example/',
  'server=//192.168.50.53',
  'address=//10.0.0.8',
  'local=//',
  'address=/#/',
  'address=/#/10.0.0.99',
  'address=/corp.example/10.0.0.5',
  'address=/multi.example/#',
  'address=/six.example/::',
  'server=/168.192.in-addr.arpa/192.168.50.53',
  'rev-server=192.168.50.0/24,192.168.50.53',
  'rev-server=10.0.0.0/8,192.168.50.53',
  'host-record=hr.lab,hr2.lab,192.168.50.60',
  'host-record=hr.lab,192.168.50.61',
  'host-record=six.lab,192.168.50.62,fd00::62,300',
  'host-record=two.lab,192.168.50.63',
  'host-record=pc.lab,two.lab,10.0.0.9,77',
  'cname=alias.lab,hr.lab',
  'cname=alias2.lab,alias.lab',
  'cname=out.lab,www.example.org',
  'cname=a1.lab,a2.lab,pc.lab,120',
  'txt-record=txt.lab,"one","two"',
  'txt-record=hr.lab,"of a host"',
  'txt-record=txt.lab,"again"',
  'ptr-record=70.50.168.192.in-addr.arpa,seventy.lab',
  'ptr-record=_http._tcp.lab,printer._http._tcp.lab',
  'mx-host=lab,mail.lab,20',
  'mx-host=hr.lab',
  'mx-host=mail.lab,hr.lab',
  'mx-host=lab,two.lab,10',
  'mx-host=lab,hr.lab,30',
  'mx-target=mail.lab',
  'srv-host=_ldap._tcp.lab,hr.lab,389,1,2',
  'srv-host=_x._udp,hr.lab,1',
  'srv-host=_none._tcp.lab',
  'srv-host=_ldap._tcp.lab,two.lab,390',
  'srv-host=_ldap._tcp.lab,six.lab,391',
  'naptr-record=n.lab,10,20,s,SIP+D2U,,_sip._udp.lab',
  'naptr-record=n.lab,11,20,s,SIP+D2T,,_sip._tcp.lab',
  'caa-record=lab,0,issue,letsencrypt.org',
  'dns-rr=raw.lab,99,01:02:03',
  'interface-name=if.lab,eth0',
  'interface-name=if.lab,eth1',
  'interface-name=host.lab,eth1/4',
  'interface-name=two.lab,eth0/6',
  'synth-domain=syn.lab,192.168.50.200,192.168.50.210,s-',
  'synth-domain=idx.lab,192.168.50.220,192.168.50.230,i*',
  'dynamic-host=dyn.lab,0.0.0.66,eth0',
  'alias=203.0.113.0,10.9.9.0,255.255.255.0',
  'bogus-nxdomain=203.0.113.5',
  'ignore-address=203.0.113.6',
  'filter-A',
  'filter-AAAA',
  'filter-rr=TXT',
  'domain-needed',
  'bogus-priv',
  'filterwin2k',
  'domain=lab',
  'domain=lab.example',
  'domain=lab,192.168.50.0/24',
  'domain=lab,192.168.50.0/24,local',
  'expand-hosts',
  'localise-queries',
  'no-round-robin',
  'local-ttl=30',
  'neg-ttl=60',
  'max-ttl=15',
  'max-cache-ttl=20',
  'min-cache-ttl=100',
  'no-negcache',
  'cache-size=0',
  'cache-size=2',
  'stop-dns-rebind',
  'rebind-localhost-ok',
  'rebind-domain-ok=/corp.example/',
  'selfmx',
  'localmx',
  'no-hosts',
  'addn-hosts=/srv/more',
  'hostsdir=/srv/names',
  'conf-file=/srv/more.conf',
  'conf-dir=/srv/conf.d',
  'conf-dir=/srv/conf.d,*.conf',
  'dhcp-fqdn',
  'all-servers',
  'filter-rr=ANY',
  'cache-rr=ANY',
  'local-service',
  'no-ident',
  'cache-rr=TXT',
  'dhcp-ttl=77',
  'auth-ttl=600',
  'strict-order',
  'edns-packet-max=600',
] as const;

const NAMES = [
  'hr.lab',
  'hr2.lab',
  'HR.Lab',
  'six.lab',
  'alias.lab',
  'alias2.lab',
  'out.lab',
  'a1.lab',
  'pc.lab',
  'pc',
  'host',
  'host.lab',
  'two.lab',
  'txt.lab',
  'mail.lab',
  'lab',
  'ads.example',
  'x.ads.example',
  'multi.example',
  'a.multi.example',
  'x.wild.example',
  'wild.example',
  'www.example.org',
  'real.example.org',
  'www.corp.example',
  'corp.example',
  'if.lab',
  'dyn.lab',
  's-192-168-50-205.syn.lab',
  'i4.idx.lab',
  'raw.lab',
  'n.lab',
  '_ldap._tcp.lab',
  '_x._udp',
  '_x._udp.lab',
  '_http._tcp.lab',
  '10.50.168.192.in-addr.arpa',
  '60.50.168.192.in-addr.arpa',
  '70.50.168.192.in-addr.arpa',
  '205.50.168.192.in-addr.arpa',
  '1.50.168.192.in-addr.arpa',
  '100.50.168.192.in-addr.arpa',
  '50.168.192.in-addr.arpa',
  '9.9.9.10.in-addr.arpa',
  '8.8.8.8.in-addr.arpa',
  'localhost',
  '1.0.0.127.in-addr.arpa',
  'plain',
  'new.lab',
  'new',
  'resv',
  'resv.lab',
  'more.lab',
  'dir.lab',
  'six.example',
  'a.corp.example',
] as const;

const ARPA_NAMES = NAMES.filter((name) => name.endsWith('.arpa'));

const AUTH_LINES = [
  'auth-zone=lab',
  'auth-zone=lab,192.168.50.0/24',
  'auth-zone=lab,eth0',
  'auth-zone=lab,192.168.50.0/24,exclude:192.168.50.60/32',
  'auth-zone=lab,10.0.0.0/8',
] as const;

export const ETC_HOSTS =
  '127.0.0.1 localhost\n192.168.50.10 host.lab host\n192.168.50.11 two.lab\n192.168.50.12 two.lab\n192.168.50.13 plain\n' +
  '192.168.50.100 resv\n10.0.0.9 two.lab\nfd00::10 host.lab\n';

export function dnsConfig(rng: Rng): string[] {
  const lines = new Set<string>(['dhcp-range=192.168.50.100,192.168.50.150,1h', 'no-ping']);
  if (rng.below(3) > 0) lines.add(`server=${UPSTREAM.ip}`);
  const single = new Set<string>();
  const count = 3 + rng.below(14);
  for (let i = 0; i < count; i++) {
    const line = pick(rng, LINES);
    const name = line.split('=')[0] ?? '';
    // Numbers and mx-target may stand once.
    if (/-ttl|cache-size|edns|mx-target|local-ttl/.test(name)) {
      if (single.has(name)) continue;
      single.add(name);
    }
    if (line.startsWith('cname=') && rng.below(2) === 0) continue;
    lines.add(line);
  }
  if (rng.below(4) === 0) {
    lines.add(`auth-server=${pick(rng, ['ns.lab', 'ns.lab,eth0', 'ns.example,192.168.50.1', 'ns.lab,eth1'])}`);
    lines.add(pick(rng, AUTH_LINES));
    if (rng.below(3) === 0) lines.add('auth-soa=2024010101,host.master.lab,1200,180,1209600');
    if (rng.below(3) === 0) lines.add('auth-sec-servers=ns2.lab,ns3.example');
    if (rng.below(2) === 0) lines.add(`auth-peer=${pick(rng, ['192.168.50.77', '192.168.50.78'])}`);
  }
  return [...lines];
}

function record(rng: Rng, type: number): Record {
  const ttlS = pick(rng, [5, 60, 300, 86_400, 300, 60, 300, 0]);
  const v4 = pick(rng, [
    '203.0.113.5',
    '203.0.113.6',
    '203.0.113.7',
    '192.168.1.1',
    '10.0.0.1',
    '127.0.0.1',
    '198.51.100.7',
  ]);
  switch (type) {
    case TYPES.aaaa:
      return { type, ttlS, data: Uint8Array.from({ length: 16 }, (_, i) => (i === 0 ? 0x20 : i)) };
    case TYPES.ptr:
    case TYPES.cname:
    case TYPES.ns:
      return { type, ttlS, data: encodeName('target.example.org') };
    case TYPES.txt:
      return { type, ttlS, data: concatBytes([Uint8Array.of(4), latin1('text')]) };
    case TYPES.mx:
      return { type, ttlS, data: concatBytes([Uint8Array.of(0, 10), encodeName('mx.example.org')]) };
    case TYPES.srv:
      return { type, ttlS, data: concatBytes([Uint8Array.of(0, 1, 0, 2, 0, 80), encodeName('srv.example.org')]) };
    default:
      return { type: TYPES.a, ttlS, data: address(v4) };
  }
}

const SOA: Record = {
  name: 'example.org',
  type: TYPES.soa,
  ttlS: 900,
  data: concatBytes([
    encodeName('ns.example.org'),
    encodeName('root.example.org'),
    Uint8Array.of(0, 0, 0, 1, 0, 0, 14, 16, 0, 0, 3, 132, 0, 9, 58, 128, 0, 0, 1, 44),
  ]),
};

/** Of a zone above the name, but never of the name's own: what has an SOA is there (README.md). */
function soaAbove(rng: Rng, name: string): Record[] {
  const zones = ['', 'arpa', 'lab', 'example', 'example.org'].filter(
    (zone) => zone === '' || name.endsWith(`.${zone}`),
  );
  if (rng.below(3) === 0) return [];
  // For how long there is nothing: the last field of the SOA (RFC 2308 §4).
  const data = rng.below(6) === 0 ? concatBytes([SOA.data.subarray(0, -4), new Uint8Array(4)]) : SOA.data;
  return [{ ...SOA, name: pick(rng, zones), ttlS: pick(rng, [5, 100, 900]), data }];
}

/** By one alias or two, to names that the server knows and to others; at the end a record, none, or no such name. */
function aliasedAnswer(rng: Rng, query: DnsPlan): SendStep {
  const names = query.type === TYPES.ptr && rng.below(2) === 0 ? ARPA_NAMES : NAMES;
  const targets = [rng.below(2) === 0 ? 'real.example.org' : pick(rng, names).toLowerCase()];
  if (rng.below(4) === 0) targets.push(pick(rng, ['end.example.org', 'hr.lab', 'out.lab', 'lab']));
  const owners = [query.name.toLowerCase(), ...targets];
  if (new Set(owners).size < owners.length) return upstreamStep(query, 0, []);
  const aliases = targets.map((target, i): Record => {
    const alias = { type: TYPES.cname, ttlS: pick(rng, [5, 120]), data: encodeName(target) };
    return i === 0 ? alias : { ...alias, name: owners[i] ?? '' };
  });
  const end = owners.at(-1) ?? '';
  const roll = rng.below(4);
  if (roll < 2) return upstreamStep(query, roll === 0 ? 0 : 3, aliases, soaAbove(rng, end));
  return upstreamStep(query, 0, [...aliases, { ...record(rng, query.type), name: end }]);
}

/** As servers write it: names pointing back, the servers of the zone and their addresses, EDNS where it was asked for. */
function upstreamAnswer(rng: Rng, query: DnsPlan): Step {
  const step = plainAnswer(rng, query);
  const decoded = decodeDns(fromHex(step.send) ?? new Uint8Array(0));
  if (!decoded.ok || rng.below(3) > 0) return step;
  const { value: message } = decoded;
  const isFound = message.answers.length > 0 && message.authorities.length === 0;
  const common = { class: DNS_CLASS_IN, ttlS: pick(rng, [5, 100, 900]) };
  const server = 'ns.example.org';
  const ns = { ...common, name: 'example.org', type: TYPES.ns, data: { kind: 'ns', target: server } } as const;
  const glue = { ...common, name: server, type: TYPES.a, data: { kind: 'a', address: 0xcb007105 } } as const;
  const opt = { name: '', type: 41, class: 1232, ttlS: 0, data: { kind: 'opt', options: [] } } as const;
  const hasServers = isFound && rng.below(2) === 0;
  const short = {
    ...message,
    authoritative: rng.below(3) === 0,
    authorities: hasServers ? [ns] : message.authorities,
    additionals: [...(hasServers ? [glue] : []), ...(query.ednsBytes === undefined ? [] : [opt])],
  };
  return { ...step, send: toHex(encodeDns(short)) };
}

function plainAnswer(rng: Rng, query: DnsPlan): SendStep {
  const roll = rng.below(14);
  if (roll === 0) return upstreamStep(query, 2, []);
  if (roll === 1 || roll === 2) return upstreamStep(query, roll === 1 ? 3 : 0, [], soaAbove(rng, query.name));
  if (roll === 3) return upstreamStep(query, 5, []);
  if (roll < 7 && query.type !== TYPES.any) return aliasedAnswer(rng, query);
  const answers = [record(rng, query.type)];
  if (rng.below(4) === 0) answers.push({ ...record(rng, query.type), ttlS: 60 });
  return upstreamStep(query, 0, answers);
}

export function dnsConversation(rng: Rng, config: readonly string[]): Step[] {
  const hasUpstream = config.some((line) => /^(rev-)?server=/.test(line));
  const steps: Step[] = [];
  if (rng.below(4) === 0) {
    const base = { mac: '52:54:00:aa:00:01', xid: 7, options: [] };
    const name = [12, latin1(pick(rng, ['new', 'pc', 'host', 'hr']))] as const;
    steps.push(dhcpStep({ ...base, type: 1 }));
    steps.push(
      dhcpStep(
        { ...base, type: 3, options: [[50, address('192.168.50.100')], [54, address(SERVER_IP)], name] },
        {
          derive: { option50: 'yiaddr of the last OFFER', option54: 'server of the last OFFER' },
        },
      ),
    );
  }
  // Elsewhere a transfer would be asked of the server upstream, by TCP.
  const isAuth = config.some((line) => line.startsWith('auth-zone')) && !config.includes('localise-queries');
  // What a zone answers for a made-up name and another type is what happened to lie in memory (README.md).
  const isGarbage = (name: string, type: number): boolean =>
    isAuth && /\.(syn|idx)\.lab$/.test(name) && type !== TYPES.a && type !== TYPES.aaaa;
  const count = 4 + rng.below(8);
  let previous: DnsPlan | undefined;
  for (let i = 0; i < count; i++) {
    const name = pick(rng, NAMES);
    const usual = name.endsWith('arpa') ? [TYPES.ptr] : [TYPES.a, TYPES.a, TYPES.a, TYPES.aaaa];
    const isAgain = previous !== undefined && rng.below(3) === 0;
    const isTransfer = !isAgain && isAuth && rng.below(8) === 0;
    const query: DnsPlan = {
      // The same question again: from the cache, or turned by one. Or another one about the same name.
      ...(previous !== undefined && isAgain
        ? rng.below(3) > 0
          ? previous
          : { name: previous.name, type: pick(rng, usual) }
        : {
            name: isTransfer ? 'lab' : name,
            type: isTransfer ? AXFR : rng.below(3) > 0 ? pick(rng, usual) : pick(rng, Object.values(TYPES)),
          }),
      id: 0x2001 + i,
      ...(rng.below(6) === 0 ? { ednsBytes: pick(rng, [512, 1232, 4096]) } : {}),
      // A query by TCP would be passed on by TCP, to nobody.
      ...(isTransfer || (!hasUpstream && rng.below(6) === 0) ? { isStream: true } : {}),
    };
    if (isGarbage(query.name, query.type)) continue;
    steps.push(queryStep(query));
    if (hasUpstream && query.isStream !== true) steps.push(upstreamAnswer(rng, query));
    // A transfer is never asked by UDP: README.md says why.
    previous = query.type === AXFR ? undefined : { name: query.name, type: query.type, id: 0 };
  }
  return steps;
}

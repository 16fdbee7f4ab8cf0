/** Directives of authoritative zones, and the form of those about DNSSEC and IPv6, which have no effect here. */
import { parseIpv4, prefixMask } from '../../../../base/address.ts';
import type { ConfigLine } from '../../../../base/event-log.ts';
import { canonicalName, parseIpv6 } from './fields.ts';
import { parseDigits, splitFields, unprotect } from './lexer.ts';
import type { AuthNetwork, DnsmasqConfig } from '../model.ts';
import type { LineError } from './parse-dhcp.ts';

export function parseAuthServer(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const [name = '', ...fields] = splitFields(value).map(unprotect);
  const addresses = fields.map(parseIpv4).filter((address) => address !== undefined);
  const interfaceNames = fields.filter((field) => parseIpv4(field) === undefined && parseIpv6(field) === undefined);
  config.authServer = {
    name: canonicalName(name) ?? '',
    addresses,
    interfaceNames,
    hasPlace: fields.length > 0,
    origin,
  };
  return undefined;
}

/** A network of a zone: an address with a prefix, or those of an interface. Undefined: an error. */
function authNetwork(text: string): AuthNetwork | 'ipv6' | undefined {
  const [plain = '', length] = text.split('/');
  const address = parseIpv4(plain);
  if (address !== undefined) {
    const prefix = length === undefined ? 24 : parseDigits(length);
    if (prefix === undefined) return undefined;
    return {
      kind: 'network',
      address: (address & prefixMask(Math.min(prefix, 32))) >>> 0,
      prefix: Math.min(prefix, 32),
    };
  }
  if (parseIpv6(plain) !== undefined)
    return length === undefined || parseDigits(length) !== undefined ? 'ipv6' : undefined;
  if (length === '6') return 'ipv6';
  return length === undefined || length === '4' ? { kind: 'interface', name: plain } : undefined;
}

export function parseAuthZone(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const [name = '', ...fields] = splitFields(value).map(unprotect);
  const networks: AuthNetwork[] = [];
  const excluded: AuthNetwork[] = [];
  for (const field of fields) {
    const isExcluded = field.startsWith('exclude:');
    const network = authNetwork(isExcluded ? field.slice(8) : field);
    if (network === undefined) return 'error';
    if (network !== 'ipv6') (isExcluded ? excluded : networks).push(network);
  }
  const hasIpv6 = fields.length > networks.length + excluded.length;
  config.authZones.push({
    name: canonicalName(name) ?? '',
    networks,
    excluded,
    isLimited: networks.length > 0 || hasIpv6,
    origin,
  });
  return undefined;
}

/** Serial, hostmaster, refresh, retry, expiry: each may be left out from the end. */
export function parseAuthSoa(config: DnsmasqConfig, value: string, origin: ConfigLine): LineError {
  const [serialText = '', hostmaster, refresh, retry, expiry] = splitFields(value).map(unprotect);
  // As C reads numbers: what is none is 0.
  const number = (text: string): number => Number(/^[0-9]*/.exec(text)?.[0] ?? '0') >>> 0;
  const seconds = (text: string | undefined, fallback: number): number =>
    text === undefined ? fallback : number(text);
  const serial = number(serialText);
  const [refreshS, retryS, expireS] = [seconds(refresh, 1200), seconds(retry, 180), seconds(expiry, 1_209_600)];
  const rname = hostmaster === undefined ? undefined : canonicalName(hostmaster.replaceAll('@', '.'));
  config.authSoa = { serial, rname, refreshS, retryS, expireS, origin };
  return undefined;
}

export function parseAuthSecondaries(config: DnsmasqConfig, value: string): LineError {
  for (const field of splitFields(value)) config.authSecondaries.push(canonicalName(unprotect(field)) ?? field);
  return undefined;
}

export function parseAuthPeers(config: DnsmasqConfig, value: string): LineError {
  for (const field of splitFields(value)) {
    const address = parseIpv4(field);
    if (address !== undefined) config.authPeers.push(address);
    else if (parseIpv6(field) === undefined) return 'error';
  }
  return undefined;
}

/** `NAME[,CLASS],KEY-TAG,ALGORITHM,DIGEST-TYPE,DIGEST`. */
export function checkTrustAnchor(value: string): LineError {
  const [, ...fields] = splitFields(value);
  if (/^(IN|CH|HS)$/i.test(fields[0] ?? '')) fields.shift();
  const [tag, algorithm, digestType, ...digest] = fields;
  const isNumber = (text: string | undefined, max: number): boolean => {
    const number = text === undefined || text === '' ? undefined : parseDigits(text);
    return number !== undefined && number <= max;
  };
  if (!isNumber(tag, 0xffff) || !isNumber(algorithm, 255) || !isNumber(digestType, 255)) return 'bad trust anchor';
  if (digest.length === 0) return 'bad trust anchor';
  const hex = digest.join(',').replace(/\s/g, '');
  return /^[0-9a-f]+$/i.test(hex) && hex.length % 2 === 0 ? undefined : 'bad HEX in trust anchor';
}

/** `INTERFACE[,mtu:N|INTERFACE|off][,high|low][,INTERVAL[,LIFETIME]]`. */
export function checkRaParam(value: string): LineError {
  const [, ...fields] = splitFields(value);
  const mtu = fields[0]?.startsWith('mtu:') ? (fields.shift() ?? '').slice(4) : undefined;
  if (mtu !== undefined && /^[0-9]+$/.test(mtu) && Number(mtu) < 1280) return 'bad RA-params';
  const hasPriority = fields[0] === 'high' || fields[0] === 'low';
  if (hasPriority) fields.shift();
  if ((hasPriority || mtu !== undefined) && fields.length === 0) return 'bad RA-params';
  return fields.length <= 2 && fields.every((field) => /^[0-9]+$/.test(field)) ? undefined : 'bad RA-params';
}

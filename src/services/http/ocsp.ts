/**
 * OCSP for the certificates of a lab (RFC 6960): a path of an HTTP server answers about those whose issuer's key is in the
 * lab, and HTTPS staples the same answers. Whether a certificate is revoked, the lab's document says.
 */
import { equalBytes, latin1 } from '../../base/bytes.ts';
import { fromBase64 } from '../../base/data/base64.ts';
import type { Rng } from '../../base/rng.ts';
import { readPrivateKey } from '../../trust/keys/key-files.ts';
import type { PrivateKey } from '../../trust/keys/keys.ts';
import { readCertificates, type Certificate } from '../../trust/x509/certificate.ts';
import { certificateId } from '../../trust/x509/ocsp.ts';
import {
  isAskedIssuer,
  OCSP_ERROR,
  ocspError,
  ocspResponse,
  readOcspRequest,
  type OcspAnswer,
} from '../../trust/x509/ocsp-responder.ts';
import type { HttpRequest } from '../../protocols/http/codec.ts';
import type { LabCertificate } from '../service.ts';
import { targetPath, type HttpAnswer } from './answer.ts';

/** How long an answer holds. */
const LIFETIME_MS = 86_400_000;
const S_MS = 1000;

interface Known {
  readonly name: string;
  readonly certificate: Certificate;
  readonly key: PrivateKey | undefined;
  readonly isRevoked: boolean;
}

export interface OcspVerdict {
  /** The name of the certificate in the lab; undefined when there is none like it. */
  readonly name: string | undefined;
  readonly status: OcspAnswer['status'] | 'malformed' | 'unauthorized';
  readonly response: Uint8Array;
}

/** Answers about the certificates of a lab. */
export class LabResponder {
  private readonly known: readonly Known[];
  private readonly rng: Rng;
  private readonly nowMs: () => number;

  constructor(certificates: readonly LabCertificate[], rng: Rng, nowMs: () => number) {
    this.rng = rng;
    this.nowMs = nowMs;
    this.known = certificates.flatMap(({ name, certificate: pem, privateKey, revoked }) => {
      const read = readCertificates(latin1(pem));
      const [certificate] = read.ok ? read.value : [];
      if (certificate === undefined) return [];
      const key = privateKey === undefined ? undefined : readPrivateKey(latin1(privateKey));
      return [{ name, certificate, key, isRevoked: revoked === true }];
    });
  }

  /** Answers a question in DER. */
  answer(data: Uint8Array): OcspVerdict {
    const question = readOcspRequest(data);
    if (question === undefined)
      return { name: undefined, status: 'malformed', response: ocspError(OCSP_ERROR.malformedRequest) };
    const issuer = this.known.find(({ certificate, key }) => key !== undefined && isAskedIssuer(question, certificate));
    if (issuer?.key === undefined)
      return { name: undefined, status: 'unauthorized', response: ocspError(OCSP_ERROR.unauthorized) };
    const asked = this.known.find(
      ({ certificate }) =>
        equalBytes(certificate.issuer.der, issuer.certificate.subject.der) &&
        equalBytes(certificate.serial, question.serial),
    );
    const status = asked === undefined ? 'unknown' : asked.isRevoked ? 'revoked' : 'good';
    return { name: asked?.name, status, response: this.sign(question.id, issuer.certificate, issuer.key, status) };
  }

  /** What a server staples to its certificate; undefined when the issuer's key is elsewhere. */
  stapled(certificate: Certificate): Uint8Array | undefined {
    const issuer = this.known.find((each) => equalBytes(each.certificate.subject.der, certificate.issuer.der));
    if (issuer?.key === undefined) return undefined;
    const asked = this.known.find((each) => equalBytes(each.certificate.der, certificate.der));
    const status = asked?.isRevoked === true ? 'revoked' : 'good';
    return this.sign(certificateId(certificate, issuer.certificate), issuer.certificate, issuer.key, status);
  }

  private sign(id: Uint8Array, certificate: Certificate, key: PrivateKey, status: OcspAnswer['status']): Uint8Array {
    const thisUpdateMs = Math.floor(this.nowMs() / S_MS) * S_MS;
    const answer = { status, thisUpdateMs, nextUpdateMs: thisUpdateMs + LIFETIME_MS };
    return ocspResponse(id, { certificate, key }, answer, this.rng);
  }
}

/** The question of a request to `path`: in the path of a GET, or the body of a POST (RFC 6960 appendix A.1). */
export function ocspQuestion(request: HttpRequest, body: Uint8Array, path: string): Uint8Array | undefined {
  const base = path.endsWith('/') ? path.slice(0, -1) : path;
  const asked = targetPath(request.target);
  if (asked === undefined || (asked !== base && !asked.startsWith(`${base}/`))) return undefined;
  if (request.method === 'POST') return body;
  // Some clients put the digits of Base64 there that mean something in a path, others escape them.
  return fromBase64(asked.slice(base.length + 1)) ?? new Uint8Array(0);
}

export function ocspHttpAnswer({ response }: OcspVerdict, path: string): HttpAnswer {
  return {
    status: 200,
    fields: [{ name: 'Content-Type', value: 'application/ocsp-response' }],
    body: response,
    path,
  };
}

/** What the panel says; it is loaded with the panel. */
import type { AnyText } from '../../../page/i18n/index.ts';

export const TEXTS = {
  empty: { en: 'This lab has no certificates', fr: 'Ce labo n’a pas de certificats' },
  emptyHint: {
    en: 'Make a root first, then certificates below it for servers, clients and code.',
    fr: 'Créez d’abord une racine, puis sous elle des certificats pour serveurs, clients et code.',
  },
  public: {
    en: 'The keys are part of the lab and of its link: everyone who has the link has them. Use them nowhere else.',
    fr: 'Les clés font partie du labo et de son lien : toute personne qui a le lien les a. Ne les utilisez nulle part ailleurs.',
  },
  new: { en: 'New certificate', fr: 'Nouveau certificat' },
  name: { en: 'Name', fr: 'Nom' },
  kind: { en: 'For', fr: 'Pour' },
  issuer: { en: 'Signed by', fr: 'Signé par' },
  itself: { en: 'itself', fr: 'lui-même' },
  hosts: { en: 'Hosts and addresses', fr: 'Hôtes et adresses' },
  from: { en: 'Valid from', fr: 'Valable du' },
  until: { en: 'until', fr: 'au' },
  key: { en: 'Key', fr: 'Clé' },
  make: { en: 'Make', fr: 'Créer' },
  import: { en: 'Import PEM or DER', fr: 'Importer PEM ou DER' },
  remove: { en: 'Remove {name}', fr: 'Retirer {name}' },
  pem: { en: 'PEM', fr: 'PEM' },
  der: { en: 'DER', fr: 'DER' },
  keyFile: { en: 'Key', fr: 'Clé' },
  download: { en: 'Download {what} of {name}', fr: 'Télécharger {what} de {name}' },
  subject: { en: 'Subject', fr: 'Sujet' },
  issuedBy: { en: 'Issuer', fr: 'Émetteur' },
  validity: { en: 'Validity', fr: 'Validité' },
  names: { en: 'Names', fr: 'Noms' },
  uses: { en: 'Uses', fr: 'Usages' },
  serial: { en: 'Serial number', fr: 'Numéro de série' },
  signature: { en: 'Signature', fr: 'Signature' },
  fingerprint: { en: 'SHA-256', fr: 'SHA-256' },
  authority: { en: 'authority', fr: 'autorité' },
  pathLength: { en: 'authority, path length {length}', fr: 'autorité, longueur de chemin {length}' },
  unreadable: { en: 'This is no certificate', fr: 'Ce n’est pas un certificat' },
  sign: { en: 'Sign a file', fr: 'Signer un fichier' },
  file: { en: 'File', fr: 'Fichier' },
  signer: { en: 'Signer', fr: 'Signataire' },
  signNow: { en: 'Sign', fr: 'Signer' },
  signHint: {
    en: 'Puts FILE.sig beside the file, for imgverify. The lab restarts.',
    fr: 'Met FICHIER.sig à côté du fichier, pour imgverify. Le labo redémarre.',
  },
  signed: { en: 'Signed files', fr: 'Fichiers signés' },
  image: { en: 'Image', fr: 'Image' },
  verdict: { en: 'Verdict', fr: 'Verdict' },
  verdictHint: {
    en: 'As an iPXE judges it that trusts the roots of this lab, when the lab begins.',
    fr: 'Tel que le juge, au début du labo, un iPXE qui fait confiance aux racines de ce labo.',
  },
  good: { en: 'good', fr: 'bon' },
  noMessage: { en: 'no signature that iPXE can read', fr: 'aucune signature qu’iPXE sache lire' },
} as const satisfies Readonly<Record<string, AnyText>>;

export const KIND_TEXTS = {
  root: { en: 'root', fr: 'racine' },
  intermediate: { en: 'intermediate authority', fr: 'autorité intermédiaire' },
  server: { en: 'server', fr: 'serveur' },
  client: { en: 'client', fr: 'client' },
  'code-signing': { en: 'code signing', fr: 'signature de code' },
} as const;

/** What is wrong, by the fault of `src/trust`. */
export const FAULT_TEXTS = {
  'empty-chain': { en: 'no certificate', fr: 'aucun certificat' },
  untrusted: { en: 'leads to no root of the lab', fr: 'ne mène à aucune racine du labo' },
  'wrong-issuer': { en: 'signed by another than it says', fr: 'signé par un autre qu’annoncé' },
  'not-ca': { en: 'signed by one that is no authority', fr: 'signé par un certificat qui n’est pas une autorité' },
  'issuer-key-usage': {
    en: 'signed by a key that is not for certificates',
    fr: 'signé par une clé qui n’est pas faite pour des certificats',
  },
  expired: { en: 'out of its time', fr: 'hors de sa période' },
  'path-length': { en: 'below too many authorities', fr: 'sous trop d’autorités' },
  'ocsp-required': { en: 'a responder must be asked (OCSP)', fr: 'un répondeur doit être consulté (OCSP)' },
  algorithm: { en: 'signed by a key of another kind', fr: 'signé par une clé d’un autre type' },
  'rsa-signature': { en: 'the signature is wrong', fr: 'la signature est fausse' },
  'ecdsa-signature': { en: 'the signature is wrong', fr: 'la signature est fausse' },
  'no-signatures': { en: 'no signature', fr: 'aucune signature' },
  'wrong-signer': { en: 'another signer', fr: 'un autre signataire' },
  'no-certificate': { en: 'the signer’s certificate is missing', fr: 'le certificat du signataire manque' },
  'not-signing': { en: 'the key is not for signatures', fr: 'la clé n’est pas faite pour des signatures' },
  'not-code-signing': { en: 'the signer is not for code', fr: 'le signataire n’est pas fait pour du code' },
} as const;

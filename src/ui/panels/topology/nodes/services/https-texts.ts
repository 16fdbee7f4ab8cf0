/** What the form of HTTPS says; it is loaded with the form. */
import { defineTexts } from '../../../../parts/own-texts.ts';

export const TEXTS = defineTexts({
  title: { en: 'HTTPS', fr: 'HTTPS' },
  on: { en: 'the same files over TLS', fr: 'les mêmes fichiers par TLS' },
  noCertificate: {
    en: 'HTTPS needs a certificate with its key: make one in the panel Certificates.',
    fr: 'HTTPS a besoin d’un certificat avec sa clé : créez-en un dans le panneau Certificats.',
  },
  certificates: { en: 'Shows', fr: 'Présente' },
  port: { en: 'Port', fr: 'Port' },
  from: { en: 'TLS from', fr: 'TLS de' },
  to: { en: 'to', fr: 'à' },
  intermediates: { en: 'sends the intermediates too', fr: 'envoie aussi les intermédiaires' },
  stapling: { en: 'staples an OCSP answer', fr: 'agrafe une réponse OCSP' },
  suites: { en: 'Cipher suites ({count} of {all})', fr: 'Suites cryptographiques ({count} sur {all})' },
  allSuites: { en: 'All suites', fr: 'Toutes les suites' },
  clientAuth: { en: 'Certificate of the client', fr: 'Certificat du client' },
  none: { en: 'not asked for', fr: 'non demandé' },
  request: { en: 'asked for', fr: 'demandé' },
  require: { en: 'required', fr: 'exigé' },
  authorities: { en: 'Clients signed by', fr: 'Clients signés par' },
  fault: { en: 'Set up wrongly', fr: 'Configurer de travers' },
  choose: { en: 'choose a fault…', fr: 'choisir un défaut…' },
  ocsp: { en: 'OCSP answers at (such as /ocsp)', fr: 'Réponses OCSP sous (tel que /ocsp)' },
});

/** What can be wrong with a server. */
export const FAULT_TEXTS = defineTexts({
  expired: { en: 'certificate expired', fr: 'certificat expiré' },
  'not-yet-valid': { en: 'certificate not yet valid', fr: 'certificat pas encore valable' },
  'wrong-name': { en: 'certificate for another name', fr: 'certificat pour un autre nom' },
  'self-signed': { en: 'certificate that signs itself', fr: 'certificat qui se signe lui-même' },
  'small-key': { en: 'RSA key of 1024 bits', fr: 'clé RSA de 1024 bits' },
  chain: { en: 'chain without its intermediates', fr: 'chaîne sans ses intermédiaires' },
  version: { en: 'TLS 1.3 alone', fr: 'TLS 1.3 seulement' },
  suite: { en: 'no suite that iPXE has', fr: 'aucune suite qu’iPXE connaisse' },
});

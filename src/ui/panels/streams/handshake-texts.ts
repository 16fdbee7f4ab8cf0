/** What the view of a TLS handshake says; it is loaded with the view. */
import { defineTexts } from '../../parts/own-texts.ts';

export const TEXTS = defineTexts({
  title: { en: 'TLS handshake', fr: 'Négociation TLS' },
  offered: { en: 'Offered by {client}', fr: 'Proposé par {client}' },
  chosen: { en: 'Chosen by {server}', fr: 'Choisi par {server}' },
  why: { en: 'Why', fr: 'Pourquoi' },
  frame: { en: 'frame {number}', fr: 'trame {number}' },
  version: { en: 'Version', fr: 'Version' },
  suite: { en: 'Cipher suite', fr: 'Suite' },
  group: { en: 'Key exchange', fr: 'Échange de clés' },
  scheme: { en: 'Signature', fr: 'Signature' },
  name: { en: 'Server name', fr: 'Nom du serveur' },
  extensions: { en: 'Extensions', fr: 'Extensions' },
  none: { en: 'none', fr: 'aucun' },
  list: { en: 'all {count}', fr: 'les {count}' },
  highest: {
    en: 'the highest that both speak; the client offers up to {version}',
    fr: 'la plus haute que les deux parlent ; le client propose jusqu’à {version}',
  },
  lower: {
    en: 'the client offers up to {version}: the server speaks no higher one',
    fr: 'le client propose jusqu’à {version} : le serveur n’en parle pas de plus haute',
  },
  first: {
    en: 'the client’s first of {fitting} that fit the version and the key of the certificate; {passed} of its {all} do not',
    fr: 'la première du client parmi {fitting} qui vont avec la version et la clé du certificat ; {passed} de ses {all} ne vont pas',
  },
  preferred: {
    en: 'the server’s order counts: it is the client’s no. {rank} of {fitting} that fit the version and the key of the certificate',
    fr: 'l’ordre du serveur compte : c’est la n° {rank} du client parmi {fitting} qui vont avec la version et la clé du certificat',
  },
  rsaExchange: {
    en: 'the client encrypts the secret with the key of the certificate: no group, and no forward secrecy',
    fr: 'le client chiffre le secret avec la clé du certificat : ni groupe, ni confidentialité persistante',
  },
  field: { en: 'a finite field (DHE)', fr: 'un corps fini (DHE)' },
  groupRank: { en: 'the client’s no. {rank} of {all}', fr: 'le n° {rank} du client sur {all}' },
  resumed: {
    en: 'An earlier session is resumed: no certificate is shown, no key is exchanged.',
    fr: 'Une session antérieure est reprise : aucun certificat n’est présenté, aucune clé échangée.',
  },
  unanswered: { en: 'The server has chosen nothing.', fr: 'Le serveur n’a rien choisi.' },
  certificates: { en: 'Certificates of {server}', fr: 'Certificats de {server}' },
  clientCertificates: { en: 'Certificates of {client}', fr: 'Certificats de {client}' },
  asked: {
    en: 'The server asks the client for a certificate.',
    fr: 'Le serveur demande un certificat au client.',
  },
  noClient: { en: 'The client has none to show.', fr: 'Le client n’en a pas à présenter.' },
  hidden: {
    en: 'The rest is encrypted, and its keys are not in the capture.',
    fr: 'Le reste est chiffré, et ses clés ne sont pas dans la capture.',
  },
  clock: { en: 'The clock of the lab says {time}.', fr: 'L’horloge du labo indique {time}.' },
  captured: { en: 'The capture is of {time}.', fr: 'La capture est du {time}.' },
  notSent: { en: 'not sent: known to the lab', fr: 'non envoyé : connu du labo' },
  unreadable: { en: 'This is no certificate.', fr: 'Ce n’est pas un certificat.' },
  validity: { en: '{from} to {until}', fr: 'du {from} au {until}' },
  alert: {
    en: '{from}, frame {number}: {level} alert, {description}',
    fr: '{from}, trame {number} : alerte {level}, {description}',
  },
  done: {
    en: 'The handshake is done, data have crossed.',
    fr: 'La négociation est terminée, des données sont passées.',
  },
  notDone: { en: 'No data have crossed.', fr: 'Aucune donnée n’est passée.' },
  check: { en: '{check}: {verdict}', fr: '{check} : {verdict}' },
  good: { en: 'good', fr: 'bon' },
  bad: { en: 'wrong', fr: 'faux' },
  unknown: { en: 'not known here', fr: 'inconnu ici' },
  weak: { en: 'weak', fr: 'faible' },
});

export const CHECK_TEXTS = defineTexts({
  time: { en: 'in its time (12.5 hours of grace)', fr: 'dans sa période (12,5 heures de tolérance)' },
  host: { en: 'for the name that was asked for', fr: 'pour le nom demandé' },
  purpose: { en: 'made for servers', fr: 'fait pour des serveurs' },
  issuer: { en: 'names its issuer', fr: 'nomme son émetteur' },
  authority: { en: 'its issuer may sign certificates', fr: 'son émetteur peut signer des certificats' },
  'path-length': { en: 'few enough authorities below', fr: 'assez peu d’autorités en dessous' },
  signature: { en: 'signature of its issuer', fr: 'signature de son émetteur' },
  root: { en: 'a root that the lab trusts', fr: 'une racine à laquelle le labo fait confiance' },
  ocsp: { en: 'not revoked (stapled OCSP answer)', fr: 'non révoqué (réponse OCSP agrafée)' },
  strength: { en: 'key and digest are long enough', fr: 'clé et empreinte assez longues' },
});

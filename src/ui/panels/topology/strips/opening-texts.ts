/** The texts of the first boot and of the sentence of the moment, loaded with the topology. */
import { defineTexts } from '../../../parts/own-texts.ts';

export const OPENING_TEXTS = defineTexts({
  start: {
    en: 'pc1 has no disk. It is switched on, and asks the network for everything else.',
    fr: 'pc1 n’a pas de disque. On l’allume, et elle demande tout le reste au réseau.',
  },
  atStart: { en: 'Nothing has happened yet.', fr: 'Il ne s’est encore rien passé.' },
  end: {
    en: 'pc1 has an address and its program, which would start now. Each frame is in Packets below: select one to see why it was sent.',
    fr: 'pc1 a une adresse et son programme, qui démarrerait maintenant. Chaque trame est dans Paquets, plus bas : choisissez-en une pour voir pourquoi elle a été envoyée.',
  },
  frame: { en: 'Frame {number}', fr: 'Trame {number}' },
  select: { en: 'Select this frame', fr: 'Sélectionner cette trame' },
  play: { en: 'Play', fr: 'Jouer' },
  again: { en: 'Play again', fr: 'Rejouer' },
  step: { en: 'Next frame', fr: 'Trame suivante' },
  ways: { en: 'Go on with', fr: 'Continuer avec' },
  pc: { en: 'A real PC', fr: 'Un vrai PC' },
  pcHint: {
    en: 'An emulated PC boots the Debian installer by PXE; about 37 MB are downloaded',
    fr: 'Un PC émulé démarre l’installateur Debian par PXE ; environ 37 Mo sont téléchargés',
  },
  course: { en: 'The course', fr: 'Le cours' },
  own: { en: 'Your dnsmasq.conf or capture…', fr: 'Votre dnsmasq.conf ou capture…' },
  labs: { en: 'All labs', fr: 'Tous les labos' },
});

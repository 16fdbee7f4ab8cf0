/** Texts of capture files as documents. */
import { defineTexts } from '../parts/own-texts.ts';

export const CAPTURE_TEXTS = defineTexts({
  documents: { en: 'Lab and captures', fr: 'Labo et captures' },
  lab: { en: 'Lab: {name}', fr: 'Labo : {name}' },
  close: { en: 'Close {name}', fr: 'Fermer {name}' },
  session: { en: 'in this tab only', fr: 'dans cet onglet seulement' },
  kept: { en: 'kept in this browser', fr: 'gardée dans ce navigateur' },
  size: { en: '{frames} frames, {size}, {keeping}', fr: '{frames} trames, {size}, {keeping}' },
  damaged: { en: 'breaks off: what is before the damage is shown', fr: 'interrompue : ce qui précède est affiché' },
  ofLab: {
    en: '{panel} belongs to the lab: a capture has no such thing.',
    fr: '{panel} : propre au labo, une capture n’en a pas.',
  },
  title: { en: 'What is in {name}', fr: 'Ce que contient {name}' },
  summary: {
    en: '{frames} frames in {seconds} s, {clients} with a boot',
    fr: '{frames} trames en {seconds} s, {clients} avec un démarrage',
  },
  began: { en: 'The first frame is of {date}.', fr: 'La première trame est du {date}.' },
  cut: {
    en: 'The first {count} frames were looked through for boots.',
    fr: 'Les {count} premières trames ont été parcourues à la recherche de démarrages.',
  },
  reading: { en: 'The frames are being looked through…', fr: 'Les trames sont parcourues…' },
  client: { en: 'Client', fr: 'Client' },
  reached: { en: 'Came as far as', fr: 'Est arrivé à' },
  compare: { en: 'Two documents compared', fr: 'Deux documents comparés' },
  first: { en: 'First', fr: 'Premier' },
  second: { en: 'Second', fr: 'Second' },
  comparing: { en: 'The frames are being compared…', fr: 'Les trames sont comparées…' },
  alike: { en: 'The boots are alike.', fr: 'Les démarrages sont les mêmes.' },
  differences: { en: 'Differences: {count}', fr: 'Différences : {count}' },
  closeComparison: { en: 'Close the comparison', fr: 'Fermer la comparaison' },
  inFirst: { en: 'Frame {number} of the first', fr: 'Trame {number} du premier' },
  inSecond: { en: 'Frame {number} of the second', fr: 'Trame {number} du second' },
  none: { en: 'No boot is seen in this capture.', fr: 'Aucun démarrage ne se voit dans cette capture.' },
});

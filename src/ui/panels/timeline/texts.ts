/** Texts of the timeline's tools and of the comparison of two runs. */
export const TIMELINE_TEXTS = {
  tools: { en: 'Time axis', fr: 'Axe du temps' },
  byStage: { en: 'not to scale', fr: 'sans échelle' },
  toScale: { en: 'to scale', fr: 'à l’échelle' },
  byStageHint: {
    en: 'Every stage has room for its name; seconds differ in length. Press for an axis to scale.',
    fr: 'Chaque étape a la place de son nom ; les secondes n’ont pas toutes la même longueur. Appuyez pour un axe à l’échelle.',
  },
  toScaleHint: {
    en: 'A second is as long everywhere. Press to give every stage room for its name.',
    fr: 'Une seconde a partout la même longueur. Appuyez pour donner à chaque étape la place de son nom.',
  },
  kept: {
    en: 'Kept: going back plays the PC back up to {time}',
    fr: 'Gardé : y revenir rejoue le PC jusqu’à {time}',
  },
  notKept: {
    en: 'Nothing kept so early: going back runs from power-on',
    fr: 'Rien de gardé si tôt : y revenir repart de la mise sous tension',
  },
  before: { en: 'before', fr: 'avant' },
  beforeOf: { en: 'Run before the change: {machine}', fr: 'Exécution d’avant la modification : {machine}' },
  same: { en: 'at the same time', fr: 'au même moment' },
  onlyBefore: { en: 'only before the change', fr: 'seulement avant la modification' },
  onlyNow: { en: 'only now', fr: 'seulement maintenant' },
  table: { en: 'The two runs', fr: 'Les deux exécutions' },
  machine: { en: 'Machine', fr: 'Machine' },
  first: { en: 'First difference', fr: 'Première différence' },
  ended: { en: 'Ended at', fr: 'Fin à' },
  endedBefore: { en: 'Before', fr: 'Avant' },
  difference: { en: 'Difference', fr: 'Écart' },
  none: { en: 'none', fr: 'aucune' },
} as const;

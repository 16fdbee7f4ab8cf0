/** Texts of the workspace and its menus. */
export const WORKSPACE_TEXTS = {
  menu: { en: 'Arrange {panel}', fr: 'Disposer : {panel}' },
  maximise: { en: 'Maximise {panel}', fr: 'Agrandir : {panel}' },
  restore: { en: 'Restore {panel}', fr: 'Rétablir : {panel}' },
  moveTo: { en: 'Move among the tabs of', fr: 'Déplacer parmi les onglets de' },
  split: { en: 'Split off', fr: 'Séparer' },
  left: { en: 'to the left', fr: 'à gauche' },
  right: { en: 'to the right', fr: 'à droite' },
  above: { en: 'above', fr: 'au-dessus' },
  below: { en: 'below', fr: 'au-dessous' },
  openPanel: { en: 'Show panel', fr: 'Afficher un panneau' },
  isClosed: { en: 'closed', fr: 'fermé' },
  layouts: { en: 'Layouts', fr: 'Dispositions' },
  forget: { en: 'Remove a layout', fr: 'Supprimer une disposition' },
  keepTitle: { en: 'Keep the layout', fr: 'Garder la disposition' },
  keepAbout: {
    en: 'The browser keeps it under this name. A link can contain it too: see Share.',
    fr: 'Le navigateur la garde sous ce nom. Un lien peut aussi la contenir : voir Partager.',
  },
  name: { en: 'Name', fr: 'Nom' },
  keep: { en: 'Keep', fr: 'Garder' },
  cancel: { en: 'Cancel', fr: 'Annuler' },
} as const;

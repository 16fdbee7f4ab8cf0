/** The texts of "About and licences", loaded with the dialog. */
import { defineTexts } from '../../parts/own-texts.ts';

export const ABOUT_TEXTS = defineTexts({
  about: {
    en: 'A network-boot laboratory that runs whole in this page. Nothing that you do here leaves your browser: there is no account, no server behind the page and no statistics.',
    fr: 'Un laboratoire de démarrage par le réseau qui fonctionne tout entier dans cette page. Rien de ce que vous y faites ne quitte votre navigateur : ni compte, ni serveur derrière la page, ni statistiques.',
  },
  own: { en: 'The lab itself is under the MIT licence.', fr: 'Le labo lui-même est sous licence MIT.' },
  programs: { en: 'Programs in this page', fr: 'Programmes dans cette page' },
  programsAbout: {
    en: 'Parts of these packages are in the files of this page. Open one to read its licence.',
    fr: 'Des parties de ces paquets sont dans les fichiers de cette page. Ouvrez-en un pour lire sa licence.',
  },
  images: { en: 'Images that the machines boot', fr: 'Images que les machines démarrent' },
  imagesAbout: {
    en: 'These are other people’s programs, taken unchanged from Debian packages. The command gives their source code, on Debian or in a container of it with deb-src lines.',
    fr: 'Ce sont des programmes d’autres personnes, pris tels quels dans des paquets Debian. La commande donne leur code source, sur Debian ou dans un conteneur de Debian qui a des lignes deb-src.',
  },
  noImages: { en: 'This site has no images.', fr: 'Ce site n’a pas d’images.' },
  package: { en: 'Package', fr: 'Paquet' },
  version: { en: 'Version', fr: 'Version' },
  licence: { en: 'Licence', fr: 'Licence' },
  source: { en: 'Source code', fr: 'Code source' },
  copyright: { en: 'copyright file', fr: 'fichier copyright' },
  unknown: { en: 'unknown: the files came without a package', fr: 'inconnu : les fichiers sont venus sans paquet' },
  loading: { en: 'Loading…', fr: 'Chargement…' },
  failed: {
    en: 'licences.json cannot be fetched: is the network there?',
    fr: 'licences.json ne peut pas être chargé : le réseau est-il là ?',
  },
  close: { en: 'Close', fr: 'Fermer' },
});

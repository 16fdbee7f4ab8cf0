/** The texts of "About and licences", loaded with the dialog: few readers open it. */
import type { Language } from '../../page/i18n/index.ts';

const en = {
  about:
    'A network-boot laboratory that runs whole in this page. Nothing that you do here leaves your browser: there is no account, no server behind the page and no statistics.',
  own: 'The lab itself is under the MIT licence.',
  programs: 'Programs in this page',
  programsAbout: 'Parts of these packages are in the files of this page. Open one to read its licence.',
  images: 'Images that the machines boot',
  imagesAbout:
    'These are other people’s programs, taken unchanged from Debian packages. The command gives their source code, on Debian or in a container of it with deb-src lines.',
  noImages: 'This site has no images.',
  package: 'Package',
  version: 'Version',
  licence: 'Licence',
  source: 'Source code',
  copyright: 'copyright file',
  unknown: 'unknown: the files came without a package',
  loading: 'Loading…',
  failed: 'licences.json cannot be fetched: is the network there?',
  close: 'Close',
} as const;

const fr: Readonly<Record<keyof typeof en, string>> = {
  about:
    'Un laboratoire de démarrage par le réseau qui fonctionne tout entier dans cette page. Rien de ce que vous y faites ne quitte votre navigateur : ni compte, ni serveur derrière la page, ni statistiques.',
  own: 'Le labo lui-même est sous licence MIT.',
  programs: 'Programmes dans cette page',
  programsAbout: 'Des parties de ces paquets sont dans les fichiers de cette page. Ouvrez-en un pour lire sa licence.',
  images: 'Images que les machines démarrent',
  imagesAbout:
    'Ce sont des programmes d’autres personnes, pris tels quels dans des paquets Debian. La commande donne leur code source, sur Debian ou dans un conteneur de Debian qui a des lignes deb-src.',
  noImages: 'Ce site n’a pas d’images.',
  package: 'Paquet',
  version: 'Version',
  licence: 'Licence',
  source: 'Code source',
  copyright: 'fichier copyright',
  unknown: 'inconnu : les fichiers sont venus sans paquet',
  loading: 'Chargement…',
  failed: 'licences.json ne peut pas être chargé : le réseau est-il là ?',
  close: 'Fermer',
};

export const ABOUT_TEXTS: Readonly<Record<Language, Readonly<Record<keyof typeof en, string>>>> = { en, fr };

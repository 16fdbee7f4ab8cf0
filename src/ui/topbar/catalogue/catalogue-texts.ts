/** The texts of the catalogue, loaded with it. */
import { defineTexts } from '../../parts/own-texts.ts';

export const CATALOGUE_TEXTS = defineTexts({
  title: { en: 'Labs', fr: 'Labos' },
  level: { en: 'Level', fr: 'Niveau' },
  everyLevel: { en: 'every level', fr: 'tous les niveaux' },
  levelOf: { en: 'level {level}', fr: 'niveau {level}' },
  machine: { en: 'Machines', fr: 'Machines' },
  everyMachine: { en: 'every machine', fr: 'toutes les machines' },
  bare: { en: 'no CPU', fr: 'sans processeur' },
  pc: { en: 'emulated PC', fr: 'PC émulé' },
  seconds: { en: 'about {seconds} s', fr: 'environ {seconds} s' },
  minutes: { en: '{minutes} min', fr: '{minutes} min' },
  start: { en: 'Start here', fr: 'Pour commencer' },
  course: { en: 'Course', fr: 'Cours' },
  lesson: { en: 'lesson', fr: 'leçon' },
  challenge: { en: 'challenge', fr: 'défi' },
  pxe: { en: 'PXE', fr: 'PXE' },
  ipxe: { en: 'iPXE', fr: 'iPXE' },
  history: { en: 'Before PXE', fr: 'Avant PXE' },
  disks: { en: 'BIOS and disks', fr: 'BIOS et disques' },
  servers: { en: 'Servers and configurations', fr: 'Serveurs et configurations' },
  networks: { en: 'Networks', fr: 'Réseaux' },
  wrong: { en: 'What goes wrong', fr: 'Ce qui tourne mal' },
});

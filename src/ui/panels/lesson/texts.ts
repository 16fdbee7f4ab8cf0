/** The texts of the lesson panel, loaded with it. */
import { defineTexts } from '../../parts/own-texts.ts';

export const LESSON_UI = defineTexts({
  course: { en: 'Course', fr: 'Cours' },
  intro: {
    en: 'Lessons of about five minutes, on labs that run beside the text. Nothing is sent: your marks stay in this browser.',
    fr: 'Des leçons d’environ cinq minutes, sur des labos qui tournent à côté du texte. Rien n’est envoyé : vos repères restent dans ce navigateur.',
  },
  lessons: { en: 'Lessons', fr: 'Leçons' },
  challenges: { en: 'Challenges', fr: 'Défis' },
  challengesAbout: {
    en: 'Labs that do not boot. Find the cause and mend it; any mend that works counts.',
    fr: 'Des labos qui ne démarrent pas. Trouvez la cause et réparez ; toute réparation qui marche compte.',
  },
  own: { en: 'Your own', fr: 'Les vôtres' },
  ownAbout: {
    en: 'Write a lesson here, try it, and give it to a class as a link or a file.',
    fr: 'Écrivez une leçon ici, essayez-la, et donnez-la à une classe par un lien ou un fichier.',
  },
  minutes: { en: '{count} min', fr: '{count} min' },
  level: { en: 'Level {level} of 3', fr: 'Niveau {level} sur 3' },
  progress: { en: '{done} of {count} steps', fr: '{done} étapes sur {count}' },
  done: { en: 'done', fr: 'faite' },
  close: { en: 'Close', fr: 'Fermer' },
  steps: { en: 'Steps', fr: 'Étapes' },
  task: { en: 'Task', fr: 'À faire' },
  question: { en: 'Question', fr: 'Question' },
  answer: { en: 'Your answer', fr: 'Votre réponse' },
  check: { en: 'Check', fr: 'Vérifier' },
  run: { en: 'Run until {condition}', fr: 'Avancer jusqu’à {condition}' },
  show: { en: 'Go to {panel}', fr: 'Aller à {panel}' },
  passed: { en: 'Done.', fr: 'C’est fait.' },
  expected: { en: 'Expected: {what}', fr: 'Attendu : {what}' },
  found: { en: 'Found: {what}', fr: 'Trouvé : {what}' },
  wrong: { en: 'Not yet.', fr: 'Pas encore.' },
  stale: {
    en: 'The lab still runs without your last change.',
    fr: 'Le labo tourne encore sans votre dernier changement.',
  },
  apply: { en: 'Apply and restart lab', fr: 'Appliquer et redémarrer le labo' },
  away: {
    en: 'Another lab is open. The lesson goes on when its own lab is open.',
    fr: 'Un autre labo est ouvert. La leçon continue quand son propre labo est ouvert.',
  },
  nextLesson: { en: 'Next lesson', fr: 'Leçon suivante' },
  finish: { en: 'Finish', fr: 'Terminer' },
  finished: { en: 'All steps of this lesson are done.', fr: 'Toutes les étapes de cette leçon sont faites.' },
  link: { en: 'Copy the lesson’s link', fr: 'Copier le lien de la leçon' },
  handIn: { en: 'Copy the link to hand in', fr: 'Copier le lien à rendre' },
  handInAbout: {
    en: 'The link holds the lab as you have changed it, and your answers.',
    fr: 'Le lien contient le labo tel que vous l’avez modifié, et vos réponses.',
  },
  copied: { en: 'Copied', fr: 'Copié' },
  playing: { en: 'The solution is being played…', fr: 'La solution est en cours…' },
  more: { en: 'More', fr: 'Autres actions' },
});

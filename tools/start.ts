/** `npm start`: assembles the images, builds the page and serves it. */
import { runSteps } from './steps.ts';

const ready = runSteps([{ name: 'build', command: ['npm', 'run', '--silent', 'build'] }]);
if (ready !== 0) process.exit(ready);
process.exit(runSteps([{ name: 'serve', command: ['npx', 'vite', 'preview'] }]));

/**
 * Reports why the page cannot start: a file of the build that the server does not deliver, or delivers with a wrong
 * type. A classic script, which browsers run whatever its media type, and which comes before all others.
 */

function say(file: string, reason: string): void {
  const place = document.getElementById('loading');
  // Once the page has started, it reports errors itself; and the first failure is the cause of the rest.
  if (place === null || place.hasAttribute('role')) return;
  const isFrench = /^fr\b/i.test(navigator.languages[0] ?? '');
  place.setAttribute('role', 'alert');
  place.textContent = isFrench
    ? `Netboot Lab ne peut pas démarrer : ${file} ne peut pas être chargé${reason}. Mettez toute la construction sur le serveur, qui doit envoyer les fichiers .js comme text/javascript ; puis rechargez cette page.`
    : `Netboot Lab cannot start: ${file} cannot be loaded${reason}. Put the whole build on the server, which must send .js files as text/javascript; then load this page again.`;
}

function sayError(error: unknown): void {
  if (!(error instanceof Error)) return;
  const file = 'file' in error && typeof error.file === 'string' ? error.file : 'assets/';
  say(file, ` (${error.message})`);
}

addEventListener(
  'error',
  (event) => {
    const { target } = event;
    if (target instanceof HTMLScriptElement) say(target.src, '');
    else if (target instanceof HTMLLinkElement) say(target.href, '');
    else sayError(event.error);
  },
  true,
);
addEventListener('unhandledrejection', ({ reason }) => sayError(reason));

/** What the panels need of the boot server: whom they may ask about, and the form of its configuration. */
export * from '../lab/boot-server.ts';

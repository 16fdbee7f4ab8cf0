/** Whose network card an address is: of the machines and servers of a lab, rows of machines too. */
export { cardsOf as machineCards } from '../../lab/rows.ts';

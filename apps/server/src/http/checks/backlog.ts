/**
 * Connections that have not been accepted yet. Beyond it a client hears nothing, and its system tries again after one
 * second, three, seven; Node's default of 511 is less than what a busy moment brings. Systems have a bound of their own.
 */
export const BACKLOG = 4096;

import type { Player } from "./players.js";

/** One way to break the engine: a text that occurs once in its sources, and what is put in its place. */
export interface Mutation {
  readonly name: string;
  readonly find: string;
  readonly replace: string;
  /** Who has to notice. */
  readonly player: Player;
  /** Tables, or kinds of change, that the player plays with, where it would take long with all. */
  readonly among?: readonly string[];
}

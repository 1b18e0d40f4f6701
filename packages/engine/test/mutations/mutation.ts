import type { Player } from "./players.js";

/** One way to break the engine: a text that occurs once in its sources, and what is put in its place. */
export interface Mutation {
  readonly name: string;
  readonly find: string;
  readonly replace: string;
  /** Who has to notice. */
  readonly player: Player;
  /** Of the histories to be played, where others find it late. */
  readonly seed?: number;
}

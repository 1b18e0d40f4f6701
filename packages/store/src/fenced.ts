/** Another node serves the cell, or another process writes the stream: this one may not go on. */
export class Fenced extends Error {}

/** This node can't be one of the cell, or not any more. */
export class Refused extends Error {}
